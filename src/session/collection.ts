/** The rows that a relation leads to, in an array of the caller's. What the caller does to it is told to the other side in agree.ts. */
import { Given, type RowRecord } from './record.ts'
import type { To } from './relation-map.ts'

export class Collection {
  readonly owner: RowRecord
  readonly relation: To<'many'> | To<'link'>
  /** What the caller sees. */
  readonly array: object[]
  /** What both sides have agreed on. Replaced, and not changed: it is what the database has, until something changes. */
  known: readonly object[]
  /** What the database has. */
  original: readonly object[]

  constructor(owner: RowRecord, relation: To<'many'> | To<'link'>, rows: readonly object[]) {
    this.owner = owner
    this.relation = relation
    this.array = rows.slice()
    this.known = rows
    this.original = rows
    new Mark(this.array, this)
  }
}

class Mark extends Given {
  readonly #collection: Collection

  constructor(array: object[], collection: Collection) {
    super(array)
    this.#collection = collection
  }

  static of(array: object): Collection | null {
    return #collection in array ? array.#collection : null
  }
}

/** The collection that an array shows; null for any other array. */
export function collectionOf(array: object): Collection | null {
  return Mark.of(array)
}

// The array's own methods tell the other side.
const { push, splice } = Array.prototype

/** A row has come in by the other side. */
export function putBack(collection: Collection, { values }: RowRecord): void {
  const { known, array } = collection
  if (!known.includes(values)) collection.known = [...known, values]
  if (!array.includes(values)) push.call(array, values)
}

/** A row has gone by the other side. */
export function dropFrom(collection: Collection, { values }: RowRecord): void {
  const { known, array } = collection
  if (known.includes(values)) collection.known = known.filter(row => row !== values)
  const at = array.indexOf(values)
  if (at >= 0) splice.call(array, at, 1)
}

/** The content is what the database has, or had. */
export function restoreList(collection: Collection, rows: readonly object[]): void {
  collection.original = rows
  collection.known = rows
  if (!isAlike(rows, collection.array)) splice.call(collection.array, 0, collection.array.length, ...rows)
}

/** Whether two lists hold the same rows in the same order. PERF: of most collections, since nobody has changed them. */
export function isAlike(a: readonly object[], b: readonly object[]): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
