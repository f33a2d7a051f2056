/** Objects in the collections that lead to them. */
import { Collection, dropFrom, putBack } from './collection.ts'
import { hasMoved, parentOf } from './parent.ts'
import { recordOf, type RowRecord } from './record.ts'
import { relationMap } from './relation-map.ts'
import type { Unit } from './unit.ts'

/** Puts an object that was just queued into the collections of the rows that it points to. */
export function joinCollections(child: RowRecord): void {
  const unit = child.session
  if (unit === null || unit.collections.size === 0) return
  for (const { key, many } of relationMap(unit.model).from(child.table)) {
    if (many === null) continue
    const collection = parentOf(child, key)?.related?.get(many.name)
    if (collection instanceof Collection) putBack(collection, child)
  }
  // A row of a join table is in no collection itself: the rows that it joins are in each other's.
  for (const relation of relationMap(unit.model).through(child.table)) {
    const collection = parentOf(child, relation.near)?.related?.get(relation.name)
    const far = parentOf(child, relation.far)
    if (collection instanceof Collection && far) putBack(collection, far)
  }
}

/** Takes an object that is queued no more out of the collections of the rows that it points to. */
export function leaveParents(unit: Unit, child: RowRecord): void {
  if (unit.collections.size === 0) return
  for (const { key, many } of relationMap(unit.model).from(child.table)) {
    const collection = many === null ? null : parentOf(child, key)?.related?.get(many.name)
    if (collection instanceof Collection) dropFrom(collection, child)
  }
}

/** The keys that an object was given are given up: it is in the collections that it was in. */
export function stayPut(unit: Unit, child: RowRecord): void {
  if (unit.collections.size === 0) return
  for (const { key, many } of relationMap(unit.model).from(child.table)) {
    if (many === null || !hasMoved(child, key)) continue
    for (const collection of unit.collections) {
      if (collection.relation !== many) continue
      if (collection.original.includes(child.values)) putBack(collection, child)
      else dropFrom(collection, child)
    }
  }
}

/**
 * Takes rows that were deleted, by the session or with others by the database, out of the collections that hold them.
 * @param deleted those that the session deleted: a row of a join table is in none, but two others are in each other's by it
 */
export function leaveCollections(unit: Unit, deleted: readonly RowRecord[]): void {
  if (unit.collections.size === 0) return
  for (const record of deleted) {
    for (const relation of relationMap(unit.model).through(record.table)) {
      const collection = parentOf(record, relation.near)?.related?.get(relation.name)
      const far = parentOf(record, relation.far)
      if (collection instanceof Collection && far) leave(unit, collection, far)
    }
  }
  for (const collection of unit.collections) {
    for (const row of collection.known) {
      const record = recordOf(row)
      if (record?.state === 'deleted') leave(unit, collection, record)
    }
  }
}

function leave(unit: Unit, collection: Collection, record: RowRecord): void {
  unit.level?.list(collection)
  dropFrom(collection, record)
  if (collection.original.includes(record.values)) {
    collection.original = collection.original.filter(row => row !== record.values)
  }
}
