import { EngineError } from '../base/errors.ts'
import type { Connection } from './driver.ts'
import { type Context, Executor } from './executor.ts'
import { isConnectionLost } from './failure.ts'
import type { Holder } from './holder.ts'
import type { QueryHost } from './kysely.ts'
import { OpeningConnection } from './opening-connection.ts'
import type { Scope } from './scope.ts'
import { Transaction, type TransactionOptions, beginText } from './transaction.ts'
import { watchNoMore, watchOver } from './warnings.ts'

/** One connection, kept over several statements: for settings, advisory locks and transactions begun by hand. */
export class Lease extends Executor {
  readonly #connection: Connection
  #state: 'held' | 'released' = 'held'

  constructor(context: Context, connection: Connection, holder: Holder) {
    super(context)
    this.#connection = connection
    watchOver(this, { connection, holder, warnings: context.watch.warnings })
  }

  /**
   * Begins a transaction, which the caller ends; it is sent with its first statement. The connection is still to be released, unless `onEnd` does.
   * @param patience seconds that its savepoints wait for each other while no statement runs
   */
  async begin(options: TransactionOptions = {}, onEnd = (): void => {}, patience = 30): Promise<Transaction> {
    const opening = { text: beginText(options), values: [] }
    if (this.#state === 'released') throw new EngineError('connectionReleased', [])
    // For as long as somebody has the transaction, this is not forgotten.
    const ended = (): void => this.#ended(onEnd)
    return new Transaction(this.context, new OpeningConnection(this.#connection, opening), null, '', ended, patience)
  }

  #ended(onEnd: () => void): void {
    onEnd()
  }

  /** Whether the server follows another. */
  get isReplica(): boolean {
    return this.#connection.isReplica === true
  }

  /** Gives the connection back; with an error, it is closed. Does nothing the second time. */
  release(broken?: Error): void {
    if (this.#state === 'released') return
    this.#state = 'released'
    watchNoMore(this)
    this.#connection.release(broken)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release()
  }

  protected override async lend<Value>(work: (connection: Connection) => Promise<Value>): Promise<Value> {
    if (this.#state === 'released') throw new EngineError('connectionReleased', [])
    try {
      return await work(this.#connection)
    } catch (error) {
      if (isConnectionLost(error)) this.release(error)
      throw error
    }
  }

  protected override async scope(): Promise<Scope> {
    return { tx: await this.begin(), isOwn: true }
  }

  protected override host(): QueryHost {
    return { acquire: async () => this, release: () => {} }
  }
}
