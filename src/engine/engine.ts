/** The engine: statements on any connection, transactions on one. It opens nothing before the first statement. */
import type { PGlite } from '@electric-sql/pglite'
import type { Pool } from 'pg'
import type { AnySchema } from '../../types/schema.ts'
import { EngineError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { Statement } from '../base/statement.ts'
import { modelOf } from '../schema/define.ts'
import type { TableModel } from '../schema/model.ts'
import type { Connection, Driver, Notification, Use } from './driver.ts'
import { typeName } from '../schema/type-name.ts'
import { Executor } from './executor.ts'
import { isConnectionLost } from './failure.ts'
import { Holder, type HolderKind } from './holder.ts'
import { keysStatement, type QueryHost } from './kysely.ts'
import { IdleWatch } from './idle-watch.ts'
import { Lease } from './lease.ts'
import { listen, type ListenOptions } from './listen.ts'
import { acquired, type Echo, poolChannel, type SlowListener, Watch } from './observe.ts'
import { PgDriver } from './pg.ts'
import { PgliteDriver } from './pglite.ts'
import { type PoolOptions, poolSettings } from './pool-options.ts'
import { ResultDecoder } from './result-decoder.ts'
import { isServers, replicated, type Servers } from './servers.ts'
import { StatementError } from './statement-error.ts'
import type { Scope } from './scope.ts'
import { inside, isInside } from './surroundings.ts'
import type { Transaction, TransactionOptions } from './transaction.ts'
import { Unanswered } from './unanswered.ts'
import { addressOf } from './url.ts'
import type { EngineWarning, WarningListener } from './warnings.ts'

/** Where the database is: an address, a pool of `pg`, a PGlite, a primary with replicas; nothing is a PGlite in memory. */
export type Target = string | Pool | PGlite | Servers | undefined

export interface EngineOptions<S extends AnySchema = AnySchema> {
  readonly schema?: S
  /** The settings of the connections: how many, how long they are waited for and kept. */
  readonly pool?: PoolOptions
  /**
   * Whether statements are kept prepared on the connection; true unless stated. Behind a pooler that shares connections out by the
   * transaction, as PgBouncer does, false.
   */
  readonly prepare?: boolean
  /**
   * Whether the `detail` of errors repeats the values that the database says in it; 'redacted' unless stated. Messages never do. For
   * programs whose errors nobody logs, as tests.
   */
  readonly detail?: 'redacted' | 'shown'
  /** Writes a line for each statement, without values: to the standard error, or to a function. */
  readonly echo?: boolean | Echo
  /**
   * Milliseconds without a statement after which a transaction, a session, a stream or a connection that is held is told of as a warning;
   * 30,000 unless stated, 0 is never.
   */
  readonly reportIdleAfter?: number
}

/** Beside the engines and not on them, since an address may hold a password and an engine may be printed. */
const targets = new WeakMap<EngineCore, Target>()

/** Where an engine's database is. */
export function targetOf(engine: EngineCore): Target {
  return targets.get(engine)
}

/** An engine without what is built upon engines (sessions, metadata): the front door adds those. */
export class EngineCore<S extends AnySchema = AnySchema> extends Executor {
  readonly schema: S | undefined
  readonly #idleWatch: IdleWatch

  constructor(target?: Target, options: EngineOptions<S> = {}) {
    const model = options.schema === undefined ? null : modelOf(options.schema)
    const showsDetail = options.detail === 'shown'
    const driver = driverFor(
      target,
      options,
      model?.extensions.map(({ name }) => name),
    )
    const watch = new Watch(options.echo, driver.server ?? null)
    super({ driver, model, decoder: new ResultDecoder(model), showsDetail, watch })
    this.schema = options.schema
    const patience = patienceOf(options.reportIdleAfter)
    this.#idleWatch = new IdleWatch(driver.holders, patience, holder => watch.warnings.idle(holder))
    targets.set(this, target)
  }

  /** Which driver runs the statements. */
  get driver(): Driver['name'] {
    return this.context.driver.name
  }

  /**
   * Runs work in a transaction: commits when it resolves, rolls back when it throws. With `retries`, work that the
   * database could not put in order with others is run again from its start, after a short random wait.
   */
  async inTransaction<Value>(
    work: (tx: Transaction) => Promise<Value>,
    options: TransactionOptions = {},
  ): Promise<Value> {
    const once = async (): Promise<Value> => await (await this.begin(options)).complete(work)
    return await this.retried(once, options.retries, error => error instanceof StatementError && error.retryable)
  }

  /** Runs work again from its start, after a short random wait, when it failed with an error that another try may not meet. */
  protected async retried<Value>(
    work: () => Promise<Value>,
    retries: number | undefined,
    mayPass: (error: unknown) => boolean,
  ): Promise<Value> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        if (attempt >= (retries ?? 0) || !mayPass(error)) throw error
        await pause(Math.random() * Math.min(10 * 2 ** attempt, 1000))
      }
    }
  }

  /** Begins a transaction on a connection of its own, which the caller ends. */
  async begin(options: TransactionOptions = {}): Promise<Transaction> {
    return await this.beginAs('transaction', options)
  }

  /** As `begin`, for whom the connection is held. */
  protected async beginAs(kind: HolderKind, options: TransactionOptions = {}): Promise<Transaction> {
    const lease = await this.#lease(kind)
    try {
      return await lease.begin(options, () => lease.release())
    } catch (error) {
      lease.release()
      throw error
    }
  }

  /**
   * What others notify of on a channel, as it comes, until the loop is left, the signal is aborted or the engine disposed of. It
   * outlives connections that are lost; `onListening` tells of each.
   * @throws EngineError for a channel that Postgres would cut; ConnectionLost when the first connection fails
   * @example for await (const { payload } of engine.listen('jobs')) console.log(payload)
   */
  listen(channel: string, options: ListenOptions = {}): AsyncGenerator<Notification, void, undefined> {
    const statement = { text: `listen ${channel}`, values: [] }
    return listen(this.context.driver, channel, options, error => this.failure(error, statement))
  }

  /**
   * Calls back with each statement that took longer than a threshold, in milliseconds; 1000 unless stated. A statement's time is that
   * which its caller waited for it.
   * @returns ends it
   * @throws EngineError for a threshold that is no number of milliseconds
   * @example engine.on('slow', event => console.warn(event['db.query.text'], event.duration), { threshold: 200 })
   */
  on(event: 'slow', listener: SlowListener, options?: { readonly threshold?: number }): () => void
  /**
   * Calls back with what the program does and probably does not mean, which is otherwise a warning of the process, once of each place: the
   * engine used inside a transaction, a connection held without a statement, one that was forgotten.
   * @returns ends it
   * @example engine.on('warning', ({ message }) => logger.warn(message))
   */
  on(event: 'warning', listener: WarningListener): () => void
  on(
    event: 'slow' | 'warning',
    listener: SlowListener | WarningListener,
    { threshold = 1000 }: { readonly threshold?: number } = {},
  ): () => void {
    const { slow, warnings } = this.context.watch
    switch (event) {
      case 'slow':
        if (typeof threshold !== 'number' || !(threshold >= 0))
          throw new EngineError('wrongThreshold', [String(threshold)])
        // What is listened to says what is told.
        return added(slow, { threshold, listener: listener as SlowListener })
      case 'warning':
        // A listener of its own each time, so that ending one does not end another.
        return added(warnings.listeners, (told: EngineWarning) => (listener as WarningListener)(told))
      default:
        throw new EngineError('unknownEvent', [
          String(event),
          'slow, warning',
          suggestion(String(event), ['slow', 'warning']),
        ])
    }
  }

  /** A connection that is the caller's alone until it is released. */
  connect(): Promise<Lease> {
    return this.#lease('connection')
  }

  /**
   * Opens connections before they are needed: as many as the pool's option `min` says, one at least; an embedded database.
   * @throws ConnectionLost, LoginRefused when the server cannot be reached, which with `waitForServer` is tried again for so long
   * @example await engine.warmUp()
   */
  async warmUp(): Promise<void> {
    try {
      await this.context.driver.warmUp()
    } catch (error) {
      throw this.failure(error, { text: '', values: [] })
    }
  }

  async #lease(kind: HolderKind, use: Use = 'primary'): Promise<Lease> {
    try {
      const holder = new Holder(kind)
      const connection = await this.#acquire(holder, use)
      this.#idleWatch.start()
      return new Lease(this.context, connection, holder)
    } catch (error) {
      throw this.failure(error, { text: '', values: [] })
    }
  }

  /** Closes what the engine opened; a pool or PGlite that was given to it stays open. */
  async dispose(): Promise<void> {
    await this.context.driver.dispose()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }

  /** The keys of the rows of which an expression of Kysely is true, as a statement. */
  protected compileKeys(table: TableModel, expression: (builder: never) => unknown): Statement {
    return keysStatement(super.query, table, expression)
  }

  protected override async lend<Value>(
    work: (connection: Connection) => Promise<Value>,
    on: Use = 'any',
    only: Statement | null = null,
  ): Promise<Value> {
    const holder = new Holder('statement')
    if (only !== null) holder.only = only.text
    const connection = this.#atHand(holder) ?? (await this.#acquire(holder, on))
    try {
      return await work(connection)
    } catch (error) {
      if (isConnectionLost(error)) connection.release(error)
      if (!(error instanceof Unanswered)) throw error
    } finally {
      connection.release()
    }
    return await this.lend(work, on)
  }

  /** A connection of which nobody is to be told. */
  #atHand(holder: Holder): Connection | null {
    const { driver } = this.context
    return poolChannel.hasSubscribers || isInside(driver) ? null : (driver.atHand?.(holder) ?? null)
  }

  #acquire(holder: Holder, use: Use): Promise<Connection> {
    const { driver, watch } = this.context
    if (isInside(driver)) {
      if (driver.name === 'pglite') throw new EngineError('insideTransaction', [])
      if (holder.kind !== 'connection') watch.warnings.beside(holder.kind)
    }
    return poolChannel.hasSubscribers ? acquired(() => driver.acquire(holder, use)) : driver.acquire(holder, use)
  }

  /** Runs work that is inside the transactions that it begins, while one of them is open. */
  protected within<Value>(isOpen: () => boolean, work: () => Value): Value {
    return inside(this.context.driver, isOpen, work)
  }

  protected override async scope(use: Use = 'primary'): Promise<Scope> {
    const lease = await this.#lease('stream', use)
    return { tx: await lease.begin({}, () => lease.release()), isOwn: true, isReplica: lease.isReplica }
  }

  protected override host(): QueryHost {
    return { acquire: () => this.#lease('query', 'any'), release: lease => (lease as Lease).release() }
  }
}

/**
 * The driver for a target.
 * @param extensions what an embedded database that is opened here has at hand
 * @throws EngineError for an address of another kind, and for options that the pool does not have
 */
export function driverFor(
  target: Target,
  { pool = {}, prepare }: { readonly pool?: PoolOptions; readonly prepare?: boolean } = {},
  extensions: readonly string[] = [],
): Driver {
  // On an embedded database the rest is without meaning, and yet checked.
  const embedded = (at: string | null | PGlite): Driver =>
    new PgliteDriver(at, poolSettings(pool).acquireTimeout, prepare, extensions)
  if (typeof target === 'object') {
    if (isServers(target))
      return replicated(target, one => driverFor(one, { pool, ...(prepare === undefined ? null : { prepare }) }))
    return 'execProtocolStream' in target ? embedded(target) : new PgDriver(target, pool, prepare)
  }
  const address = addressOf(target)
  return address.driver === 'pg' ? new PgDriver(address.url, pool, prepare) : embedded(address.folder)
}

/** Adds to a set, and gives what takes it out again. */
function added<Item>(set: Set<Item>, item: Item): () => void {
  set.add(item)
  return () => {
    set.delete(item)
  }
}

function patienceOf(given: number = 30_000): number {
  if (typeof given === 'number' && given >= 0 && given <= 2 ** 31 - 1) return given
  throw new EngineError('wrongPatience', [typeof given === 'number' ? String(given) : typeName(given)])
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
