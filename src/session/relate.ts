/** Rows under others. Both sides of a relation agree at once, as far as they were loaded. */
import type { ForeignKeyModel } from '../schema/model.ts'
import { Collection, dropFrom, putBack } from './collection.ts'
import { enqueue } from './enqueue.ts'
import { knowsParent, parentOf, point } from './parent.ts'
import type { RowRecord } from './record.ts'
import { relationMap } from './relation-map.ts'

/** Puts a row under another, or under none. */
export function setParent(child: RowRecord, key: ForeignKeyModel, parent: RowRecord | null): void {
  const unit = child.session ?? parent?.session ?? null
  const before = knowsParent(child, key) ? parentOf(child, key) : undefined
  // What was made for its parent points to it already.
  if (before !== parent || parent === null) point(child, key, parent)
  else child.orphaned?.delete(key)
  if (unit === null) return
  const { one, many } = relationMap(unit.model).ways(key)
  if (one !== null && child.related?.has(one.name)) child.related.set(one.name, parent)
  if (many !== null) {
    const old = before?.related?.get(many.name)
    if (old instanceof Collection) dropFrom(old, child)
    // Which collection it was in nobody knows where it, or its parent, was expired.
    if (before === undefined && unit.hasGaps) {
      for (const one of unit.collections) if (one.relation === many && one.owner !== parent) dropFrom(one, child)
    }
    const next = parent?.related?.get(many.name)
    if (next instanceof Collection) putBack(next, child)
  }
  if (parent?.session && child.state === 'transient') enqueue(unit, [child])
  if (child.session && parent?.state === 'transient') enqueue(unit, [parent])
}

/** Takes a row out from under another, unless it has moved on already. */
export function orphan(child: RowRecord, key: ForeignKeyModel, owner: RowRecord): void {
  // Of an object that was expired, or whose owner was, that it was in the collection is all that is known.
  const parent = knowsParent(child, key) ? parentOf(child, key, owner) : owner
  const isThere = parent === owner || (parent === undefined && !isKnown(owner, key))
  if (!isThere) return
  setParent(child, key, null)
  child.orphaned ??= new Map()
  child.orphaned.set(key, owner)
  child.session?.orphans.add(child)
}

/** Whether what a key points to is known of a row. */
function isKnown(owner: RowRecord, { targetColumns }: ForeignKeyModel): boolean {
  return targetColumns.every(column => owner.known(column) !== undefined)
}
