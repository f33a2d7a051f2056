/** What a session holds: its objects, what waits to be written, and the transaction with its savepoints. */
import { SessionError } from '../base/errors.ts'
import type { Transaction } from '../engine/transaction.ts'
import type { Statement } from '../base/statement.ts'
import type { Model, TableModel } from '../schema/model.ts'
import type { View } from '../sql/view.ts'
import type { Classes } from './classes.ts'
import type { Collection } from './collection.ts'
import type { LoadObject, MakeObject } from './give.ts'
import { IdentityMap } from './identity-map.ts'
import { Level } from './journal.ts'
import type { JoinRow } from './join-row.ts'
import type { RowRecord } from './record.ts'

/** What a session needs of what it runs on. */
export interface SessionHost {
  readonly model: Model
  readonly makeObject: MakeObject
  readonly loadObject: LoadObject
  /** The classes of the caller's, which may have hooks. */
  readonly classes: Classes
  begin(): Promise<Transaction>
  /** Compiles an expression of Kysely over a table to a statement that gives the keys of the rows of which it is true. */
  compile(table: TableModel, expression: (builder: never) => unknown): Statement
}

export class Unit {
  readonly host: SessionHost
  readonly model: Model
  /** How the tables of joined classes are read; null where there are none. */
  readonly views: ReadonlyMap<TableModel, View> | null
  readonly identity = new IdentityMap()
  /** Objects that wait to be inserted, in the order in which they were added. */
  queue: RowRecord[] = []
  /** Objects that wait to be deleted. */
  readonly doomed = new Set<RowRecord>()
  /** Rows of join tables that wait to be deleted. */
  readonly severed = new Set<JoinRow>()
  /** The collections that were loaded. */
  readonly collections = new Set<Collection>()
  /** Objects that were taken out of a collection. */
  readonly orphans = new Set<RowRecord>()
  /** The transaction, and the savepoints in it. */
  readonly levels: Level[] = []
  /** Counts transactions and savepoints, so that what was read before one, or in one that was undone, is known. */
  epoch = 1
  /** The count when the transaction began. */
  #start = 1
  /** Whether there may be objects of which some columns are not known. */
  hasGaps = false
  /** Takes the objects that are made of rows, where somebody asks for them. */
  fresh: RowRecord[] | null = null

  constructor(host: SessionHost) {
    this.host = host
    this.model = host.model
    this.views = host.classes.views
  }

  /** The innermost savepoint, or the transaction; null when none has begun. */
  get level(): Level | null {
    return this.levels.at(-1) ?? null
  }

  /** The innermost level. A transaction begins with the first statement. */
  async open(): Promise<Level> {
    const { level } = this
    if (level !== null) return level
    const made = new Level(await this.host.begin(), 'transaction')
    this.levels.push(made)
    return made
  }

  /** The transaction has ended: what was read in it may have changed. */
  endEpoch(): void {
    this.#start = ++this.epoch
  }

  /** Whether an object was read or written in this transaction. */
  isCurrent({ epoch }: RowRecord): boolean {
    return epoch >= this.#start
  }

  /** Begins a transaction or, within one, a savepoint, in which things may be tried. */
  attempt(): Promise<Transaction> {
    const { level } = this
    return level === null ? this.host.begin() : level.tx.begin()
  }

  /** The keys of the rows of which an expression of Kysely is true, as a statement. */
  compile(table: TableModel, expression: (builder: never) => unknown): Statement {
    return this.host.compile(table, expression)
  }

  /** A table as it is read. */
  viewOf(table: TableModel): TableModel {
    return this.views?.get(table) ?? table
  }

  /** Has an object deleted by the next flush. */
  doom(record: RowRecord): void {
    if (record.parts === null) this.doomed.add(record)
    else for (const part of record.parts) if (part.state === 'persistent') this.doomed.add(part)
  }

  /** Queues an object, or a part of one. */
  enqueue(record: RowRecord): void {
    record.move('add')
    record.session = this
    this.queue.push(record)
  }

  /** Takes an object that has a row into the identity map. */
  keep(record: RowRecord): void {
    record.session = this
    record.epoch = this.epoch
    if (record.snapshot !== null) this.identity.add(record)
  }

  /** The same for many; the list is kept. All have snapshots. */
  keepAll(records: readonly RowRecord[]): void {
    for (const record of records) {
      record.session = this
      record.epoch = this.epoch
    }
    this.identity.addAll(records)
  }

  /** @throws SessionError when the object is another session's, or of another schema */
  check(record: RowRecord): void {
    if (this.model.tableByKey.get(record.table.key) !== record.table || record.session !== this) {
      throw new SessionError('otherSession', record.table.key)
    }
  }
}

/** Whether rows wait to be inserted or deleted. */
export function mayWait({ queue, doomed, severed, orphans }: Unit): boolean {
  return queue.length > 0 || doomed.size > 0 || severed.size > 0 || orphans.size > 0
}
