/** Moments in the form that Postgres prints under `datestyle = 'ISO'`. */
import { ValueError } from '../base/errors.ts'
import { unreadable } from './unreadable.ts'

const [zero, dash, colon, dot, space, plus] = [48, 45, 58, 46, 32, 43]

/**
 * A Date from a `timestamptz`, or from a `timestamp` as the clock in UTC. A Date keeps milliseconds: the microseconds
 * that Postgres has are cut off.
 * @throws ValueError for infinity and for moments past what a Date holds (the year 275760)
 * @example readDate('timestamptz', '2026-01-02 03:04:05.5+05:30').toISOString() // => '2026-01-01T21:34:05.500Z'
 */
export function readDate(type: string, text: string): Date {
  const first = text.charCodeAt(0)
  if (first === 105 || text === '-infinity') throw new ValueError('noDate', type, 'infinity')
  const yearEnd = text.indexOf('-')
  let at = yearEnd
  let year = yearEnd === 4 ? two(text, 0) * 100 + two(text, 2) : Number(text.slice(0, yearEnd))
  const month = two(text, at + 1)
  const day = two(text, at + 4)
  const hour = two(text, at + 7)
  const minute = two(text, at + 10)
  let second = two(text, at + 13)
  at += 15
  let millisecond = 0
  if (text.charCodeAt(at) === dot) {
    let weight = 100
    let code = text.charCodeAt(++at) - zero
    while (code >= 0 && code <= 9) {
      millisecond += weight >= 1 ? code * weight : 0
      weight = weight > 1 ? weight / 10 : 0
      code = text.charCodeAt(++at) - zero
    }
  }
  const sign = text.charCodeAt(at)
  if (sign === plus || sign === dash) {
    let offset = two(text, at + 1) * 3600
    at += 3
    if (text.charCodeAt(at) === colon) {
      offset += two(text, at + 1) * 60
      at += 3
      if (text.charCodeAt(at) === colon) {
        offset += two(text, at + 1)
        at += 3
      }
    }
    second -= sign === plus ? offset : -offset
  }
  if (text.charCodeAt(at) === space && text.endsWith(' BC')) {
    year = 1 - year
    at += 3
  }
  if (at !== text.length) throw unreadable(type)
  return make(type, year, Date.UTC(yearIn(year), month - 1, day, hour, minute, second, millisecond))
}

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999; the calendar repeats itself every 400 years. */
function yearIn(year: number): number {
  return year >= 0 && year <= 99 ? year + 400 : year
}

const milliseconds400Years = 146_097 * 86_400_000

function make(type: string, year: number, time: number): Date {
  const date = new Date(yearIn(year) === year ? time : time - milliseconds400Years)
  if (!Number.isNaN(date.getTime())) return date
  throw year > 275_000 ? new ValueError('noDate', type, 'a moment past the year 275760') : unreadable(type)
}

/** NaN when there are no two digits. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero
  const ones = text.charCodeAt(at + 1) - zero
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}
