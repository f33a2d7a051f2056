/**
 * The columns that an expression of SQL names. It reads no more than it must to tell a column from all else that a name can
 * be, and where it cannot tell, the name is none: what Postgres takes is never refused here.
 */
import type { Fragment } from '../base/fragment.ts'
import { quote } from '../base/identifier.ts'
import { type SqlToken, sqlTokens } from '../base/sql-tokens.ts'
import { isReserved } from '../base/sql-words.ts'

/** A name that can only be a column's. */
export interface NamedColumn {
  /** As it was written, less its quotes. */
  readonly text: string
  /** As the database knows it. */
  readonly name: string
}

/** Words with a whole operand after them. After all others the grammar has words of its own, and names of other things. */
const beforeOperand: ReadonlySet<string> = new Set(
  `and or like ilike from for placing escape case when then else between symmetric asymmetric both leading trailing
  variadic using`.split(/\s+/),
)

/** Words that may follow an operand. A name with any other word behind it begins a type or a clause. */
const afterOperand: ReadonlySet<string> = new Set(
  `and or is in not like ilike similar between collate at isnull notnull overlaps escape from for then else end when as
  operator placing using`.split(/\s+/),
)

/** Words that the names of types go on with: `double precision`, `timestamp with time zone`, `interval day to second`. */
const insideType: ReadonlySet<string> = new Set(
  'precision varying character char with without time zone array year month day hour minute second to'.split(' '),
)

/** @example columnsNamed(sql`lower(title) <> 'x' and words > 0`) // => title and words */
export function columnsNamed(expression: Fragment): NamedColumn[] {
  const tokens = sqlTokens(expression.parts.map(partText).join(''))
  // A query within has columns of its own.
  if (tokens.some(token => isWord(token, 'select', 'table', 'values'))) return []
  const found: NamedColumn[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) break
    if (token.text === '::' || isWord(token, 'as', 'returning')) at = typeEnd(tokens, at + 1) - 1
    else if (isName(token) && isTypeOfConstant(tokens, at)) at = typeEnd(tokens, at) - 1
    else if (isColumn(tokens, at)) found.push({ text: token.text, name: token.name })
  }
  return found
}

function partText(part: Fragment['parts'][number]): string {
  if (part.kind === 'text') return part.text.replaceAll('\0', '')
  return part.kind === 'identifier' ? part.names.map(quote).join('.') : '\0'
}

function isColumn(tokens: readonly SqlToken[], at: number): boolean {
  const token = tokens[at]
  const next = tokens[at + 1]
  if (token === undefined || !isName(token)) return false
  // The forms of Unicode are words of `normalize(title, nfc)`.
  if (token.kind === 'word' && (isReserved(token.name) || /^nfk?[cd]$/.test(token.name))) return false
  if (!isOperandPlace(tokens, at)) return false
  if (next === undefined) return true
  if (next.kind === 'word') return afterOperand.has(next.name)
  if (next.kind !== 'symbol') return false
  // A function, a qualified name, an argument by its name.
  return next.text !== '(' && next.text !== '.' && next.text !== ':=' && !/^=>[+-]*$/.test(next.text)
}

/** Whether an operand begins here: at the start, behind an opening bracket, an operator, or a word that asks for one. */
function isOperandPlace(tokens: readonly SqlToken[], at: number): boolean {
  const before = tokens[at - 1]
  if (before === undefined) return true
  // Their first word is the grammar's: `extract(year from day)`, `xmlelement(name item)`.
  if (before.text === '(') return !isWord(tokens[at - 2], 'extract', 'xmlelement', 'xmlparse', 'xmlpi', 'xmlserialize')
  if (before.kind === 'symbol') return !/^(?:\.|::|\)|\]|;)$/.test(before.text)
  if (isWord(before, 'to')) return isWord(tokens[at - 2], 'similar')
  if (isWord(before, 'not')) return !isWord(tokens[at - 2], 'is')
  if (isWord(before, 'zone')) return isWord(tokens[at - 3], 'at')
  return before.kind === 'word' && beforeOperand.has(before.name)
}

/** Whether a type with modifiers begins here, as in `geometry(point, 4326) 'POINT(0 0)'`. */
function isTypeOfConstant(tokens: readonly SqlToken[], at: number): boolean {
  return tokens[at + 1]?.text === '(' && tokens[closing(tokens, at + 1) + 1]?.kind === 'constant'
}

/** Where the name of a type ends that begins here: with its schema, its modifiers, and its dimensions. */
function typeEnd(tokens: readonly SqlToken[], start: number): number {
  let at = start + 1
  while (tokens[at]?.text === '.') at += 2
  for (;;) {
    const token = tokens[at]
    if (token?.text === '(' || token?.text === '[') at = closing(tokens, at) + 1
    else if (token?.kind === 'word' && insideType.has(token.name)) at++
    else return at
  }
}

/** The bracket that closes the one here; the last token where none does. */
function closing(tokens: readonly SqlToken[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.kind !== 'symbol') continue
    if (token.text === '(' || token.text === '[') depth++
    else if (token.text === ')' || token.text === ']') depth--
    if (depth === 0) return at
  }
  return tokens.length - 1
}

function isName(token: SqlToken): boolean {
  return token.kind === 'word' || token.kind === 'quoted'
}

function isWord(token: SqlToken | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.name)
}
