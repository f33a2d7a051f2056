/** `cupel migrate status`. */
import type { MigrationStatus } from '../metadata/migrate/status.ts'
import type { Command } from './command.ts'
import { migrationFlags, withMigrations } from './migrations.ts'
import type { Output, Style } from './output.ts'

const styles: Readonly<Record<MigrationStatus['state'], Style>> = {
  applied: 'green',
  pending: 'yellow',
  squashed: 'cyan',
  running: 'yellow',
  failed: 'red',
}

export const migrateStatus: Command = {
  name: 'migrate status',
  says: 'say what is applied, and what is not',
  words: [],
  flags: {
    check: { takes: null, says: 'exit with 2 unless all are applied, with no problem' },
    ...migrationFlags,
  },
  more: `
Lists each migration, of the folder or of the database, the oldest first. It
changes nothing.`,
  async run(call) {
    const all = await withMigrations(call, one => one.status())
    const isDue = all.some(({ state, problem }) => state !== 'applied' || problem !== null)
    const lines = statusLines(all, call.output)
    return {
      ending: call.given.is('check') && isDue ? 'failed' : 'done',
      json: { migrations: all },
      text: lines.length === 0 ? 'no migrations' : lines.join('\n'),
    }
  },
}

/** A line for each migration, and another for what is wrong with it. */
export function statusLines(all: readonly MigrationStatus[], output: Pick<Output, 'styled'>): string[] {
  const width = Math.max(0, ...all.map(({ name }) => name.length))
  return all.flatMap(({ name, state, problem, appliedAt, stepsDone, steps, error }) => {
    const when = appliedAt === null ? '' : `  ${appliedAt.toISOString().slice(0, 19).replace('T', ' ')}`
    const part = state === 'failed' || state === 'running' ? `  ${stepsDone} of ${steps ?? '?'} steps done` : ''
    const line = `${output.styled(styles[state], state.padEnd(8))}  ${name.padEnd(width)}${when}${part}`.trimEnd()
    const notes = [problem, error].filter(note => note !== null)
    return [line, ...notes.map(note => `          ${output.styled('red', note)}`)]
  })
}
