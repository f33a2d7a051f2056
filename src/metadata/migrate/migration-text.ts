/** A plan as the files of a migration. Pure. */
import type { Change, Plan } from '../../schema/change.ts'
import { sqlTokens } from '../../base/sql-tokens.ts'
import { outsideTransaction } from './outside-transaction.ts'

export interface MigrationText {
  readonly up: string
  /**
   * What leads back, as far as there is a way: a change without one is named in a line `-- irreversible: …`, which keeps the whole file from
   * being run until its author has written something in its place.
   */
  readonly down: string
}

/**
 * The text of both files. Above each statement stands what it does, what it locks, what it reads or writes anew, and its hazards.
 * @example migrationText(await engine.metadata.diff()).up
 */
export function migrationText({ changes }: Pick<Plan, 'changes'>): MigrationText {
  return {
    up: fileText(changes.map(change => ({ ...change, comment: [titleOf(change), ...notes(change)] }))),
    down: fileText(changes.toReversed().map(undone)),
  }
}

interface Piece {
  readonly comment: readonly string[]
  /** Null where there is nothing to run. */
  readonly sql: string | null
  readonly transaction: Change['transaction']
}

function fileText(pieces: readonly Piece[]): string {
  let text = ''
  // What stands in the step so far; a comment alone is no reason for another.
  let open: Change['transaction'] | null = null
  for (const { comment, sql, transaction } of pieces) {
    const isNew = sql !== null && open !== null && !(open === 'shared' && transaction === 'shared')
    if (text !== '') text += '\n'
    if (isNew) text += '-- step\n'
    text += comment.map(line => `-- ${line}\n`).join('')
    if (sql === null) continue
    text += `${sql.trim().replace(/;$/, '')};\n`
    open = transaction
  }
  return text
}

function titleOf({ kind, object }: Change): string {
  return oneLine(`${kind} ${object}`)
}

function notes({ locks, rewrites, scans, hazards }: Change): string[] {
  return [
    ...locks.map(({ mode, on }) => oneLine(`lock: ${mode} on ${on}`)),
    ...(rewrites ? ['writes all rows anew'] : scans ? ['reads all rows'] : []),
    ...hazards.map(({ kind, allow, message }) => oneLine(`hazard, ${kind} (${allow}): ${message}`)),
  ]
}

function undone(change: Change): Piece {
  const { inverse, transaction } = change
  if (inverse === null) return { comment: [`irreversible: ${titleOf(change)}`], sql: null, transaction }
  const isOutside = outsideTransaction(sqlTokens(inverse)) !== null
  return {
    comment: [`undo: ${titleOf(change)}`],
    sql: inverse,
    transaction: isOutside ? 'none' : transaction === 'none' ? 'own' : transaction,
  }
}

/** Names may hold anything, and a comment ends with its line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
