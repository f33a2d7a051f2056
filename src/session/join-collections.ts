/** Objects in the collections that lead to them. */
import { Collection, dropFrom, putBack } from './collection.ts'
import { parentOf } from './parent.ts'
import type { RowRecord } from './record.ts'
import { relationMap } from './relation-map.ts'

/** Puts an object that was just queued into the collections of the rows that it points to. */
export function joinCollections(child: RowRecord): void {
  const unit = child.session
  if (unit === null || unit.collections.size === 0) return
  for (const { key, many } of relationMap(unit.model).from(child.table)) {
    if (many === null) continue
    const collection = parentOf(child, key)?.related?.get(many.name)
    if (collection instanceof Collection) putBack(collection, child)
  }
}

/** Takes a deleted row out of the collections that hold it. */
export function leaveCollections(child: RowRecord): void {
  const unit = child.session
  if (unit === null || unit.collections.size === 0) return
  for (const collection of unit.collections) {
    if (collection.known.includes(child.values)) dropFrom(collection, child)
  }
}
