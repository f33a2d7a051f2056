/** Which migrations are to be run, and whether they may be. Pure. */
import { MigrationError } from '../../base/errors.ts'
import { suggestion } from '../../base/nearest.ts'
import type { HistoryRow } from './history.ts'
import type { Migration } from './migration.ts'
import { compare, type MigrationProblem, type MigrationStatus, replaces } from './status.ts'

export interface UpPlan {
  /** Those whose migrations in place of them are applied: written down and not run. */
  readonly recorded: readonly Migration[]
  readonly run: readonly Migration[]
}

/**
 * @param to the last migration to run; all unless stated
 * @param allow problems that are seen and no hindrance
 * @throws MigrationError for the first hindrance
 */
export function planUp(
  migrations: readonly Migration[],
  rows: readonly HistoryRow[],
  to: string | undefined,
  allow: readonly MigrationProblem[],
): UpPlan {
  if (to !== undefined) known(to, migrations)
  const statuses = compare(migrations, rows)
  const isWanted = ({ name }: { readonly name: string }): boolean => to === undefined || name <= to
  const halfDown = statuses.find(one => one.direction === 'down')
  if (halfDown !== undefined) refuse('migrationHalfDown', halfDown)
  const changed = statuses.find(one => one.problem === 'changed')
  if (changed !== undefined && !allow.includes('changed')) refuse('migrationChanged', changed)
  const half = statuses.find(one => one.problem === 'half squashed')
  if (half !== undefined) refuseHalf(migrations, rows, half)
  const stateOf = new Map(statuses.map(one => [one.name, one.state]))
  const run = migrations.filter(one => isWanted(one) && !['applied', 'squashed'].includes(stateOf.get(one.name) ?? ''))
  const missing = statuses.find(one => one.problem === 'missing')
  if (run.length > 0 && missing !== undefined && !allow.includes('missing')) refuse('migrationMissing', missing)
  const late = statuses.find(one => one.problem === 'out of order' && isWanted(one))
  if (late !== undefined && !allow.includes('out of order')) {
    const newest = rows.filter(row => row.stepsDone > 0).at(-1)
    refuse('migrationOrder', late, newest?.name)
  }
  return { recorded: migrations.filter(one => stateOf.get(one.name) === 'squashed'), run }
}

/** The migration of a name. @throws MigrationError that proposes the nearest */
export function known<Named extends { readonly name: string }>(name: string, all: readonly Named[]): Named {
  const found = all.find(one => one.name === name)
  if (found !== undefined) return found
  const names = all.map(one => one.name)
  // The moment is seldom known by heart.
  const near = names.find(one => one.slice(15) === name || one.slice(0, 14) === name)
  const hint = near === undefined ? suggestion(name, names) : `; did you mean '${near}'?`
  throw new MigrationError('unknownMigration', [name, hint])
}

function refuse(
  code: 'migrationHalfDown' | 'migrationChanged' | 'migrationMissing' | 'migrationOrder',
  { name }: MigrationStatus,
  other = '',
): never {
  throw new MigrationError(code, [name, other], { migration: name })
}

function refuseHalf(migrations: readonly Migration[], rows: readonly HistoryRow[], { name }: MigrationStatus): never {
  const names = replaces(known(name, migrations))
  const isApplied = (one: string): boolean => rows.some(row => row.name === one && row.state === 'applied')
  const there = names.find(one => rows.some(row => row.name === one)) ?? ''
  const rest = names.find(one => !isApplied(one)) ?? ''
  throw new MigrationError('migrationHalfReplaced', [name, there, rest], { migration: name })
}
