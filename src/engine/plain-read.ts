/**
 * Whether a statement reads and does nothing else, as far as its text tells. In doubt it does not: a table that is a view may call what
 * it likes, and that is for the server to refuse.
 */
import { isReserved } from '../base/sql-words.ts'
import { type SqlToken, sqlTokens } from '../base/sql-tokens.ts'
import { isPlainFunction } from './plain-functions.ts'

/**
 * - `read`: it may run on any server that has the rows
 * - `bracket`: it begins or ends a transaction or a part of one, and writes nothing of its own
 * - `other`: it may write, lock, or change the connection
 */
export type Effect = 'read' | 'bracket' | 'other'

/** Texts whose effect is kept; past that, all are forgotten and read again. */
const maxTexts = 2_000
const effects = new Map<string, Effect>()

/** What a statement may do. */
export function effectOf(text: string): Effect {
  const known = effects.get(text)
  if (known !== undefined) return known
  if (effects.size >= maxTexts) effects.clear()
  const found = read(text)
  effects.set(text, found)
  return found
}

/** Takes note that a statement which seemed to read does more: a server said so that only reads. */
export function noteWriter(text: string): void {
  effects.set(text, 'other')
}

const readers: ReadonlySet<string> = new Set(['select', 'values', 'table', 'with'])
const brackets: ReadonlySet<string> = new Set([
  'begin',
  'start',
  'commit',
  'rollback',
  'abort',
  'end',
  'savepoint',
  'release',
])
/** Words that, wherever they stand, may be those of a part that writes or locks: `for no key update`, `for key share`. */
const writers: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge', 'into', 'share'])

function read(text: string): Effect {
  const tokens = sqlTokens(text)
  while (tokens.at(-1)?.text === ';') tokens.pop()
  const first = tokens.find(({ text }) => text !== '(')?.name ?? ''
  if (tokens.some(({ text }) => text === ';')) return 'other'
  if (brackets.has(first)) return tokens.some(({ name }) => name === 'prepared') ? 'other' : 'bracket'
  return readers.has(first) && tokens.every((token, at) => isHarmless(tokens, token, at)) ? 'read' : 'other'
}

function isHarmless(tokens: readonly SqlToken[], token: SqlToken, at: number): boolean {
  const { kind, name } = token
  if (kind === 'word' && writers.has(name)) return false
  if (tokens[at + 1]?.text !== '(' || (kind !== 'word' && kind !== 'quoted')) return true
  if (tokens[at - 1]?.text === '.') return tokens[at - 2]?.name === 'pg_catalog' && isPlainFunction(name)
  return isPlainFunction(name) || (kind === 'word' && isReserved(name))
}
