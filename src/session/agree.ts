/**
 * Collections as the caller changes them. `push`, `pop`, `shift`, `unshift` and `splice` tell the other side at once; what is written
 * by index is noticed at the next of these calls, or by the flush.
 */
import { SessionError } from '../base/errors.ts'
import { typeName } from '../schema/type-name.ts'
import { Collection, collectionOf, isAlike } from './collection.ts'
import { type GivenRow, tableOf } from './give.ts'
import { link, unlink } from './link.ts'
import { recordOf, type RowRecord } from './record.ts'
import { orphan, setParent } from './relate.ts'
import type { To } from './relation-map.ts'

/** A collection of what was loaded. */
export function openCollection(
  owner: RowRecord,
  relation: To<'many'> | To<'link'>,
  rows: readonly object[],
): Collection {
  const collection = new Collection(owner, relation, rows)
  const { array } = collection
  // PERF: 1.3 µs, and 2.2 with Object.defineProperties.
  for (let at = 0; at < names.length; at++) Object.defineProperty(array, names[at] as string, mutators[at] as object)
  return collection
}

const original = Array.prototype

/** The methods that change an array, with what they do to rows added. */
const changing = {
  push(this: object[], ...rows: object[]): number {
    return changed(this, rows, given => original.push.apply(this, given))
  },
  unshift(this: object[], ...rows: object[]): number {
    return changed(this, rows, given => original.unshift.apply(this, given))
  },
  pop(this: object[]): object | undefined {
    return changed(this, [], () => original.pop.call(this) as object | undefined)
  },
  shift(this: object[]): object | undefined {
    return changed(this, [], () => original.shift.call(this) as object | undefined)
  },
  splice(this: object[], ...parameters: [start: number, count: number, ...rows: object[]]): object[] {
    const [start, count, ...rows] = parameters
    // Without a count it takes all that follows.
    const removed = parameters.length === 1 ? this.length : count
    return changed(this, rows, given => original.splice.call(this, start, removed, ...given) as object[])
  },
}

const names = Object.keys(changing)
/** They are not enumerable, so no copy has them. */
const mutators: readonly PropertyDescriptor[] = Object.values(changing).map(value => ({
  value,
  writable: true,
  configurable: true,
  enumerable: false,
}))

/** Changes an array; nothing is changed when one of the rows is wrong. */
function changed<Value>(array: object[], rows: readonly object[], change: (given: object[]) => Value): Value {
  const collection = collectionOf(array)
  if (collection === null) return change([...rows])
  const value = change(rows.map(row => adopt(collection, row).values))
  agree(collection)
  return value
}

/** The object of what the caller puts in: an object of a session, or a row that becomes one. */
function adopt({ owner, relation }: Collection, row: unknown): RowRecord {
  const record = recordOf(row, relation.target)
  const { table, session } = owner
  if (record === null) {
    if (typeof row !== 'object' || row === null || session === null) {
      throw new SessionError(
        'notRelated',
        table.key,
        relation.name,
        `rows of table '${relation.target}'`,
        typeName(row),
      )
    }
    const references = relation.kind === 'many' ? [{ key: relation.key, target: owner }] : []
    return session.host.makeObject(tableOf(session.model, relation.target), row as GivenRow, references)
  }
  if (record.table.key !== relation.target) {
    throw new SessionError('wrongRelated', table.key, relation.name, relation.target, record.table.key)
  }
  if (record.session !== null && record.session !== session) throw new SessionError('otherSession', record.table.key)
  return record
}

/** Tells the other side what has come and gone since the last time. */
export function agree(collection: Collection): void {
  const { array, known, owner, relation } = collection
  if (isAlike(known, array)) return
  for (const [at, row] of array.entries()) {
    if (recordOf(row) === null) array[at] = adopt(collection, row).values
  }
  const was = new Set(known)
  const is = new Set(array)
  // Given twice is there once.
  if (is.size < array.length) original.splice.call(array, 0, array.length, ...is)
  collection.known = [...array]
  for (const row of was) {
    if (is.has(row)) continue
    if (relation.kind === 'many') orphan(recordIn(row, relation.target), relation.key, owner)
    else unlink(collection, recordIn(row, relation.target))
  }
  for (const row of is) {
    if (was.has(row)) continue
    if (relation.kind === 'many') setParent(recordIn(row, relation.target), relation.key, owner)
    else link(collection, recordIn(row, relation.target))
  }
}

/** Makes other rows the content of a collection, as an assignment does. */
export function replace(collection: Collection, rows: readonly unknown[]): void {
  const given = rows.map(row => adopt(collection, row).values)
  original.splice.call(collection.array, 0, collection.array.length, ...given)
  agree(collection)
}

/** The record of what a caller gave. */
function recordIn(object: object, table: string): RowRecord {
  const record = recordOf(object, table)
  // What is in a collection was looked at when it came in.
  if (record === null) throw new TypeError('an object of a collection has no record')
  return record
}
