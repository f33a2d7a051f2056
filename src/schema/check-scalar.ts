/** Checks of single values: each gives a function that returns the value as it came, or refuses it by its type's name. */
import { byteLength, maxNameBytes } from '../base/identifier.ts'
import type { TypeModel } from './model.ts'
import { wantedName } from './type-name.ts'
import { wrongValue } from './wrong-value.ts'

type Check<Value> = (value: unknown) => Value

/** Whole numbers within a range, both ends included. */
export function wholeNumber(type: TypeModel, low: number, high: number): Check<number> {
  return value => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value
    const outside = Number.isInteger(value) ? 'a number outside that range' : undefined
    throw wrongValue(type, `a whole number from ${low} to ${high}`, value, outside)
  }
}

/** Bigints within a range, both ends included. */
export function wholeBigint(type: TypeModel, low: bigint, high: bigint): Check<bigint> {
  return value => {
    if (typeof value === 'bigint' && value >= low && value <= high) return value
    const outside = typeof value === 'bigint' ? 'a bigint outside that range' : undefined
    throw wrongValue(type, `a bigint from ${low} to ${high}`, value, outside)
  }
}

/** Any number: NaN, the infinities and -0 too. */
export function anyNumber(type: TypeModel): Check<number> {
  return value => {
    if (typeof value === 'number') return value
    throw wrongValue(type, 'a number', value)
  }
}

/** Strings that Postgres can hold: no U+0000, and nothing that UTF-8 could not say. */
export function plainString(type: TypeModel): Check<string> {
  return value => {
    if (typeof value === 'string' && !value.includes('\0') && value.isWellFormed()) return value
    throw wrongValue(type, typeof value === 'string' ? 'a string of whole characters' : 'a string', value)
  }
}

/** Names: Postgres would cut a longer one in silence. */
export function nameString(type: TypeModel): Check<string> {
  const check = plainString(type)
  return value => {
    const name = check(value)
    if (name.length * 3 <= maxNameBytes || byteLength(name) <= maxNameBytes) return name
    throw wrongValue(type, `a string of at most ${maxNameBytes} bytes`, value, 'a longer one')
  }
}

const uuidForm = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

export function uuidString(type: TypeModel): Check<string> {
  return value => {
    if (typeof value === 'string' && uuidForm.test(value)) return value
    throw wrongValue(type, 'a string of 32 hexadecimal digits in the groups 8-4-4-4-12', value, otherString(value))
  }
}

/** One of the words of an enum. */
export function enumWord(type: TypeModel, words: readonly string[]): Check<string> {
  const known = new Set<unknown>(words)
  return value => {
    // The set holds strings only.
    if (known.has(value)) return value as string
    throw wrongValue(type, wantedName(type), value, otherString(value))
  }
}

export function trueOrFalse(type: TypeModel): Check<boolean> {
  return value => {
    if (typeof value === 'boolean') return value
    throw wrongValue(type, 'a boolean', value)
  }
}

export function validDate(type: TypeModel): Check<Date> {
  return value => {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value
    throw wrongValue(type, 'a Date', value)
  }
}

export function bytes(type: TypeModel): Check<Uint8Array> {
  return value => {
    if (value instanceof Uint8Array) return value
    throw wrongValue(type, 'a Uint8Array', value)
  }
}

export function anyObject(type: TypeModel): Check<Readonly<Record<string, unknown>>> {
  return value => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)) {
      return value as Readonly<Record<string, unknown>>
    }
    throw wrongValue(type, 'an object', value)
  }
}

function otherString(value: unknown): string | undefined {
  return typeof value === 'string' ? 'another string' : undefined
}
