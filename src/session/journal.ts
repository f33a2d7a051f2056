/** What a transaction, or a savepoint in it, has done to objects, so that it can be undone. */
import type { Transaction } from '../engine/transaction.ts'
import type { Collection } from './collection.ts'
import type { RowRecord } from './record.ts'
import type { State } from './state.ts'
import type { Snapshot } from './tracker.ts'

/** What an object's row was like before the level wrote it. */
export interface Memento {
  readonly snapshot: Snapshot | null
  readonly state: State
}

/** What a collection held before the level changed it. */
export interface Listed {
  readonly rows: readonly object[]
  /** How many steps of inserts came before: their rows may be among these. */
  readonly after: number
}

export class Level {
  readonly tx: Transaction
  /** Whether it is the transaction itself or a savepoint. */
  readonly kind: 'transaction' | 'savepoint'
  /** In the order in which they were written. PERF: as lists of steps, which are not copied. */
  #inserted: readonly (readonly RowRecord[])[] = []
  readonly touched = new Map<RowRecord, Memento>()
  readonly lists = new Map<Collection, Listed>()

  /** The session's epoch when it began. */
  readonly epoch: number

  constructor(tx: Transaction, kind: 'transaction' | 'savepoint', epoch = 0) {
    this.tx = tx
    this.kind = kind
    this.epoch = epoch
  }

  /** The objects whose rows were inserted, in the order in which they were written. */
  get inserted(): RowRecord[] {
    return this.#inserted.flat()
  }

  /** The same, by the steps in which they were written. */
  get steps(): readonly (readonly RowRecord[])[] {
    return this.#inserted
  }

  /** The inserts can be undone no more. */
  close(): void {
    for (const rows of this.#inserted) for (const record of rows) record.origin = null
  }

  /** To be called when rows were inserted. */
  insert(rows: readonly RowRecord[]): void {
    this.#inserted = [...this.#inserted, rows]
  }

  /** To be called before an object's row is updated or deleted, or read anew. */
  touch(record: RowRecord): void {
    if (!this.touched.has(record)) this.touched.set(record, { snapshot: record.snapshot, state: record.state })
  }

  /** To be called before what a collection holds becomes what the database has. */
  list(collection: Collection): void {
    if (this.lists.has(collection)) return
    this.lists.set(collection, { rows: collection.original, after: this.#inserted.length })
  }

  /** The savepoint is part of the level around it from now on. */
  join(outer: Level): void {
    for (const [record, memento] of this.touched) if (!outer.touched.has(record)) outer.touched.set(record, memento)
    const before = outer.#inserted.length
    for (const [collection, { rows, after }] of this.lists) {
      if (!outer.lists.has(collection)) outer.lists.set(collection, { rows, after: before + after })
    }
    outer.#inserted = outer.#inserted.concat(this.#inserted)
  }
}
