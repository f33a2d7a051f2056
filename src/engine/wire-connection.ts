/** A borrowed connection that speaks the protocol. */
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import {
  type Connection,
  type Fetched,
  type Portal,
  type RawField,
  type RawResult,
  type EachReaders,
  type RowReaders,
  readersAt,
  maxValues,
  textRows,
} from './driver.ts'
import { copyIn, type Lines } from './copy-in.ts'
import { type CopyOut, CopyOutExchange, type ReadLine } from './copy-out.ts'
import type { Outcome } from './exchange.ts'
import { FairLock } from './fair-lock.ts'
import type { Holder } from './holder.ts'
import { WirePortal } from './portal.ts'
import type { Wire } from './wire.ts'

export abstract class WireConnection implements Connection {
  readonly #wire: Wire
  readonly #names: boolean
  readonly #holder: Holder
  readonly #order = new FairLock()
  #state: 'held' | 'released' = 'held'
  #isCopying = false

  /**
   * @param names whether statements are kept prepared under names
   * @param holder for whom it is
   */
  constructor(wire: Wire, names: boolean, holder: Holder) {
    this.#wire = wire
    this.#names = names
    this.#holder = holder
  }

  get isInTransaction(): boolean {
    return this.#wire.isInTransaction
  }

  run(statement: Statement): Promise<RawResult> {
    return this.fetch(statement, textRows)
  }

  async fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    this.#holder.sql = statement.text
    const [outcome] = await this.#one(statement, readers)
    if (outcome === undefined) return { fields: [], rows: [], rowCount: 0, command: '' }
    // What made its rows is one of these readers.
    return outcome.held.length === 0 ? (outcome as Fetched<Row>) : this.#read(outcome, readers)
  }

  /** PERF: as a turn of its own, without the functions and promises of one. */
  async #one(statement: Statement, readers: RowReaders<unknown>): Promise<readonly Outcome[]> {
    const answer = (): Promise<readonly Outcome[]> => this.#wire.answer([statement], readers, this.#names, false)
    const giveUp = this.#isCopying ? null : this.#order.takeNow()
    if (giveUp === null) return this.#turn(answer)
    try {
      this.#start()
      try {
        return await answer()
      } finally {
        this.#holder.end()
      }
    } finally {
      giveUp()
    }
  }

  async pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]> {
    const last = statements.at(-1)
    if (last === undefined) return []
    this.#holder.sql = last.text
    const fetched: Fetched<Row>[] = []
    const outcomes = await this.#turn(() => this.#wire.answer(statements, readers, this.#names, true))
    for (const [at, outcome] of outcomes.entries()) fetched.push(await this.#read(outcome, readersAt(readers, at)))
    return fetched
  }

  async portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>> {
    if (statement.values.length > maxValues) throw new EngineError('tooManyValues', [String(statement.values.length)])
    this.#holder.sql = statement.text
    const turn = <Value>(work: () => Promise<Value>): Promise<Value> => this.#turn(work)
    const prepared = await this.#turn(() => this.#wire.prepare(statement.text, this.#names))
    const fields = prepared.fields ?? []
    // Rows without columns are rows, too.
    const reader = readers.reader(fields) ?? (await readers.learn(fields, this))
    return new WirePortal(this.#wire, turn, statement, prepared, readers, reader)
  }

  copyIn(lines: Lines, signal?: AbortSignal): Promise<number> {
    return this.#turn(() => this.#alone(() => copyIn(this.#wire, lines, signal)))
  }

  describe(text: string): Promise<readonly RawField[]> {
    return this.#turn(() => this.#wire.describe(text))
  }

  copyOut<Made>(text: string, read: ReadLine<Made>): CopyOut<Made> | null {
    const { stream } = this.#wire
    if (stream === null) return null
    const copy = new CopyOutExchange(stream, read, () => this.cancel())
    this.#turn(() => this.#alone(() => copy.run(this.#wire, text))).catch(error => copy.fail(error))
    return copy
  }

  /** Keeps others from waiting for a turn that would end only after theirs: they may be what the rows wait for. */
  async #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#isCopying = true
    try {
      return await work()
    } finally {
      this.#isCopying = false
    }
  }

  abstract cancel(): Promise<void>

  abstract hold<Value>(work: () => Promise<Value>): Promise<Value>

  release(broken?: Error): void {
    if (this.#state === 'released') return
    this.#state = 'released'
    this.giveBack(broken)
  }

  get isHeld(): boolean {
    return this.#state === 'held'
  }

  protected abstract giveBack(broken: Error | undefined): void

  /** Called before each exchange with the database, which it may refuse by throwing. */
  protected abstract begin(): void

  #start(): void {
    if (this.#state === 'released') throw new EngineError('connectionReleased', [])
    this.begin()
    this.#holder.begin()
  }

  async #turn<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#isCopying) throw new EngineError('copying', [])
    const giveUp = this.#order.takeNow() ?? (await this.#order.take())
    try {
      this.#start()
      try {
        return await work()
      } finally {
        this.#holder.end()
      }
    } finally {
      giveUp()
    }
  }

  /** The rows of an outcome, of which some came before it was known how to read them. */
  async #read<Row>(outcome: Outcome, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    // What made its rows is one of these readers.
    if (outcome.held.length === 0) return outcome as Fetched<Row>
    const { text } = await readers.learn(outcome.fields, this)
    return { ...outcome, rows: outcome.held.map(row => text(row, 0)) }
  }
}
