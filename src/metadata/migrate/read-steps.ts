/** The text of a SQL migration as its steps. Pure: what it refuses, it refuses before any statement is run. */
import { MigrationError } from '../../base/errors.ts'
import { type CommentLine, type SplitSql, splitStatements, type SqlStatement } from '../../base/split-statements.ts'
import { checksum } from './checksum.ts'
import { readIndexChange } from './index-change.ts'
import { copiesRows, isSetting, outsideTransaction, transactionWords } from './outside-transaction.ts'

/** A part of a file that is done or not done as a whole. */
export interface SqlStep {
  readonly statements: readonly SqlStatement[]
  /** `own`: one transaction. `none`: one statement that Postgres takes outside of transactions only, after what it has `set`. */
  readonly transaction: 'own' | 'none'
  /** Of its statements, whatever stands between them. */
  readonly checksum: string
}

export interface SqlFile {
  readonly steps: readonly SqlStep[]
  /** The migrations that this one stands for, from its lines `-- replaces: name`. */
  readonly replaces: readonly string[]
  /** Why it does not undo all, from its lines `-- irreversible: reason`. */
  readonly irreversible: readonly string[]
}

/** `-- step`, or `-- step: no transaction`. */
const stepLine = /^step\s*(?::\s*(.*))?$/i
const directive = /^(replaces|irreversible):\s*(.+)$/i

/**
 * Reads a file's text.
 * @param file its name, for errors
 * @throws MigrationError with the line, where a step cannot be run
 */
export function readSteps(file: string, text: string): SqlFile {
  const isCut = (comment: CommentLine): boolean => stepLine.test(comment.text)
  const { statements, comments, unclosed } = splitStatements(text, isCut)
  if (unclosed !== null) throw new MigrationError('stepComment', [file, String(unclosed)], { line: unclosed })
  const cuts = comments.filter(isCut)
  for (const { text: words, line } of cuts) {
    const said = stepLine.exec(words)?.[1]
    if (said !== undefined && !isBare(said)) throw new MigrationError('stepLine', [file, words, String(line)], { line })
  }
  const starts = [0, ...cuts.map(cut => cut.start)]
  const steps: SqlStep[] = []
  for (const [at, start] of starts.entries()) {
    const end = starts[at + 1] ?? text.length
    const own = statements.filter(one => one.start >= start && one.start < end)
    const cut = at === 0 ? undefined : cuts[at - 1]
    const bare = cut !== undefined && isBare(stepLine.exec(cut.text)?.[1] ?? '')
    if (own.length > 0) steps.push(readStep(file, own, bare, steps.length + 1))
  }
  return { steps, replaces: said(comments, 'replaces'), irreversible: said(comments, 'irreversible') }
}

function isBare(words: string): boolean {
  return /^no\s+transaction$/i.test(words)
}

function said(comments: SplitSql['comments'], word: string): string[] {
  return comments.flatMap(({ text }) => {
    const [, name, rest] = directive.exec(text) ?? []
    return name?.toLowerCase() === word && rest !== undefined ? [rest.trim()] : []
  })
}

function readStep(file: string, statements: readonly SqlStatement[], bare: boolean, step: number): SqlStep {
  let outside: string | null = bare ? 'no transaction' : null
  for (const { tokens, line } of statements) {
    const words = transactionWords(tokens)
    if (words !== null) throw new MigrationError('stepTransaction', [file, words, String(line)], { step, line })
    if (copiesRows(tokens)) throw new MigrationError('stepCopy', [file, String(line)], { step, line })
    outside = outsideTransaction(tokens) ?? outside
    if (readIndexChange(tokens) === 'unnamed')
      throw new MigrationError('stepIndex', [file, String(line)], { step, line })
  }
  if (outside !== null && statements.filter(({ tokens }) => !isSetting(tokens)).length !== 1) {
    const line = statements[0]?.line ?? 1
    throw new MigrationError('stepMixed', [file, String(step), String(line), outside], { step, line })
  }
  return {
    statements,
    transaction: outside === null ? 'own' : 'none',
    checksum: checksum(statements.map(one => one.text).join(';\n')),
  }
}
