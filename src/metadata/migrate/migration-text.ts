/** A plan as the files of a migration. Pure. */
import type { Change, Plan } from '../../schema/change.ts'

export interface MigrationText {
  readonly up: string
  /** What leads back. Rows that are lost on the way up do not come back. */
  readonly down: string
}

/**
 * The text of both files. Above each statement stands what it does, what it locks, what it reads or writes anew, and its hazards.
 * @example migrationText(await engine.metadata.diff()).up
 */
export function migrationText({ changes, back }: Pick<Plan, 'changes' | 'back'>): MigrationText {
  return { up: fileText(changes), down: fileText(back) }
}

function fileText(changes: readonly Change[]): string {
  let text = ''
  let before: Change['transaction'] | null = null
  for (const change of changes) {
    const { sql, transaction } = change
    if (text !== '') text += '\n'
    if (before !== null && !(before === 'shared' && transaction === 'shared')) text += '-- step\n'
    text += [titleOf(change), ...notes(change)].map(line => `-- ${line}\n`).join('')
    text += `${sql.trim().replace(/;$/, '')};\n`
    before = transaction
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

/** Names may hold anything, and a comment ends with its line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
