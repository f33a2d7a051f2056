/** Composites, ranges and multiranges in the forms that Postgres prints. */
import type { Multirange, Range, RangeBounds } from '../base/kinds.ts'
import { unreadable } from './unreadable.ts'

type ReadText = (text: string) => unknown

/**
 * The fields between the brackets of a record or range; what is empty and not quoted is null.
 * @example fieldTexts('(1,,"a ""b""")') // => ['1', null, 'a "b"']
 */
export function fieldTexts(text: string): (string | null)[] {
  const fields: (string | null)[] = []
  const end = text.length - 1
  let at = 1
  while (true) {
    let value = ''
    let isQuoted = false
    let inside = false
    for (; at < end; at++) {
      const letter = text[at]
      if (letter === ',' && !inside) break
      if (letter === '\\') value += text[++at] ?? ''
      else if (letter !== '"') value += letter
      else if (inside && text[at + 1] === '"') value += text[at++]
      else {
        inside = !inside
        isQuoted = true
      }
    }
    fields.push(value === '' && !isQuoted ? null : value)
    if (at >= end) return fields
    at++
  }
}

/** Reads a record into an object, by the order of its fields. */
export function compositeReader(
  type: string,
  fields: readonly { readonly key: string; readonly read: ReadText }[],
): (text: string) => Record<string, unknown> {
  return text => {
    const texts = fields.length === 0 ? [] : fieldTexts(text)
    if (texts.length !== fields.length) throw unreadable(type)
    // `fromEntries` makes `__proto__` a field like any other.
    return Object.fromEntries(
      fields.map(({ key, read }, at) => {
        const field = texts[at] ?? null
        return [key, field === null ? null : read(field)]
      }),
    )
  }
}

/** Reads a range. */
export function rangeReader(type: string, bound: ReadText): (text: string) => Range<unknown> {
  return text => {
    if (text === 'empty') return { lower: null, upper: null, bounds: '[)', empty: true }
    const texts = fieldTexts(text)
    if (texts.length !== 2) throw unreadable(type)
    const [lower, upper] = texts.map(one => (one === null ? null : bound(one)))
    // Postgres prints no other brackets.
    const bounds = `${text[0]}${text.at(-1)}` as RangeBounds
    return { lower, upper, bounds, empty: false }
  }
}

/** Reads a multirange. */
export function multirangeReader(
  type: string,
  range: (text: string) => Range<unknown>,
): (text: string) => Multirange<unknown> {
  return text => {
    if (!text.startsWith('{') || !text.endsWith('}')) throw unreadable(type)
    const ranges: Range<unknown>[] = []
    let start = 1
    let inside = false
    for (let at = 1; at < text.length - 1; at++) {
      const letter = text[at]
      if (letter === '\\') at++
      else if (letter === '"') inside = !inside
      else if (!inside && (letter === ')' || letter === ']')) {
        ranges.push(range(text.slice(start, at + 1)))
        start = at + 2
      }
    }
    return { ranges }
  }
}
