/** Composites, ranges and multiranges as Postgres reads them. */
import { ValueError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { anyObject } from './check-scalar.ts'
import type { CompositeModel, TypeModel } from './model.ts'
import { typeLabel, wrongValue } from './wrong-value.ts'

type WriteText = (value: unknown) => string

/**
 * Writes an object as `(a,"b c",)`, its fields in the order of the type. A field that is not given is null; one that the type
 * does not have is refused.
 */
export function compositeWriter(
  type: TypeModel,
  composite: CompositeModel,
  writerOf: (type: TypeModel) => WriteText,
): WriteText {
  const check = anyObject(type)
  const fields = composite.fields.map(field => ({ key: field.key, write: writerOf(field.type) }))
  const keys = new Set(fields.map(field => field.key))
  return given => {
    const value = check(given)
    for (const key of Object.keys(value)) {
      if (!keys.has(key)) throw new ValueError('unknownField', typeLabel(type), key, suggestion(key, keys))
    }
    const texts = fields.map(({ key, write }) => {
      const field = value[key]
      return field === null || field === undefined ? '' : quoted(write(field))
    })
    return `(${texts.join(',')})`
  }
}

const boundsForms: ReadonlySet<unknown> = new Set(['[)', '[]', '(]', '()'])

/** Writes a range as `[1,5)`; a bound that is null or not given is infinite. */
export function rangeWriter(type: TypeModel, bound: WriteText): WriteText {
  const check = anyObject(type)
  const side = (value: unknown): string => (value === null || value === undefined ? '' : quoted(bound(value)))
  return given => {
    const { lower, upper, bounds = '[)', empty = false, ...others } = check(given)
    const [other] = Object.keys(others)
    if (other !== undefined) throw new ValueError('unknownField', typeLabel(type), other, suggestion(other, rangeKeys))
    if (typeof empty !== 'boolean') throw wrongValue(type, `a range with a boolean as 'empty'`, empty)
    if (typeof bounds !== 'string' || !boundsForms.has(bounds)) {
      throw wrongValue(type, `a range whose 'bounds' are '[)' | '[]' | '(]' | '()'`, given, 'one with others')
    }
    const [from, to] = [side(lower), side(upper)]
    if (!empty) return `${bounds[0]}${from},${to}${bounds[1]}`
    if (from !== '' || to !== '') throw wrongValue(type, 'an empty range, or one with bounds', given, 'both at once')
    return 'empty'
  }
}

const rangeKeys = ['lower', 'upper', 'bounds', 'empty']

/** Writes an object with its `ranges` as `{[1,5),[7,9)}`. */
export function multirangeWriter(type: TypeModel, range: WriteText): WriteText {
  const check = anyObject(type)
  return given => {
    const { ranges } = check(given)
    if (!Array.isArray(ranges)) throw wrongValue(type, `an object with an array as 'ranges'`, ranges)
    return `{${Array.from(ranges, range).join(',')}}`
  }
}

function quoted(text: string): string {
  return /[\s"\\(),[\]]|^$/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
}
