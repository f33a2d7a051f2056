/** The statements of a module's text, one by one, with the comments between them. */
import { code } from './source-members.ts'

export interface SourceStatement {
  /** What stands above it and belongs to no other statement: comments, with the line break after them. */
  readonly comment: string
  /** Up to its last line break. */
  readonly text: string
}

export interface SourceStatements {
  readonly statements: readonly SourceStatement[]
  /** The comments after the last one. */
  readonly rest: string
}

export function statementsOf(text: string): SourceStatements {
  const statements: SourceStatement[] = []
  let end = 0
  for (const [place, letter] of code(text, 0)) {
    if (place < end || /\s/.test(letter)) continue
    const own = statementAt(text, place)
    statements.push({ comment: commentIn(text.slice(end, place)), text: own })
    end = place + own.length
  }
  return { statements, rest: commentIn(text.slice(end)).replace(/\n*$/, '\n').replace(/^\n$/, '') }
}

/** Without the empty lines before it; one that stands alone keeps the empty line that says so. */
function commentIn(between: string): string {
  const text = between.replace(/^\s+/, '')
  return text === '' ? '' : `${text.trimEnd()}\n${/\n[ \t]*\n[ \t]*$/.test(text) ? '\n' : ''}`
}

/** Up to where its brackets are closed and the next line begins something else. */
function statementAt(text: string, start: number): string {
  let depth = 0
  for (const [place, letter] of code(text, start)) {
    if (/[{([]/.test(letter)) depth++
    else if (/[})\]]/.test(letter)) depth--
    else if (letter === '\n' && depth === 0 && !/^[ \t]+\S|^[|&]/.test(text.slice(place + 1, place + 200)))
      return text.slice(start, place + 1)
  }
  return `${text.slice(start).trimEnd()}\n`
}
