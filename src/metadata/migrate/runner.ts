/** Running the steps of one migration, and writing down each with its own transaction. */
import { MigrationError } from '../../base/errors.ts'
import { sentence } from '../../base/messages.ts'
import type { SqlStatement } from '../../base/split-statements.ts'
import type { Executor } from '../../engine/executor.ts'
import type { Lease } from '../../engine/lease.ts'
import { StatementError } from '../../engine/statement-error.ts'
import type { History, HistoryRow } from './history.ts'
import type { OnProgress } from './progress.ts'
import { retrying } from './retry.ts'
import type { BareStep, OwnStep, RunnableStep } from './runnable.ts'
import type { SessionState } from './session-state.ts'

export interface RunOptions {
  /**
   * Milliseconds that a step waits for a lock; 3000 unless stated. Whoever comes behind a statement that waits for a strong lock waits as
   * long, so this is how long a program may be held up at a time. Statements `concurrently` hold nobody up and wait without end.
   */
  readonly lockTimeout?: number
  /** How often a step that could not have its lock, or met a deadlock, is tried again; 10 unless stated. */
  readonly lockRetries?: number
  /**
   * Milliseconds that a statement may take, 0 for no end; what the connection has unless stated. An embedded database, which runs in this
   * thread, does not heed it.
   */
  readonly statementTimeout?: number
  readonly onProgress?: OnProgress
}

/** A migration that is to be run, one way. */
export interface Work {
  readonly name: string
  readonly checksum: string
  readonly direction: 'up' | 'down'
  readonly steps: readonly RunnableStep[]
  /** What is remembered of it. */
  readonly row: HistoryRow | null
}

export class Runner {
  readonly #lease: Lease
  readonly #state: SessionState
  readonly #history: History
  readonly #options: RunOptions

  constructor(lease: Lease, state: SessionState, history: History, options: RunOptions) {
    this.#lease = lease
    this.#state = state
    this.#history = history
    this.#options = options
  }

  /**
   * Runs the steps that are not done.
   * @param done the migrations that were run before it
   * @returns the milliseconds that it took
   * @throws MigrationError that says where it stopped, with the error of the database as its cause
   */
  async run(work: Work, done: readonly string[]): Promise<number> {
    const { name, direction, steps } = work
    const from = doneSteps(work)
    this.#tell({ kind: 'started', migration: name, direction, from: from + 1, steps: steps.length })
    await this.#begin(work)
    // Those that were left were taken out of the file.
    if (from === steps.length) await this.#end(work)
    let total = 0
    for (const [at, step] of steps.entries()) {
      if (at < from) continue
      const duration = await this.#step(work, step, at + 1, done)
      total += duration
      this.#tell({ kind: 'step', migration: name, step: at + 1, duration })
    }
    this.#tell({ kind: 'done', migration: name, direction, duration: total })
    return total
  }

  async #begin(work: Work): Promise<void> {
    // Nothing of it is undone before the first step is.
    if (turns(work)) return
    const { name, checksum, direction, steps } = work
    await this.#history.begin(this.#lease, name, checksum, direction, steps.length)
  }

  async #end({ name, checksum, direction, steps }: Work): Promise<void> {
    if (direction === 'down') await this.#history.forget(this.#lease, [name])
    else
      await this.#history.mark(
        this.#lease,
        name,
        checksum,
        steps.map(step => step.checksum),
      )
  }

  async #step(work: Work, step: RunnableStep, number: number, done: readonly string[]): Promise<number> {
    const { name, steps } = work
    let running: SqlStatement | null = null
    const at = (statement: SqlStatement): void => {
      running = statement
    }
    const start = performance.now()
    const passed = (): number => Math.round(performance.now() - start)
    const record = async (on: Executor): Promise<void> => {
      if (number === 1 && turns(work)) await this.#history.turn(on, name, steps.length)
      if (work.direction === 'down' && number === steps.length) await this.#history.forget(on, [name])
      else await this.#history.endStep(on, name, number, step.checksum, passed())
    }
    try {
      await retrying(
        this.#options.lockRetries ?? 10,
        (attempt, wait, error) => this.#tell({ kind: 'retrying', migration: name, step: number, attempt, wait, error }),
        async () => {
          running = null
          if (step.transaction === 'own') await this.#inTransaction(step, at, record)
          else await this.#outside(work, step, number, at, record)
        },
      )
    } catch (error) {
      await this.#afterFailure(work, number, error)
      throw failure(work, number, running, error, done)
    }
    await this.#state.restore()
    return passed()
  }

  async #inTransaction(
    step: OwnStep,
    at: (statement: SqlStatement) => void,
    record: (on: Executor) => Promise<void>,
  ): Promise<void> {
    const begun = await this.#lease.begin()
    await begun.complete(async tx => {
      await this.#limit(tx, this.#lockTimeout, true)
      await step.run(tx, at)
      await record(tx)
    })
  }

  async #outside(
    work: Work,
    step: BareStep,
    number: number,
    at: (statement: SqlStatement) => void,
    record: (on: Executor) => Promise<void>,
  ): Promise<void> {
    const { name, row, direction, steps } = work
    const isResumed = row !== null && row.direction === direction && row.stepsStarted === number
    if (isResumed && row.stepsDone < number && (await step.isDone(this.#lease))) return await record(this.#lease)
    if (number === 1 && turns(work)) await this.#history.turn(this.#lease, name, steps.length)
    await this.#history.startStep(this.#lease, name, number)
    await this.#limit(this.#lease, step.waits ? 0 : this.#lockTimeout, false)
    await step.run(this.#lease, at)
    await this.#state.restore()
    await record(this.#lease)
  }

  get #lockTimeout(): number {
    return this.#options.lockTimeout ?? 3000
  }

  async #limit(on: Executor, lockTimeout: number, isLocal: boolean): Promise<void> {
    const { statementTimeout } = this.#options
    const settings = { lock_timeout: lockTimeout, statement_timeout: statementTimeout }
    for (const [name, value] of Object.entries(settings)) {
      if (value !== undefined)
        await on.run({ text: `select pg_catalog.set_config('${name}', $1, ${isLocal})`, values: [String(value)] })
    }
  }

  /** Its own failure is no news: the connection may be the reason. */
  async #afterFailure(work: Work, step: number, error: unknown): Promise<void> {
    const said = error instanceof Error ? error.message : String(error)
    try {
      await this.#state.restore()
      if (step === 1 && turns(work)) await this.#history.put(this.#lease, { ...work.row, error: said })
      else await this.#history.fail(this.#lease, work.name, said)
    } catch {}
  }

  #tell(event: Parameters<OnProgress>[0]): void {
    this.#options.onProgress?.(event)
  }
}

/**
 * How many steps an earlier run has done.
 * @throws MigrationError when one of them is not as it was
 */
export function doneSteps({ name, direction, steps, row }: Work): number {
  if (row === null || row.direction !== direction || row.state === 'applied') return 0
  const changed = row.stepChecksums.findIndex((checksum, at) => steps[at]?.checksum !== checksum)
  if (changed !== -1)
    throw new MigrationError('migrationStepChanged', [name, String(changed + 1)], {
      migration: name,
      step: changed + 1,
    })
  return row.stepsDone
}

/** Whether it undoes what is wholly applied. */
function turns(work: Work): work is Work & { readonly row: HistoryRow } {
  return work.direction === 'down' && work.row?.direction === 'up'
}

function failure(
  { name, steps }: Work,
  step: number,
  running: SqlStatement | null,
  cause: unknown,
  done: readonly string[],
): MigrationError {
  const line = running?.line ?? null
  const said = cause instanceof Error ? cause.message : String(cause)
  return new MigrationError(
    'migrationFailed',
    [name, String(step), String(steps.length), line === null ? '' : `, line ${line}`, hinted(cause, said)],
    { migration: name, step, line, done },
    { cause },
  )
}

function hinted(cause: unknown, said: string): string {
  const state = cause instanceof StatementError ? cause.sqlState : ''
  // A value of an enum used before it was committed.
  if (state === '55P04') return sentence('stepCommit', [said])
  // A statement that Postgres takes outside of transactions only, and a procedure that ends its own.
  if (state === '25001' || state === '2D000') return sentence('stepOutside', [said])
  return said
}
