/** Arrays as Postgres reads them: `{1,NULL,"a,b"}`, and arrays of arrays for several dimensions. */
import type { TypeModel } from './model.ts'
import { wrongValue } from './wrong-value.ts'

type WriteText = (value: unknown) => string

/**
 * Writes arrays of so many dimensions. Postgres's arrays are rectangles: arrays side by side, and their cousins, must be
 * of one length, and none may be empty but the outermost.
 * @param element writes one element that is not null
 */
export function arrayWriter(type: TypeModel, dimensions: number, delimiter: string, element: WriteText): WriteText {
  const special = delimiter === ',' || delimiter === ';' ? common : quotedWith(delimiter)
  const write = (value: readonly unknown[], depth: number): string => {
    if (depth === 1) return `{${elements(value, delimiter, element, special)}}`
    // `checkShape` has seen that these are arrays.
    return `{${(value as readonly (readonly unknown[])[]).map(inner => write(inner, depth - 1)).join(delimiter)}}`
  }
  return value => {
    if (!Array.isArray(value)) throw wrongValue(type, 'an array', value)
    if (dimensions > 1) checkShape(type, value, dimensions)
    return write(value, dimensions)
  }
}

function checkShape(type: TypeModel, value: readonly unknown[], dimensions: number): void {
  const wanted = `an array of arrays of one length, ${dimensions} deep`
  let level = value
  for (let depth = 1; depth < dimensions; depth++) {
    const next: unknown[] = []
    let width: number | null = null
    // By index, since a hole is no array.
    for (let at = 0; at < level.length; at++) {
      const inner = level[at]
      if (!Array.isArray(inner))
        throw wrongValue(type, wanted, value, 'an array with something else in place of an array')
      if (inner.length === 0) throw wrongValue(type, wanted, value, 'an array with empty arrays in it')
      if (width !== null && inner.length !== width) throw wrongValue(type, wanted, value, 'arrays of different lengths')
      width = inner.length
      for (const one of inner) next.push(one)
    }
    level = next
  }
}

function elements(values: readonly unknown[], delimiter: string, element: WriteText, special: RegExp): string {
  let text = ''
  // By index, since a hole is undefined and no element.
  for (let at = 0; at < values.length; at++) {
    if (at > 0) text += delimiter
    const value = values[at]
    text += value === null ? 'NULL' : quoted(element(value), special)
  }
  return text
}

/** Both delimiters that Postgres's own types have are quoted, whichever this one has. */
const common = /[\s"\\{},;]|^null$|^$/i

function quotedWith(delimiter: string): RegExp {
  return new RegExp(`${common.source}|${delimiter.replace(/[^\w]/, '\\$&')}`, 'i')
}

function quoted(text: string, special: RegExp): string {
  return special.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
}
