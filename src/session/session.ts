/** A unit of work: objects are queued, and written together. */
import type { Insert, Row } from '../../types/row.ts'
import type { checkedRow } from '../../types/row-check.ts'
import type { AnySchema, TableName } from '../../types/schema.ts'
import { SessionError } from '../base/errors.ts'
import { StatementError } from '../engine/statement-error.ts'
import type { Transaction } from '../engine/transaction.ts'
import type { Model } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { nameRowAtCommit } from './failing-commit.ts'
import { failingRow, nameRow } from './failing-row.ts'
import { type GivenRow, type MakeObject, tableOf } from './give.ts'
import { plan } from './plan.ts'
import { recordOf, type RowRecord } from './record.ts'
import { prepare, type Work } from './write.ts'

/** What a session needs of what it runs on. */
export interface SessionHost {
  readonly model: Model
  readonly makeObject: MakeObject
  begin(): Promise<Transaction>
}

type Call = 'flush' | 'commit' | 'roll back'

export class Session<S extends AnySchema = AnySchema> {
  readonly #host: SessionHost
  #queue: RowRecord[] = []
  /** Written in the transaction that is open, in order. */
  #written: RowRecord[] = []
  #transaction: Transaction | null = null
  #call: Call | null = null
  #running: Promise<unknown> = Promise.resolve()
  #state: 'open' | 'closed' = 'open'

  constructor(host: SessionHost) {
    this.#host = host
  }

  /** Resolves when no call of a session is under way, however the last one ended. */
  static async settled(session: Session): Promise<void> {
    await session.#running.catch(() => {})
  }

  /** The objects that wait to be written, in the order in which they were added. */
  get new(): readonly object[] {
    return this.#queue.map(record => record.values)
  }

  /**
   * Queues a row and gives its object. Keys and defaults that the database gives are there after the flush; reading one
   * before is a PendingValueError.
   * @throws SessionError for a column that is unknown, missing or the database's own; nothing is queued then
   * @example const ada = session.add('users', { email: 'ada@example.org' })
   */
  add<Name extends TableName<S>, Given extends object>(name: Name, row: checkedRow<S, Name, Given>): Row<S, Name>
  /** Queues an object of a class of `Entity`, or one that a rollback gave back. */
  add<Given extends object>(entity: Given): Given
  add(...given: [string, GivenRow] | [object]): object {
    const record = given.length === 1 ? this.#known(given[0]) : this.#made(given[0], given[1])
    this.#enqueue([record])
    return record.values
  }

  /** Queues rows, all or, when one is wrong, none. */
  addAll<Name extends TableName<S>>(name: Name, rows: readonly Insert<S, Name>[]): Row<S, Name>[]
  /** Queues objects. */
  addAll<Given extends object>(entities: readonly Given[]): Given[]
  addAll(...given: [string, readonly GivenRow[]] | [readonly object[]]): object[] {
    const records =
      given.length === 1 ? given[0].map(one => this.#known(one)) : given[1].map(row => this.#made(given[0], row))
    this.#enqueue(records)
    return records.map(record => record.values)
  }

  /**
   * Writes what is queued, in a transaction that stays open: parents first, the rows of a table together.
   * @throws StatementError when the database refuses a row, which `row` and `rowIndex` name: nothing of the flush is in the
   *   database then, and everything is still queued
   */
  async flush(): Promise<void> {
    await this.#alone('flush', () => this.#flush())
  }

  /** Writes what is queued and makes it lasting. @throws StatementError as `flush` does, also for a constraint that was deferred */
  async commit(): Promise<void> {
    await this.#alone('commit', async () => {
      await this.#flush()
      await this.#commit()
    })
  }

  /**
   * Undoes what was not committed. Objects that were queued or written are as before they were added, and may be added
   * again.
   */
  async rollback(): Promise<void> {
    await this.#alone('roll back', () => this.#rollback())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed'
    await this.#running.catch(() => {})
    await this.#rollback()
  }

  #made(name: string, row: GivenRow): RowRecord {
    this.#checkOpen()
    const table = tableOf(this.#host.model, name)
    const known = recordOf(row)
    if (known === null) return this.#host.makeObject(table, row, [])
    if (known.table !== table) throw new SessionError('otherTable', table.key, known.table.key)
    return known
  }

  #known(entity: unknown): RowRecord {
    this.#checkOpen()
    const record = recordOf(entity)
    if (record === null) throw new SessionError('notAnEntity', typeName(entity))
    if (this.#host.model.tableByKey.get(record.table.key) !== record.table) {
      throw new SessionError('otherSession', record.table.key)
    }
    return record
  }

  /** Queues records with those inside them and those they refer to; all or none. */
  #enqueue(records: readonly RowRecord[]): void {
    // PERF: rows on their own that were just made need no search.
    const isPlain = (record: RowRecord): boolean =>
      record.session === null && record.references.length === 0 && record.owned.length === 0
    if (records.every(isPlain)) {
      for (const record of records) if (record.state === 'transient') this.#push(record)
      return
    }
    const found = new Set<RowRecord>()
    for (const record of records) {
      if (record.references.length === 0 && record.owned.length === 0) this.#collect(record, found)
      else for (const waiting = [record]; waiting.length > 0; ) this.#collectWith(waiting.pop(), waiting, found)
    }
    for (const record of found) this.#push(record)
  }

  #push(record: RowRecord): void {
    record.move('add')
    record.session = this
    this.#queue.push(record)
  }

  #collectWith(record: RowRecord | undefined, waiting: RowRecord[], found: Set<RowRecord>): void {
    if (record === undefined || !this.#collect(record, found)) return
    // The last is taken first: those inside a row come after it, in their order.
    for (const { target } of record.references) waiting.push(target)
    for (const inside of record.owned.toReversed()) waiting.push(inside)
  }

  /** Whether a record was found that is not queued yet. */
  #collect(record: RowRecord, found: Set<RowRecord>): boolean {
    const isElsewhere = record.session !== null && record.session !== this && record.state !== 'persistent'
    if (isElsewhere && record.state !== 'transient') throw new SessionError('otherSession', record.table.key)
    if (record.state !== 'transient' || found.has(record)) return false
    found.add(record)
    return true
  }

  async #flush(): Promise<void> {
    if (this.#queue.length === 0) return
    const batch = this.#queue
    const works = plan(this.#host.model, batch).map(prepare)
    const outer = this.#transaction
    const begin = (): Promise<Transaction> => (outer === null ? this.#host.begin() : outer.begin())
    this.#queue = []
    let scope: Transaction | null = null
    let current: Work | undefined
    try {
      scope = await begin()
      for (current of works) await current.run(scope, 0, current.rows.length)
      if (outer !== null) await scope.commit()
    } catch (error) {
      await scope?.rollback().catch(() => {})
      const row = current === undefined ? null : await failingRow(error, begin, works, current)
      for (const record of batch) record.drop()
      this.#queue = batch.concat(this.#queue)
      if (outer !== null && !outer.active) this.#requeue()
      if (row !== null && error instanceof StatementError) nameRow(error, row, batch)
      throw error
    }
    for (const work of works) work.settle()
    this.#written = this.#written.concat(batch)
    this.#transaction ??= scope
  }

  async #commit(): Promise<void> {
    const transaction = this.#transaction
    if (transaction === null) return
    try {
      await transaction.commit()
    } catch (error) {
      const lost = this.#written
      this.#requeue()
      await nameRowAtCommit(error, this.#host.model, lost, () => this.#host.begin())
      throw error
    }
    for (const record of this.#written) {
      record.move('commit')
      record.detach()
    }
    this.#written = []
    this.#transaction = null
  }

  async #rollback(): Promise<void> {
    const transaction = this.#transaction
    for (const record of this.#queue) record.move('rollback')
    this.#unwind('rollback')
    this.#queue = []
    this.#transaction = null
    await transaction?.rollback()
  }

  /** The transaction is gone, and with it what was written in it. */
  #requeue(): void {
    const lost = this.#written
    this.#unwind('fail')
    this.#queue = lost.concat(this.#queue)
    this.#transaction = null
  }

  #unwind(event: 'rollback' | 'fail'): void {
    for (const record of this.#written) {
      record.shape.retract(record.values, record.filled)
      record.filled = []
      record.move(event)
    }
    this.#written = []
  }

  /** Two flows that share a session would write each other's halves. */
  async #alone(call: Call, work: () => Promise<void>): Promise<void> {
    this.#checkOpen()
    if (this.#call !== null) throw new SessionError('sessionBusy', call, `a call of ${this.#call}`)
    this.#call = call
    const running = work()
    this.#running = running
    try {
      await running
    } finally {
      this.#call = null
    }
  }

  #checkOpen(): void {
    if (this.#state === 'closed') throw new SessionError('sessionClosed')
  }
}
