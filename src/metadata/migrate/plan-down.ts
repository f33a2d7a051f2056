/** Which migrations are to be undone, the newest first. Pure. */
import { MigrationError } from '../../base/errors.ts'
import type { HistoryRow } from './history.ts'
import type { Migration } from './migration.ts'
import { known } from './plan-up.ts'

export interface DownTarget {
  /** The migration that is to be the last applied; null to undo all. */
  readonly to?: string | null
  /** How many to undo; 1 unless `to` or this is stated. */
  readonly steps?: number
}

/** @throws MigrationError for a name that is not applied, a count that is none, and a migration whose file is gone or that is half applied */
export function planDown(
  migrations: readonly Migration[],
  rows: readonly HistoryRow[],
  { to, steps }: DownTarget,
): Migration[] {
  const count = to === undefined ? (steps ?? 1) : (steps ?? Number.POSITIVE_INFINITY)
  if (!(count > 0) || !(Number.isInteger(count) || count === Number.POSITIVE_INFINITY))
    throw new MigrationError('migrationCount', [String(count)])
  if (typeof to === 'string') {
    const isApplied = rows.some(row => row.name === to && row.state === 'applied')
    if (!isApplied) known(to, [...migrations, ...rows])
    if (!isApplied) throw new MigrationError('migrationNotApplied', [to], { migration: to })
  }
  // What failed without leaving a trace is not there to be undone.
  const there = rows.filter(row => row.state === 'applied' || row.direction === 'down' || row.stepsStarted > 0)
  const wanted = there
    .filter(({ name }) => typeof to !== 'string' || name > to)
    .toReversed()
    .slice(0, count)
  return wanted.map(({ name, state, direction }) => {
    if (state !== 'applied' && direction === 'up')
      throw new MigrationError('migrationHalfUp', [name], { migration: name })
    const migration = migrations.find(one => one.name === name)
    if (migration === undefined)
      throw new MigrationError('migrationNoDown', [name, 'its file is gone'], { migration: name })
    return migration
  })
}
