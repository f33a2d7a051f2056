/** The migrations of a folder, on a database. */
import { MigrationError } from '../../base/errors.ts'
import { type NewMigration, writeMigration, type WrittenMigration } from './write-migration.ts'
import { typeName } from '../../schema/type-name.ts'
import type { Lease } from '../../engine/lease.ts'
import { History, type HistoryOptions } from './history.ts'
import type { LoadProgram, Migration } from './migration.ts'
import { type DownTarget, planDown } from './plan-down.ts'
import { planUp } from './plan-up.ts'
import { readFolder } from './read-folder.ts'
import { repair, type RepairOptions } from './repair.ts'
import { type RunnableStep, stepsDown, stepsUp } from './runnable.ts'
import { doneSteps, Runner, type RunOptions, type Work } from './runner.ts'
import { alone, type MigrationHost } from './runner-lock.ts'
import { squash, type Squashed, type SquashOptions } from './squash.ts'
import { compare, type MigrationProblem, type MigrationStatus, replaces } from './status.ts'

export interface MigrationsOptions extends HistoryOptions, RunOptions {
  /** Imports a migration that is a program, for what Node cannot read; `import` unless stated. */
  readonly load?: LoadProgram
}

export interface UpOptions extends RunOptions {
  /** The last migration to run; all unless stated. */
  readonly to?: string
  /** Says what would be run, and runs nothing. */
  readonly dryRun?: boolean
  /** Problems that are no hindrance. */
  readonly allow?: readonly Exclude<MigrationProblem, 'half squashed'>[]
}

export interface DownOptions extends RunOptions, DownTarget {
  /** Says what would be run, and runs nothing. */
  readonly dryRun?: boolean
}

export interface MigrationStep {
  /** `own`: a transaction of its own. `none`: outside of transactions. */
  readonly transaction: 'own' | 'none'
  /** The statements; null where a program runs them. */
  readonly statements: readonly string[] | null
}

export interface MigrationRun {
  readonly name: string
  /** The steps that were run, or would be: without those that an earlier run had done. */
  readonly steps: readonly MigrationStep[]
  /** Milliseconds; null when nothing was run. */
  readonly duration: number | null
}

export interface MigrationResult {
  /** In the order in which they were run, or would be. */
  readonly migrations: readonly MigrationRun[]
  /** Written down as applied, since what they stand for is. */
  readonly recorded: readonly string[]
}

export class Migrations {
  readonly folder: string
  readonly #host: MigrationHost
  readonly #options: MigrationsOptions
  readonly #history: History

  /** @param host an engine */
  constructor(host: MigrationHost, folder: string, options: MigrationsOptions = {}) {
    this.folder = folder
    this.#host = host
    this.#options = options
    this.#history = new History(options)
  }

  /**
   * Runs what is not applied, the oldest first, while no other runner is at work: each step in a transaction that also writes down that it is
   * done. One that failed, or whose process died, is taken up where it stopped.
   * @throws MigrationError when a file is wrong or something stands against it, before anything is run; and when a step fails, where
   * @example await engine.metadata.migrations('./migrations').up()
   */
  async up(options: UpOptions = {}): Promise<MigrationResult> {
    const run = this.#runOptions(options)
    const migrations = await readFolder(this.folder, this.#options.load)
    const plan = async (lease: Lease): Promise<{ works: Work[]; recorded: readonly Migration[] }> => {
      const rows = await this.#history.rows(lease)
      const { run, recorded } = planUp(migrations, rows, options.to, options.allow ?? [])
      const works: Work[] = []
      for (const migration of run) {
        const { name, checksum } = migration
        const steps = await stepsUp(migration)
        works.push({ name, checksum, direction: 'up', steps, row: rows.find(row => row.name === name) ?? null })
      }
      return { works, recorded }
    }
    if (options.dryRun === true) {
      await using lease = await this.#host.connect()
      const { works, recorded } = await plan(lease)
      return { migrations: works.map(planned), recorded: recorded.map(one => one.name) }
    }
    return await alone(this.#host, run.onProgress ?? (() => {}), async (lease, state) => {
      await this.#history.create(lease)
      const { works, recorded } = await plan(lease)
      for (const one of recorded) await this.#record(lease, one, run)
      const runner = new Runner(lease, state, this.#history, run)
      return { migrations: await runAll(runner, works), recorded: recorded.map(one => one.name) }
    })
  }

  /**
   * Undoes migrations, the newest first; the last one unless stated. All of them can be undone, or none is.
   * @throws MigrationError naming the first that has no way down, before anything is run; and when a step fails, where
   * @example await engine.metadata.migrations('./migrations').down({ steps: 2 })
   */
  async down(options: DownOptions = {}): Promise<MigrationResult> {
    const run = this.#runOptions(options)
    const migrations = await readFolder(this.folder, this.#options.load)
    const plan = async (lease: Lease): Promise<Work[]> => {
      const rows = await this.#history.rows(lease)
      const works: Work[] = []
      for (const migration of planDown(migrations, rows, options)) {
        const { name, checksum } = migration
        const row = rows.find(one => one.name === name) ?? null
        works.push({ name, checksum, direction: 'down', steps: await stepsDown(migration), row })
      }
      return works
    }
    if (options.dryRun === true) {
      await using lease = await this.#host.connect()
      return { migrations: (await plan(lease)).map(planned), recorded: [] }
    }
    return await alone(this.#host, run.onProgress ?? (() => {}), async (lease, state) => {
      const works = await plan(lease)
      return { migrations: await runAll(new Runner(lease, state, this.#history, run), works), recorded: [] }
    })
  }

  /** What is known of each migration, in the folder or in the database, the oldest first. Changes nothing. */
  async status(): Promise<MigrationStatus[]> {
    const migrations = await readFolder(this.folder, this.#options.load)
    await using lease = await this.#host.connect()
    return compare(migrations, await this.#history.rows(lease))
  }

  /**
   * Changes what the database remembers, and nothing else, each by its name: the schema must be as it then says.
   * @throws MigrationError for a name that it does not fit, before anything is changed
   * @example await engine.metadata.migrations('./migrations').repair({ accept: ['20261125213000_add_users'] })
   */
  async repair(options: RepairOptions): Promise<MigrationStatus[]> {
    const migrations = await readFolder(this.folder, this.#options.load)
    return await alone(this.#host, this.#options.onProgress ?? (() => {}), async lease => {
      await this.#history.create(lease)
      await repair(lease, this.#history, migrations, options)
      return compare(migrations, await this.#history.rows(lease))
    })
  }

  /**
   * Writes one migration in place of several, when both lead to the same schema and as many rows on two empty databases, and takes their files
   * away. Where they are applied, the next `up` writes the new one down in their place and runs nothing.
   * @throws MigrationError when they do not lead to the same, and for a program among steps; nothing is written then
   * @example await engine.metadata.migrations('./migrations').squash({ to: '20261125213000_add_users' })
   */
  async squash(options: SquashOptions = {}): Promise<Squashed> {
    return await squash(this.folder, options, this.#options.load)
  }

  /**
   * Writes the files of a new migration, the newest of the folder, which is made where it is not there.
   * @throws MigrationError for a title that is no part of a name, and for text that could not be run; nothing is written then
   * @example await migrations.write({ title: 'add users', ...migrationText(plan) })
   */
  async write(migration: NewMigration): Promise<WrittenMigration> {
    return await writeMigration(this.folder, migration)
  }

  async #record(lease: Lease, migration: Migration, { onProgress }: RunOptions): Promise<void> {
    const { name, checksum } = migration
    const steps = (await stepsUp(migration)).map(step => step.checksum)
    const begun = await lease.begin()
    await begun.complete(async tx => {
      await this.#history.forget(tx, replaces(migration))
      await this.#history.mark(tx, name, checksum, steps)
    })
    onProgress?.({ kind: 'recorded', migration: name })
  }

  #runOptions(own: RunOptions): RunOptions {
    const { lockTimeout, lockRetries, statementTimeout, onProgress } = { ...this.#options, ...own }
    for (const [name, value] of Object.entries({ lockTimeout, lockRetries, statementTimeout })) {
      if (value === undefined || (Number.isInteger(value) && value >= 0 && value < 2 ** 31)) continue
      throw new MigrationError('migrationOption', [name, typeof value === 'number' ? String(value) : typeName(value)])
    }
    return { lockTimeout, lockRetries, statementTimeout, onProgress }
  }
}

async function runAll(runner: Runner, works: readonly Work[]): Promise<MigrationRun[]> {
  const runs: MigrationRun[] = []
  for (const work of works) {
    const { name, steps } = planned(work)
    runs.push({
      name,
      steps,
      duration: await runner.run(
        work,
        runs.map(run => run.name),
      ),
    })
  }
  return runs
}

function planned(work: Work): MigrationRun {
  return { name: work.name, steps: work.steps.slice(doneSteps(work)).map(shown), duration: null }
}

function shown({ transaction, statements }: RunnableStep): MigrationStep {
  return { transaction, statements: statements?.map(one => one.text) ?? null }
}
