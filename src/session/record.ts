/** What a session knows of an object. It is kept on the object itself, where nothing but this file sees it. */
import type { ForeignKeyModel, RelationModel, TableModel } from '../schema/model.ts'
import type { Collection } from './collection.ts'
import { keyValue } from './key-value.ts'
import type { LeftOut } from './left-out.ts'
import type { PendingRow, Reference } from './pending-row.ts'
import type { Shape } from './shape.ts'
import { after, type Event, type State } from './state.ts'
import { isKept, ownOf, restored, type Snapshot } from './tracker.ts'
import type { Unit } from './unit.ts'

export type Values = Record<string, unknown>

/** A reference to an object. */
export interface ObjectReference extends Reference {
  readonly target: RowRecord
}

/** What an insert was made with, for as long as it may be undone. */
export interface Origin {
  readonly references: readonly ObjectReference[]
  readonly owned: readonly RowRecord[]
  /** The columns that the flush filled. */
  readonly filled: readonly string[]
}

/** A relation that was loaded: the row it leads to, if that was not left out, or the rows. */
export type Related = RowRecord | LeftOut | null | Collection

const none: readonly never[] = []

/** The parts of an object of joined tables: one record for each table, which share the object. Each comes after those it continues. */
export type Parts = readonly [RowRecord, ...RowRecord[]]

export class RowRecord implements PendingRow {
  readonly shape: Shape
  readonly values: Values
  references: readonly ObjectReference[] = none
  /** The references of rows that only point to this one, by the key that was given last. */
  pointer: readonly ObjectReference[] | null = null
  /** Rows that were given inside this one; they are queued with it. */
  owned: readonly RowRecord[] = none
  state: State = 'transient'
  /** The session that it belongs to. */
  session: Unit | null = null
  /** What the row was like when the session last read or wrote it; null for what has no row. */
  snapshot: Snapshot | null = null
  /** The session's transaction in which the row was last read or written. */
  epoch = 0
  /** Why columns are missing: the database gives them, they were not asked for, or they were given up. */
  gap: 'pending' | 'partial' | 'expired' = 'pending'
  /** The relations that were loaded, by name. */
  related: Map<string, Related> | null = null
  /** Keys by which it was taken out of a row's collection and has come into no other. */
  orphaned: Map<ForeignKeyModel, RowRecord> | null = null
  /** What a flush that has not succeeded yet inserts, and what the database gave for it; it becomes the snapshot. */
  sent: Snapshot | null = null
  /** Its insert, until the commit; null for rows that were there before. */
  origin: Origin | null = null
  /** Where it stands among the objects of its table in an identity map; -1 for nowhere. */
  place = -1
  /** Of an object whose row lies in several tables: the records of all its parts, of which this is one; null for any other. */
  parts: Parts | null = null

  constructor(shape: Shape, values: Values) {
    this.shape = shape
    this.values = values
  }

  get table(): TableModel {
    return this.shape.table
  }

  /** Forgets what was not settled. */
  drop(): void {
    this.sent = null
  }

  /**
   * The row was inserted, and is what was sent of it.
   * @param filled the columns that the database gave
   * @param like an insert that may have been alike
   */
  insert(filled: readonly string[], like: Origin | null): void {
    const { references, owned } = this
    const isAlike = like?.references === references && like.owned === owned && like.filled === filled
    this.origin = isAlike ? like : { references, owned, filled }
    this.snapshot = this.sent
    this.sent = null
    this.references = none
    this.owned = none
    this.move('insert')
  }

  /** The insert was undone. */
  uninsert(event: 'rollback' | 'fail'): void {
    const { origin } = this
    if (origin !== null) {
      this.shape.retract(this.values, origin.filled)
      this.references = origin.references
      this.owned = origin.owned
    }
    this.origin = null
    this.snapshot = null
    this.gap = 'pending'
    this.move(event)
  }

  /** Whether what a key goes by is not what the row has: changed and not written, so that it may change again, or not known. */
  isMoving({ targetColumns }: ForeignKeyModel): boolean {
    const { shape, snapshot, values } = this
    if (snapshot === null) return false
    for (const column of targetColumns) {
      const slot = shape.slotByKey.get(column)
      if (slot === undefined) continue
      if (snapshot[column] === undefined || !isKept(slot, ownOf(values, column), snapshot[column])) return true
    }
    return false
  }

  /** Columns that were missing may all be there by now. */
  closeGap(): void {
    const { shape, snapshot, values } = this
    if (this.gap === 'pending' || snapshot === null) return
    for (const { key } of shape.slots) if (snapshot[key] === undefined) return
    this.gap = 'pending'
    this.#show(true)
    shape.release(values)
  }

  /** Columns are not known any more: reading them is an error, and so are relations that go by them. */
  lose(keys: readonly string[]): void {
    this.shape.retract(this.values, keys)
    this.gap = 'expired'
    this.#show(false)
  }

  /** What cannot be read is not among what an object shows to who prints it, spreads it or makes JSON of it. */
  #show(enumerable: boolean): void {
    for (const name of this.related?.keys() ?? []) {
      if (this.table.relations.get(name)?.kind === 'one') Object.defineProperty(this.values, name, { enumerable })
    }
  }

  move(event: Event): void {
    this.state = after(this.state, event)
  }

  /** A column's value, if it is known: the object's own, or what a flush under way was given. */
  known(key: string): unknown {
    const own = Object.hasOwn(this.values, key) ? this.values[key] : undefined
    if (own !== undefined || this.sent === null) return own
    const slot = this.shape.slotByKey.get(key)
    return slot === undefined ? undefined : (restored(slot, this.sent[key]) ?? undefined)
  }

  /** Whether a column takes its value from a row that this one points to. */
  refersBy(key: string): boolean {
    // PERF: functions for each row would be garbage to collect.
    for (const reference of this.references) if (placeIn(reference, key) >= 0) return true
    return false
  }

  /** What a reference gives to one of its columns; undefined while the row it leads to has no key. */
  referred(key: string): unknown {
    for (const reference of this.references) {
      const at = placeIn(reference, key)
      if (at < 0) continue
      const { key: foreign, target } = reference
      const wanted = foreign.targetColumns[at] ?? ''
      const value = target.known(wanted) ?? target.referred(wanted)
      const from = target.table.columnByKey.get(wanted)
      const to = foreign.columns[at]
      return value === undefined || from === undefined || to === undefined ? value : keyValue(value, from, to)
    }
    return undefined
  }
}

/** Where in its key a reference has a column; -1 for another's. */
function placeIn({ key: { columns } }: ObjectReference, key: string): number {
  for (let at = 0; at < columns.length; at++) if (columns[at]?.key === key) return at
  return -1
}

/** A constructor that gives back what it is given, so that a class derived from it puts its fields there. */
export class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: see above
    return object
  }
}

/** PERF: a private field costs 10 ns an object, an entry in a WeakMap 300 ns and more work for the collector. */
class Mark extends Given {
  readonly #record: RowRecord

  constructor(object: object, record: RowRecord) {
    super(object)
    this.#record = record
  }

  static of(object: object): RowRecord | null {
    return #record in object ? object.#record : null
  }
}

/** Keeps what is known of an object with it. */
export function keepRecord(object: object, record: RowRecord): void {
  new Mark(object, record)
}

/**
 * What is known of an object; null for what no session and no class of Entity made.
 * @param table of an object of joined tables, whose part is wanted; the first, unless stated and where it has none of that table
 */
export function recordOf(object: unknown, table?: string): RowRecord | null {
  const record = typeof object === 'object' && object !== null ? Mark.of(object) : null
  return record === null || record.parts === null || table === undefined ? record : partOf(record, table)
}

/** The part of an object that is a row of a table; the record itself where it has none. */
export function partOf(record: RowRecord, table: string): RowRecord {
  return record.parts?.find(part => part.table.key === table) ?? record
}

/** The part of an object that a relation leaves from. */
export function partWith(record: RowRecord, relation: RelationModel): RowRecord {
  return record.parts?.find(part => part.table.relations.get(relation.name) === relation) ?? record
}

/** What was loaded as relations of an object, of all its parts. */
export function relatedOf({ parts, related }: RowRecord): Related[] {
  if (parts === null) return related === null ? [] : [...related.values()]
  return parts.flatMap(part => [...(part.related?.values() ?? [])])
}

/** The objects of records, each once. */
export function objectsOf(records: Iterable<RowRecord>): object[] {
  return [...new Set(Array.from(records, record => record.values))]
}

/** Makes records the parts of one object. */
export function share(parts: readonly RowRecord[]): void {
  // The first is the one that the object had before it was joined.
  for (const part of parts) part.parts = parts as Parts
}

/** The record that stands for the whole object. */
export function wholeOf(record: RowRecord): RowRecord {
  return record.parts === null ? record : record.parts[0]
}

/** A function that gives an object a property of its own. PERF: as a field 10 ns, with Object.defineProperty 200. */
export function definer(key: string): (object: object, value: unknown) => void {
  let next: unknown
  class Field extends Given {
    [key] = next
  }
  return (object, value) => {
    next = value
    new Field(object)
    next = undefined
  }
}
