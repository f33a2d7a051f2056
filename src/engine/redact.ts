/** Takes the values of a statement out of what the database says about it. */
import type { Statement } from '../base/statement.ts'

/** Stands for values that are not at hand, and is none: no text holds it. */
export const unknownValue = '\0'

/**
 * A server's message without the values it repeats. Messages about data (class 22) quote the value last, and what a
 * function raises (class P0) may hold anything. All others name tables, columns and constraints; a value is among them
 * only where it is a name itself, as in `$1::regclass`.
 * @example redacted('invalid input syntax for type integer: "x"', '22P02', { text: 'select $1::int', values: ['x'] })
 * // => 'invalid input syntax for type integer: "…"'
 */
export function redacted(message: string, sqlState: string, { text, values }: Statement): string {
  const given = values
    .filter((value): value is string => value !== null && value !== '')
    .sort((a, b) => b.length - a.length)
  if (given.length === 0) return message
  if (sqlState.startsWith('22')) return message.replace(/(["«„“])[^]*(["»”“])/, '$1…$2')
  if (sqlState.startsWith('P0')) return given.includes(unknownValue) ? '…' : withoutWords(message, given)
  return given
    .filter(value => !text.includes(value))
    .reduce((left, value) => left.replaceAll(`"${value}"`, '"…"'), message)
}

/** What a value may be cut into, as the leaves of JSON or the elements of an array. */
const word = /[\p{L}\p{N}][\p{L}\p{N}@._+-]*/gu

function withoutWords(message: string, given: readonly string[]): string {
  const words = new Set(given.flatMap(value => value.match(word) ?? []))
  return given
    .filter(value => value.length > 2)
    .reduce((left, value) => left.replaceAll(value, '…'), message)
    .replace(word, found => (words.has(found) ? '…' : found))
}
