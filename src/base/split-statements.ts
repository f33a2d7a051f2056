/** SQL cut into its statements, as psql cuts it: by semicolons that stand outside of parentheses and of SQL bodies. */
import { commentEnd, type SqlToken, sqlTokens } from './sql-tokens.ts'

export interface SqlStatement {
  /** Without the semicolon, and without what stands before and after it. */
  readonly text: string
  readonly tokens: readonly SqlToken[]
  /** Where it begins, and in which line, from 1. */
  readonly start: number
  readonly line: number
}

/** A comment `-- …` with nothing else in its line. */
export interface CommentLine {
  /** What follows the dashes, without space around it. */
  readonly text: string
  readonly start: number
  readonly line: number
}

export interface SplitSql {
  readonly statements: readonly SqlStatement[]
  readonly comments: readonly CommentLine[]
  /** The line of a comment that has no end and swallows the rest; null without one. */
  readonly unclosed: number | null
}

/**
 * The statements of a text, and the comments that have a line of their own.
 * @param cuts whether a statement ends at a comment, as if there were a semicolon
 */
export function splitStatements(text: string, cuts: (comment: CommentLine) => boolean = () => false): SplitSql {
  const statements: SqlStatement[] = []
  const comments: CommentLine[] = []
  let open: SqlToken[] = []
  let depth = new Depth()
  const lines = new Lines(text)
  const close = (): void => {
    const [first] = open
    const last = open.at(-1)
    if (first !== undefined && last !== undefined) {
      const { start } = first
      statements.push({ text: text.slice(start, last.end), tokens: open, start, line: lines.of(start) })
    }
    open = []
    depth = new Depth()
  }
  const between = (start: number, end: number): void => {
    const found = commentLines(text, start, end).map(one => ({ ...one, line: lines.of(one.start) }))
    comments.push(...found)
    if (found.some(cuts)) close()
  }
  let end = 0
  for (const token of sqlTokens(text)) {
    between(end, token.start)
    end = token.end
    if (depth.see(token, open) && token.kind === 'symbol' && token.text === ';') close()
    else open.push(token)
  }
  between(end, text.length)
  close()
  const unclosed = unclosedComment(text, end)
  return { statements, comments, unclosed: unclosed === null ? null : lines.of(unclosed) }
}

/** Which line each place is in. */
class Lines {
  readonly #starts: readonly number[]

  constructor(text: string) {
    this.#starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)]
  }

  of(at: number): number {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= at) low = middle
      else high = middle
    }
    return low + 1
  }
}

/** How deep in parentheses and in `begin atomic … end` a statement is. */
class Depth {
  #parentheses = 0
  #blocks = 0

  /** Takes the next token; whether a semicolon here ends the statement. */
  see({ kind, text, name }: SqlToken, before: readonly SqlToken[]): boolean {
    if (kind === 'symbol') {
      if (text === '(') this.#parentheses++
      else if (text === ')') this.#parentheses = Math.max(0, this.#parentheses - 1)
    } else if (kind === 'word' && this.#parentheses === 0 && makesRoutine(before)) {
      if (name === 'begin' || (name === 'case' && this.#blocks > 0)) this.#blocks++
      else if (name === 'end') this.#blocks = Math.max(0, this.#blocks - 1)
    }
    return this.#parentheses === 0 && this.#blocks === 0
  }
}

function makesRoutine(tokens: readonly SqlToken[]): boolean {
  const [first, second, third, fourth] = tokens.slice(0, 4).map(token => (token.kind === 'word' ? token.name : ''))
  if (first !== 'create') return false
  const what = second === 'or' && third === 'replace' ? fourth : second
  return what === 'function' || what === 'procedure'
}

/** The comments of a part of the text that holds space and comments only. */
function commentLines(text: string, start: number, end: number): Omit<CommentLine, 'line'>[] {
  const lines: Omit<CommentLine, 'line'>[] = []
  const opening = /\/\*|--([^\n\r]*)/g
  opening.lastIndex = start
  for (let found = opening.exec(text); found !== null && found.index < end; found = opening.exec(text)) {
    if (found[0] === '/*') opening.lastIndex = commentEnd(text, found.index)
    else if (isAlone(text, found.index)) lines.push({ text: (found[1] ?? '').trim(), start: found.index })
  }
  return lines
}

/** Where a comment begins that does not end, after the last token. */
function unclosedComment(text: string, start: number): number | null {
  const opening = /\/\*|--[^\n\r]*/g
  opening.lastIndex = start
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    if (found[0] !== '/*') continue
    opening.lastIndex = commentEnd(text, found.index)
    const edges = text.slice(found.index, opening.lastIndex).match(/\/\*|\*\//g) ?? []
    if (edges.filter(edge => edge === '/*').length * 2 > edges.length) return found.index
  }
  return null
}

/** Whether only space stands before it in its line. */
function isAlone(text: string, start: number): boolean {
  let at = start - 1
  while (at >= 0 && /[^\S\n\r]/.test(text.charAt(at))) at--
  return at < 0 || text[at] === '\n' || text[at] === '\r'
}
