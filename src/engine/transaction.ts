/** Transactions and, inside them, savepoints. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import type { Connection, Portal, RawResult, RowReaders } from './driver.ts'
import type { OpeningConnection } from './opening-connection.ts'
import { runMany } from './execute-many.ts'
import { type Context, Executor } from './executor.ts'
import { FairLock } from './fair-lock.ts'
import { isConnectionLost } from './failure.ts'
import { interruptible } from './interrupt.ts'
import type { QueryHost } from './kysely.ts'
import type { Row } from './result-decoder.ts'
import { transactionEnded } from './observe.ts'
import { CommitUnknown } from './statement-error.ts'
import type { Scope } from './scope.ts'
import { inside } from './surroundings.ts'

export type Isolation = 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable'

export interface TransactionOptions {
  readonly isolation?: Isolation
  readonly readOnly?: boolean
  /** With `serializable` and `readOnly`: waits until it can run without ever failing. */
  readonly deferrable?: boolean
  /** How often it is run again, from its start, when the database could not put it in order with others; 0 unless stated. */
  readonly retries?: number
}

const isolations: readonly string[] = ['read uncommitted', 'read committed', 'repeatable read', 'serializable']

/** The transaction whose work is running, to tell a mistaken use of an outer one from two used side by side. */
const innermost = new AsyncLocalStorage<Transaction>()

/** A transaction, or within one a savepoint. It ends with `commit`, `rollback` or disposal, which rolls back. */
export class Transaction extends Executor {
  readonly #connection: OpeningConnection
  readonly #parent: Transaction | null
  readonly #root: Transaction
  readonly #savepoint: string
  readonly #onEnd: () => void
  readonly #nested = new FairLock()
  /** Of the whole transaction: statements that run, and when the last one ended. */
  #running = 0
  #since = performance.now()
  readonly #began = performance.now()
  readonly #patience: number
  #savepoints = 0
  #state: 'active' | 'ending' | 'ended' = 'active'

  constructor(
    context: Context,
    connection: OpeningConnection,
    parent: Transaction | null,
    savepoint: string,
    onEnd: () => void,
    patience: number,
  ) {
    super(context)
    this.#connection = connection
    this.#parent = parent
    this.#root = parent === null ? this : parent.#root
    this.#savepoint = savepoint
    this.#onEnd = onEnd
    this.#patience = patience
  }

  /** Whether it takes statements. */
  get active(): boolean {
    return this.#state === 'active' && (this.#parent === null || this.#parent.active)
  }

  /**
   * Runs work in a savepoint: what it did is undone when it throws, and the transaction goes on. Savepoints begun side by
   * side run one after the other, since Postgres keeps them as a stack.
   */
  async transaction<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
    const inner = await this.begin()
    return inner.complete(work)
  }

  /**
   * Begins a savepoint, which the caller ends; it is sent with its first statement, and its end with what comes next.
   * @throws EngineError for an isolation or a read-only mode, which only a whole transaction has, and after half a minute behind
   * another savepoint of this transaction that does nothing, as one does that waits for this
   */
  async begin({ isolation, readOnly, deferrable }: TransactionOptions = {}): Promise<Transaction> {
    const own = isolation ?? (readOnly === undefined ? undefined : readOnly ? 'read only' : 'read write')
    if (own !== undefined || deferrable !== undefined) throw new EngineError('savepointMode', [own ?? 'deferrable'])
    const current = innermost.getStore()
    if (current !== undefined && current !== this && current.active && current.#isInside(this)) return current.begin()
    const giveUp = await this.#nested.takeBehind(
      () => this.#root.#idleSeconds,
      this.#root.#patience,
      idle => new EngineError('savepointHeld', [String(Math.floor(idle))]),
    )
    const name = `"cupel_${++this.#root.#savepoints}"`
    try {
      await this.lend(() => this.#connection.openSavepoint(name))
    } catch (error) {
      giveUp()
      throw this.failure(error, { text: `savepoint ${name}`, values: [] })
    }
    return new Transaction(this.context, this.#connection, this, name, giveUp, this.#patience)
  }

  /**
   * Makes what was done lasting; in a savepoint, part of the transaction around it.
   * @throws EngineError when the database rolled back instead, since a statement had failed and its error was not heeded
   */
  async commit(): Promise<void> {
    if (!this.active) throw new EngineError('transactionEnded', [])
    if (this.#parent !== null) {
      await this.#finish('release savepoint', connection => connection.closeSavepoint(this.#savepoint))
      return this.#end()
    }
    try {
      const { command } = await this.#finish('commit', connection => connection.run({ text: 'commit', values: [] }))
      transactionEnded(command === 'ROLLBACK' ? 'rollback' : 'commit', this.#began)
      if (command === 'ROLLBACK') throw new EngineError('commitRolledBack', [])
    } finally {
      this.#end()
    }
  }

  /** Undoes what was done. Does nothing when the transaction has ended. */
  async rollback(): Promise<void> {
    // A savepoint goes with the transaction around it; by now its connection may be somebody else's.
    if (this.#isOver) return this.#end()
    try {
      await this.#finish('rollback', connection =>
        this.#parent === null
          ? connection.run({ text: 'rollback', values: [] })
          : connection.undoSavepoint(this.#savepoint),
      )
    } catch (error) {
      // The server undoes what a lost connection began.
      if (!isConnectionLost(error)) throw error
    } finally {
      if (this.#parent === null) transactionEnded('rollback', this.#began)
      this.#end()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rollback()
  }

  /** Runs work, then commits; rolls back when either fails. */
  async complete<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
    try {
      const within = (): Promise<Value> => innermost.run(this, () => work(this))
      const value = await this.#connection.hold(() => inside(this.context.driver, () => this.active, within))
      await this.commit()
      return value
    } catch (error) {
      // The first error is the one to hear of.
      await this.rollback().catch(() => {})
      throw error
    }
  }

  protected override async lend<Value>(work: (connection: Connection) => Promise<Value>): Promise<Value> {
    // A statement that came behind the end of the transaction would run outside of it, and stay.
    if (!this.active) throw new EngineError('transactionEnded', [])
    const root = this.#root
    root.#running++
    try {
      return await work(this.#connection)
    } catch (error) {
      if (isConnectionLost(error)) root.#lose(error)
      throw error
    } finally {
      root.#running--
      root.#since = performance.now()
    }
  }

  get #idleSeconds(): number {
    return this.#running > 0 ? 0 : (performance.now() - this.#since) / 1000
  }

  /** Runs statements of one text, many in a round trip, and gives the count of rows of all. @throws SetRefused */
  runAll(statements: readonly Statement[]): Promise<number> {
    return this.lend(connection => runMany(statements, connection))
  }

  /** Lends the transaction's connection to some work. */
  during<Value>(work: (connection: Connection) => Promise<Value>): Promise<Value> {
    return this.lend(work)
  }

  /** What a statement gives, in pieces of so many rows. */
  pieces(statement: Statement, size: number, signal?: AbortSignal): AsyncGenerator<Row[], void, undefined> {
    return this.piecesBy(this.context.decoder, statement, size, signal)
  }

  /** The same, its rows made by any readers. */
  async *piecesBy<Given>(
    readers: RowReaders<Given>,
    statement: Statement,
    size: number,
    signal?: AbortSignal,
  ): AsyncGenerator<Given[], void, undefined> {
    const run = <Value>(work: (connection: Connection) => Promise<Value>): Promise<Value> =>
      signal === undefined ? this.lend(work) : interruptible({ signal }, statement, lent => this.lend(lent), work)
    let portal: Portal<Given> | null = null
    try {
      const opened = await run(connection => connection.portal(statement, readers))
      portal = opened
      while (!opened.isDone) {
        const rows = await run(() => opened.next(size))
        if (rows.length > 0) yield rows
      }
    } catch (error) {
      throw this.failure(error, statement)
    } finally {
      // It goes with the transaction, if that is over.
      if (portal !== null && this.active) await portal.close()
    }
  }

  async #finish(text: string, end: (connection: OpeningConnection) => Promise<RawResult>): Promise<RawResult> {
    this.#state = 'ending'
    try {
      return await end(this.#connection)
    } catch (error) {
      const failure = this.failure(error, { text, values: [] })
      if (!isConnectionLost(error)) throw failure
      this.#root.#lose(error)
      if (text !== 'commit') throw failure
      throw new CommitUnknown(failure)
    }
  }

  protected override async scope(): Promise<Scope> {
    return { tx: this, isOwn: false }
  }

  protected override host(): QueryHost {
    return { acquire: async () => this, release: () => {} }
  }

  get #isOver(): boolean {
    if (this.#state === 'ended') return true
    return this.#parent === null ? false : this.#parent.#isOver
  }

  #isInside(outer: Transaction): boolean {
    return this.#parent !== null && (this.#parent === outer || this.#parent.#isInside(outer))
  }

  #lose(error: Error): void {
    this.#connection.release(error)
    this.#end()
  }

  #end(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#onEnd()
  }
}

/**
 * The statement that begins a transaction.
 * @throws EngineError for an isolation that Postgres does not have
 */
export function beginText({ isolation, readOnly, deferrable }: TransactionOptions): string {
  if (isolation !== undefined && !isolations.includes(isolation)) {
    throw new EngineError('unknownIsolation', [isolations.map(name => `'${name}'`).join(', '), String(isolation)])
  }
  const parts = ['begin']
  if (isolation !== undefined) parts.push(`isolation level ${isolation}`)
  if (readOnly !== undefined) parts.push(readOnly ? 'read only' : 'read write')
  if (deferrable !== undefined) parts.push(deferrable ? 'deferrable' : 'not deferrable')
  return parts.join(' ')
}
