/** Checks of what a type has room for. What Postgres would refuse without naming the column, or cut without a word, is refused here. */
import { anyNumber, plainString, validDate } from './check-scalar.ts'
import type { TypeModel } from './model.ts'
import { wrongValue } from './wrong-value.ts'

type Check<Value> = (value: unknown) => Value

/** Strings of at most the type's length, in characters; spaces past it too, which Postgres would cut. */
export function sizedString(type: TypeModel): Check<string> {
  const check = plainString(type)
  const { length } = type
  if (length === null) return check
  return value => {
    const text = check(value)
    // PERF: what has no more units has no more characters.
    if (text.length <= length || [...text].length <= length) return text
    throw wrongValue(type, `a string of at most ${length} characters`, value, 'a longer one')
  }
}

/** Bits, as many as the type has, or up to as many where it varies. Other forms, as `x1F`, are the database's to read. */
export function sizedBits(type: TypeModel): Check<string> {
  const check = plainString(type)
  // `bit` alone is `bit(1)`.
  const length = type.length ?? (type.kind === 'bit' ? 1 : null)
  if (length === null) return check
  return value => {
    const text = check(value)
    const fits = type.kind === 'bit' ? text.length === length : text.length <= length
    if (fits || !/^[01]*$/.test(text)) return text
    throw wrongValue(
      type,
      `a string of ${type.kind === 'bit' ? '' : 'at most '}${length} bits`,
      value,
      text.length > length ? 'a longer one' : 'a shorter one',
    )
  }
}

/** Numbers in decimal with no more digits before the point than the type has. Those behind it are rounded, as the type asks for. */
export function sizedNumeric(type: TypeModel): Check<string> {
  const check = plainString(type)
  const room = roomOf(type)
  if (room === null) return check
  return value => {
    const text = check(value)
    const digits = /^\s*[+-]?0*(\d*)(?:\.\d*)?\s*$/.exec(text)?.[1]
    if (digits === undefined ? !/^\s*[+-]?inf/i.test(text) : digits.length <= room) return text
    throw wrongValue(type, roomText(room), value, 'a string with more, or an infinite one')
  }
}

/** The same for a JavaScript number. */
export function sizedNumber(type: TypeModel): Check<number> {
  const check = anyNumber(type)
  const room = roomOf(type)
  if (room === null) return check
  return value => {
    const number = check(value)
    if (!(Math.abs(number) >= 10 ** room)) return number
    throw wrongValue(type, roomText(room), value, Number.isFinite(number) ? 'a number with more' : undefined)
  }
}

function roomOf({ precision, scale }: TypeModel): number | null {
  return precision === null ? null : precision - (scale ?? 0)
}

function roomText(room: number): string {
  return `a number with at most ${Math.max(room, 0)} digits before the point`
}

/** Numbers whose size 24 bits can say: a larger one is not infinite, and a smaller one not 0. */
export function realNumber(type: TypeModel): Check<number> {
  const check = anyNumber(type)
  return value => {
    const number = check(value)
    const rounded = Math.fround(number)
    const isLost = Number.isFinite(number) && (!Number.isFinite(rounded) || (rounded === 0 && number !== 0))
    if (!isLost) return number
    throw wrongValue(type, 'a number from 1.4e-45 to 3.4e38 in size', value, 'a number outside that range')
  }
}

/** The first moment that Postgres knows: 4714-11-24 BC, the first of the Julian days. */
const firstMoment = Date.UTC(-4713, 10, 24)

/** Dates from the first that Postgres knows; it knows all later ones that JavaScript does. */
export function knownDate(type: TypeModel): Check<Date> {
  const check = validDate(type)
  return value => {
    const date = check(value)
    if (date.getTime() >= firstMoment) return date
    throw wrongValue(type, 'a Date from 4714-11-24 BC on', value, 'an earlier one')
  }
}
