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

/** Classes of errors whose detail is about objects, processes and settings: objects, transactions, resources, limits, states. */
const impersonal = /^(0A|25|26|2B|40|42|53|54|55|57)/

/**
 * The detail of a server's error: whole, or with `…` in place of the values it repeats. Of what is not known to be without any, nothing
 * is left.
 * @example detailOf({ code: '23505', detail: 'Key (email)=(a@b) already exists.' }, false) // => 'Key (email)=(…) already exists.'
 */
export function detailOf(
  { code, detail = '', routine }: { readonly code: string; readonly detail?: string; readonly routine?: string },
  isShown: boolean,
): string {
  if (isShown) return detail
  // A function may raise any error, with any words.
  if (routine === 'exec_stmt_raise') return '…'
  if (impersonal.test(code)) return detail
  if (!code.startsWith('23')) return '…'
  // Values stand in brackets, behind those with the names of columns where there are such; they may hold brackets, so the last counts.
  const start = detail.indexOf(')=(') + 1 || detail.indexOf('(') - 1
  const end = detail.lastIndexOf(')')
  return start < 0 || end < start
    ? '…'
    : `${detail.slice(0, start + (detail[start] === '=' ? 1 : 0) + 1)}…${detail.slice(end)}`
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
