/** What a database remembers of its migrations: one table, one row for each. */
import { MigrationError } from '../../base/errors.ts'
import { quote } from '../../base/identifier.ts'
import type { Executor } from '../../engine/executor.ts'
import { StatementError } from '../../engine/statement-error.ts'
import type { QualifiedName } from '../../schema/model.ts'

/** The name of the table, unless another is asked for; it is no part of the schema that is migrated. */
const historyTable = 'cupel_migrations'

export interface HistoryOptions {
  /** The table that remembers; `cupel_migrations` unless stated. */
  readonly table?: string
  /** Its schema, made where it is not there; `public` unless stated. */
  readonly schema?: string
}

/** The table with its schema. */
export function historyName({ table = historyTable, schema = 'public' }: HistoryOptions = {}): QualifiedName {
  return { schema, name: table }
}

/** `running`: at work now, or its process died. A row is gone when its migration is undone. */
export type HistoryState = 'applied' | 'running' | 'failed'

export interface HistoryRow {
  readonly name: string
  readonly checksum: string
  readonly state: HistoryState
  /** Which way it was last run. */
  readonly direction: 'up' | 'down'
  /** When its last step was done; null before. */
  readonly appliedAt: Date | null
  /** Milliseconds that its steps took. */
  readonly duration: number
  readonly stepsDone: number
  /** One more than `stepsDone` while a step outside of a transaction may be done in part. */
  readonly stepsStarted: number
  readonly steps: number
  /** Of the steps that are done, in their order. */
  readonly stepChecksums: readonly string[]
  /** Why it failed. */
  readonly error: string | null
}

const columns = `name, checksum, state, direction, applied_at as "appliedAt", duration_ms as duration, steps_done as "stepsDone",
  steps_started as "stepsStarted", steps, step_checksums as "stepChecksums", error`

/** The table, by statements; it holds no connection. */
export class History {
  readonly #table: string
  readonly #schema: string
  /** As SQL writes it. */
  readonly name: string

  constructor(options: HistoryOptions = {}) {
    const { schema, name } = historyName(options)
    this.#table = name
    this.#schema = schema
    // With its schema always: a migration may change the search path.
    this.name = `${quote(schema)}.${quote(name)}`
  }

  /** Makes the table where it is not there. To be called by one at a time. @throws MigrationError when the database refuses it */
  async create(on: Executor): Promise<void> {
    if (await this.exists(on)) return
    try {
      await this.#make(on)
    } catch (error) {
      if (!(error instanceof StatementError)) throw error
      throw new MigrationError(
        'historyNotMade',
        [`${this.#schema}.${this.#table}`, error.message],
        {},
        { cause: error },
      )
    }
  }

  async #make(on: Executor): Promise<void> {
    const schema = await on.execute('select 1 from pg_catalog.pg_namespace where nspname = $1', [this.#schema])
    if (schema.rowCount === 0) await on.execute(`create schema ${quote(this.#schema)}`)
    await on.execute(`create table ${this.name} (
      name text primary key,
      checksum text not null,
      state text not null,
      direction text not null,
      applied_at timestamptz,
      duration_ms integer not null default 0,
      steps_done integer not null default 0,
      steps_started integer not null default 0,
      steps integer not null,
      step_checksums text[] not null default '{}',
      error text
    )`)
  }

  async exists(on: Executor): Promise<boolean> {
    const found = await on.execute(
      `select 1 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname = $2`,
      [this.#schema, this.#table],
    )
    return found.rowCount > 0
  }

  /** All rows, by name; none where there is no table yet. */
  async rows(on: Executor): Promise<HistoryRow[]> {
    if (!(await this.exists(on))) return []
    return (await on.execute<HistoryRow>(`select ${columns} from ${this.name} order by name collate "C"`)).rows
  }

  /** Says that a migration is at work from now on. */
  async begin(on: Executor, name: string, checksum: string, direction: 'up' | 'down', steps: number): Promise<void> {
    await on.execute(
      `insert into ${this.name} (name, checksum, state, direction, steps) values ($1, $2, 'running', $3, $4)
        on conflict (name) do update set checksum = excluded.checksum, state = 'running', direction = excluded.direction,
          steps = excluded.steps, error = null`,
      [name, checksum, direction, steps],
    )
  }

  /** Begins the other way: what was counted of the way up is forgotten. */
  async turn(on: Executor, name: string, steps: number): Promise<void> {
    await on.execute(
      `update ${this.name} set state = 'running', direction = 'down', applied_at = null, error = null, steps = $2,
        steps_done = 0, steps_started = 0, step_checksums = '{}' where name = $1`,
      [name, steps],
    )
  }

  /** Says that a step outside of a transaction begins. */
  async startStep(on: Executor, name: string, step: number): Promise<void> {
    await on.execute(`update ${this.name} set steps_started = $2 where name = $1`, [name, step])
  }

  /** Says that a step is done; with the last one, that the migration is. */
  async endStep(on: Executor, name: string, step: number, checksum: string, duration: number): Promise<void> {
    await on.execute(
      `update ${this.name} set steps_done = $2, steps_started = $2, step_checksums = step_checksums[1:$2 - 1] || $3::text,
        duration_ms = duration_ms + $4, error = null, state = case when $2 = steps then 'applied' else 'running' end,
        applied_at = case when $2 = steps then pg_catalog.clock_timestamp() end
        where name = $1`,
      [name, step, checksum, duration],
    )
  }

  /** Says why a step failed, and that nothing of it is left. */
  async fail(on: Executor, name: string, error: string): Promise<void> {
    await on.execute(
      `update ${this.name} set state = 'failed', steps_started = steps_done, error = $2 where name = $1`,
      [name, error],
    )
  }

  /** Says that a migration is applied, without having been run. */
  async mark(on: Executor, name: string, checksum: string, steps: readonly string[]): Promise<void> {
    const count = steps.length
    const counts = { stepsDone: count, stepsStarted: count, steps: count, stepChecksums: steps }
    const ended = { state: 'applied', direction: 'up', appliedAt: new Date(), duration: 0, error: null } as const
    await this.put(on, { name, checksum, ...counts, ...ended })
  }

  /** Writes a whole row. */
  async put(on: Executor, row: HistoryRow): Promise<void> {
    await on.execute(
      `insert into ${this.name} (name, checksum, state, direction, applied_at, duration_ms, steps_done, steps_started, steps,
          step_checksums, error)
        values (:name, :checksum, :state, :direction, :appliedAt, :duration, :stepsDone, :stepsStarted, :steps, :stepChecksums, :error)
        on conflict (name) do update set checksum = excluded.checksum, state = excluded.state, direction = excluded.direction,
          applied_at = excluded.applied_at, duration_ms = excluded.duration_ms, steps_done = excluded.steps_done,
          steps_started = excluded.steps_started, steps = excluded.steps, step_checksums = excluded.step_checksums,
          error = excluded.error`,
      { ...row },
    )
  }

  /** Takes the files as they are now for what was run. */
  async accept(on: Executor, name: string, checksum: string, steps: readonly string[]): Promise<void> {
    await on.execute(
      `update ${this.name} set checksum = $2, step_checksums = ($3::text[])[1:steps_done] where name = $1`,
      [name, checksum, steps],
    )
  }

  async forget(on: Executor, names: readonly string[]): Promise<void> {
    await on.execute(`delete from ${this.name} where name = any($1)`, [names])
  }
}
