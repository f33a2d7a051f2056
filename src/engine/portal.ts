/** Reading what a statement gives piece by piece, inside a transaction: the server runs it as far as its rows are asked for. */
import type { Statement } from '../base/statement.ts'
import type { Portal, RawField, RowReader, RowReaders } from './driver.ts'
import { Exchange, type Outcome } from './exchange.ts'
import type { Prepared } from './prepared.ts'
import { request } from './request.ts'
import type { Wire } from './wire.ts'

/** Runs an exchange when it is its turn on the connection. */
type Turn = <Value>(work: () => Promise<Value>) => Promise<Value>

/** A portal of the protocol. */
export class WirePortal<Row> implements Portal<Row> {
  readonly #wire: Wire
  readonly #turn: Turn
  readonly #statement: Statement
  readonly #prepared: Prepared
  readonly #readers: RowReaders<Row>
  readonly #reader: RowReader<Row> | null
  readonly #name: string
  #state: 'new' | 'open' | 'done' | 'closed' = 'new'

  /** @param prepared the statement as the server has it, with its fields */
  constructor(
    wire: Wire,
    turn: Turn,
    statement: Statement,
    prepared: Prepared,
    readers: RowReaders<Row>,
    reader: RowReader<Row> | null,
  ) {
    this.#wire = wire
    this.#turn = turn
    this.#statement = statement
    this.#prepared = prepared
    this.#readers = readers
    this.#reader = reader
    this.#name = wire.prepared.newName()
  }

  get fields(): readonly RawField[] {
    return this.#prepared.fields ?? []
  }

  get isDone(): boolean {
    return this.#state === 'done' || this.#state === 'closed'
  }

  async next(count: number): Promise<Row[]> {
    if (this.isDone) return []
    const outcome = await this.#turn(() => this.#read(count))
    this.#state = outcome.suspended ? 'open' : 'done'
    // The reader that the portal has made them.
    return outcome.rows as Row[]
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return
    const wasOpen = this.#state !== 'new'
    this.#state = 'closed'
    await this.#turn(async () => {
      request.start()
      if (wasOpen) request.close('P', this.#name)
      if (!this.#prepared.isKept) request.close('S', this.#prepared.name)
      request.sync()
      await this.#wire.send(new Exchange([]))
    })
  }

  async #read(count: number): Promise<Outcome> {
    request.start()
    if (this.#state === 'new') {
      request.bind(this.#name, this.#prepared.name, this.#statement.values, this.#reader?.formats ?? [])
    }
    request.execute(this.#name, count)
    request.sync()
    const exchange = new Exchange([
      {
        readers: this.#readers,
        prepared: null,
        parses: false,
        fields: this.fields,
        read: this.#reader?.mixed ?? null,
      },
    ])
    await this.#wire.send(exchange)
    if (exchange.error !== null) throw this.#wire.explained(exchange.error, [this.#prepared])
    if (exchange.fault !== null) throw exchange.fault.thrown
    // An answer without an error has one outcome for each step.
    return exchange.outcomes[0] as Outcome
  }
}
