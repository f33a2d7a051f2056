/**
 * A connection whose statements that read may each run on another server, until one is run that may do more: from then on all run on
 * one connection to the primary.
 */
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import { causeOf } from './behind.ts'
import { Call } from './call.ts'
import type { CopyOut, ReadLine } from './copy-out.ts'
import {
  type Connection,
  type EachReaders,
  type Fetched,
  type Portal,
  type RawField,
  type RawResult,
  type RowReaders,
  readersAt,
  textRows,
  type Use,
} from './driver.ts'
import type { Holder } from './holder.ts'
import { effectOf } from './plain-read.ts'

/** What runs statements that read, on the server that is best asked. */
export interface Reading {
  read<Row>(statements: readonly Statement[], readers: readonly RowReaders<Row>[], call: Call): Promise<Fetched<Row>[]>
}

export class RoutedConnection implements Connection {
  readonly #reading: Reading
  readonly #use: Use
  readonly #holder: Holder
  readonly #connect: () => Promise<Connection>
  readonly #calls = new Set<Call>()
  #primary: Promise<Connection> | null = null
  /** The connection to the primary, once it is there. */
  #held: Connection | null = null
  #state: 'held' | 'released' = 'held'

  /**
   * @param use 'any' when the text of a statement tells whether it reads; 'replica' when all do, on the caller's word
   * @param holder for whom connections are taken
   * @param connect gives a connection to the primary
   */
  constructor(reading: Reading, use: Use, holder: Holder, connect: () => Promise<Connection>) {
    this.#reading = reading
    this.#use = use
    this.#holder = holder
    this.#connect = connect
  }

  get isInTransaction(): boolean {
    return this.#held?.isInTransaction ?? false
  }

  run(statement: Statement): Promise<RawResult> {
    return this.fetch(statement, textRows)
  }

  async fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    if (!this.#mayRoute([statement])) return this.#onPrimary(connection => connection.fetch(statement, readers))
    try {
      const [fetched] = await this.#read([statement], [readers])
      // One for each statement.
      return fetched as Fetched<Row>
    } catch (error) {
      throw causeOf(error)
    }
  }

  async pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]> {
    if (!this.#mayRoute(statements)) return this.#onPrimary(connection => connection.pipeline(statements, readers))
    return await this.#read(
      statements,
      statements.map((_, at) => readersAt(readers, at)),
    )
  }

  portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>> {
    return this.#onPrimary(connection => connection.portal(statement, readers))
  }

  copyIn(...parameters: Parameters<Connection['copyIn']>): Promise<number> {
    return this.#onPrimary(connection => connection.copyIn(...parameters))
  }

  describe(text: string): Promise<readonly RawField[]> {
    return this.#onPrimary(connection => connection.describe(text))
  }

  copyOut<Made>(text: string, read: ReadLine<Made>): CopyOut<Made> | null {
    // What is copied is described before, by the same connection.
    return this.#held?.copyOut(text, read) ?? null
  }

  async cancel(): Promise<void> {
    await Promise.all([this.#held?.cancel(), ...[...this.#calls].map(call => call.cancel())])
  }

  hold<Value>(work: () => Promise<Value>): Promise<Value> {
    return work()
  }

  release(broken?: Error): void {
    if (this.#state === 'released') return
    this.#state = 'released'
    if (this.#held !== null) this.#held.release(broken)
    else
      this.#primary?.then(
        connection => connection.release(),
        () => {},
      )
  }

  #mayRoute(statements: readonly Statement[]): boolean {
    if (this.#primary !== null || statements.length === 0) return false
    return this.#use === 'replica' || statements.every(({ text }) => effectOf(text) === 'read')
  }

  async #read<Row>(statements: readonly Statement[], readers: readonly RowReaders<Row>[]): Promise<Fetched<Row>[]> {
    if (this.#state === 'released') throw new EngineError('connectionReleased', [])
    const call = new Call(this.#holder)
    this.#calls.add(call)
    try {
      return await this.#reading.read(statements, readers, call)
    } finally {
      this.#calls.delete(call)
    }
  }

  async #onPrimary<Value>(work: (connection: Connection) => Promise<Value>): Promise<Value> {
    if (this.#state === 'released') throw new EngineError('connectionReleased', [])
    this.#primary ??= this.#connected()
    return await work(await this.#primary)
  }

  async #connected(): Promise<Connection> {
    const call = new Call(this.#holder)
    this.#calls.add(call)
    try {
      this.#held = await call.wait(this.#connect(), Infinity)
      return this.#held
    } catch (error) {
      this.#primary = null
      throw error
    } finally {
      this.#calls.delete(call)
    }
  }
}
