/** Values whose SQL type nobody has stated, as parameters: Postgres finds the type from where the parameter stands. */
import { ValueError } from '../base/errors.ts'
import type { KindName } from '../base/kinds.ts'
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
      return encodedAs('text', value, name)
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
  if (value instanceof Date) return encodedAs('timestamptz', value, name)
  if (value instanceof Uint8Array) return encodedAs('bytea', value, name)
  if (!Array.isArray(value)) return encodedAs('json', value, name)
  const element = (one: unknown): string => {
    // `arrayWriter` has taken the arrays that are dimensions; one among values is neither.
    if (Array.isArray(one)) throw new ValueError('wrongParameter', shown(name), 'an array of arrays and other values')
    // Not null: those are `arrayWriter`'s.
    return encodeParameter(one, name) as string
  }
  return arrayWriter(plainType('array'), dimensionsOf(value), ',', element)(value)
}

function encodedAs(kind: KindName, value: unknown, name: string | number): string {
  try {
    return encodeText(plainType(kind), value)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new ValueError('parameterValue', shown(name), error.message)
  }
}

function dimensionsOf(value: readonly unknown[]): number {
  const [first] = value
  return Array.isArray(first) ? 1 + dimensionsOf(first) : 1
}

function shown(name: string | number): string {
  return typeof name === 'number' ? `$${name + 1}` : `:${name}`
}
