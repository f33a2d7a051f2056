/** Values whose SQL type nobody has stated, as parameters: Postgres finds the type from where the parameter stands. */
import { ValueError } from '../base/errors.ts'
import { encodeText } from '../schema/encode.ts'
import { plainType } from '../schema/plain-type.ts'
import { typeName } from '../schema/type-name.ts'
import { arrayWriter } from '../schema/write-array.ts'
import { numberText } from '../schema/write-number.ts'

/**
 * A value in Postgres's text form; null stays null. An array becomes an array, of several dimensions when there are arrays in
 * it, and any other object JSON. An array that is meant as JSON is to be given as text, by `JSON.stringify`.
 * @param name the parameter's name, or its place counted from 0, for the message
 * @throws ValueError for undefined, functions, symbols, and what Postgres cannot hold
 */
export function encodeParameter(value: unknown, name: string | number = 0): string | null {
  switch (typeof value) {
    case 'string':
      return encodeText(plainType('text'), value)
    case 'number':
      return numberText(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'undefined':
      throw new ValueError('undefinedParameter', shown(name))
    case 'object':
      return value === null ? null : objectText(value, name)
    default:
      throw new ValueError('wrongParameter', shown(name), typeName(value))
  }
}

function objectText(value: object, name: string | number): string {
  if (value instanceof Date) return encodeText(plainType('timestamptz'), value)
  if (value instanceof Uint8Array) return encodeText(plainType('bytea'), value)
  if (!Array.isArray(value)) return encodeText(plainType('json'), value)
  const element = (one: unknown): string => {
    // `arrayWriter` has taken the arrays that are dimensions; one among values is neither.
    if (Array.isArray(one)) throw new ValueError('wrongParameter', shown(name), 'an array of arrays and other values')
    // Not null: those are `arrayWriter`'s.
    return encodeParameter(one, name) as string
  }
  return arrayWriter(plainType('array'), dimensionsOf(value), ',', element)(value)
}

function dimensionsOf(value: readonly unknown[]): number {
  const [first] = value
  return Array.isArray(first) ? 1 + dimensionsOf(first) : 1
}

function shown(name: string | number): string {
  return typeof name === 'number' ? `$${name + 1}` : `:${name}`
}
