/** The files beside what the database remembers. Pure. */
import type { HistoryRow } from './history.ts'
import type { Migration } from './migration.ts'

/**
 * - `pending`: not applied
 * - `applied`
 * - `squashed`: the migrations that it stands for are applied; the next `up` writes that down and runs nothing
 * - `running`: at work now, or its process died in it
 * - `failed`: what it did by then is in `stepsDone`; the next `up`, or `down`, goes on from there
 */
export type MigrationState = 'pending' | 'applied' | 'squashed' | 'running' | 'failed'

/**
 * - `changed`: the file is not what was applied
 * - `missing`: it was applied, in part at least, and the file is gone
 * - `out of order`: it is pending, and older than the newest that is applied
 * - `half squashed`: some of the migrations that it stands for are applied, and some are not
 */
export type MigrationProblem = 'changed' | 'missing' | 'out of order' | 'half squashed'

export interface MigrationStatus {
  readonly name: string
  readonly state: MigrationState
  readonly problem: MigrationProblem | null
  /** Which way it was last run; null when it never was. */
  readonly direction: 'up' | 'down' | null
  readonly appliedAt: Date | null
  /** Milliseconds that its steps took. */
  readonly duration: number
  readonly stepsDone: number
  /** Null where a file is not there to say, and nothing was run. */
  readonly steps: number | null
  /** Why it failed. */
  readonly error: string | null
}

/** Everything that is known of each migration, of the folder or of the database, the oldest first. */
export function compare(migrations: readonly Migration[], rows: readonly HistoryRow[]): MigrationStatus[] {
  const remembered = new Map(rows.map(row => [row.name, row]))
  const squashed = new Map(migrations.map(one => [one.name, standsFor(one, remembered)]))
  // Who stands for them answers for their files.
  const replaced = new Set(migrations.flatMap(one => (squashed.get(one.name) === 'none' ? [] : replaces(one))))
  const newest = rows.filter(row => row.direction === 'up' && row.stepsDone > 0).at(-1)?.name ?? ''
  const known = migrations.map(one => {
    const row = remembered.get(one.name)
    const status = row === undefined ? unknown(one) : statusOf(row, row.checksum === one.checksum ? null : 'changed')
    if (row !== undefined) return status
    if (squashed.get(one.name) === 'all') return { ...status, state: 'squashed' as const }
    if (squashed.get(one.name) === 'some') return { ...status, problem: 'half squashed' as const }
    return one.name < newest ? { ...status, problem: 'out of order' as const } : status
  })
  const names = new Set(migrations.map(one => one.name))
  const others = rows.filter(row => !names.has(row.name) && !replaced.has(row.name))
  return [...known, ...others.map(row => statusOf(row, 'missing'))].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The migrations that one stands for. */
export function replaces(migration: Migration): readonly string[] {
  return migration.kind === 'sql' ? migration.up.replaces : []
}

function standsFor(migration: Migration, remembered: ReadonlyMap<string, HistoryRow>): 'none' | 'some' | 'all' {
  const names = replaces(migration)
  const applied = names.filter(name => remembered.get(name)?.state === 'applied')
  if (applied.length === names.length && names.length > 0) return 'all'
  return names.some(name => (remembered.get(name)?.stepsDone ?? 0) > 0) ? 'some' : 'none'
}

function unknown(migration: Migration): MigrationStatus {
  return {
    name: migration.name,
    state: 'pending',
    problem: null,
    direction: null,
    appliedAt: null,
    duration: 0,
    stepsDone: 0,
    steps: migration.kind === 'sql' ? migration.up.steps.length : 1,
    error: null,
  }
}

function statusOf(row: HistoryRow, problem: 'changed' | 'missing' | null): MigrationStatus {
  const { name, state, direction, appliedAt, duration, stepsDone, steps, error } = row
  // A file that failed is there to be changed.
  const isProblem = problem === 'missing' ? stepsDone > 0 : state === 'applied'
  return {
    name,
    state,
    problem: isProblem ? problem : null,
    direction,
    appliedAt,
    duration,
    stepsDone,
    steps,
    error,
  }
}
