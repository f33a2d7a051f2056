/** Objects as they were, after a transaction or a savepoint was undone. */
import { Collection, restoreList } from './collection.ts'
import type { Level } from './journal.ts'
import { stayPut } from './join-collections.ts'
import { parentOf } from './parent.ts'
import { recordOf, type RowRecord } from './record.ts'
import { relationMap } from './relation-map.ts'
import { changedSlots, restored, type Snapshot } from './tracker.ts'
import type { Unit } from './unit.ts'

/**
 * The caller undid a level: objects are as they were when it began. All that was queued before it began had been written by then.
 */
export function rollBack(unit: Unit, level: Level | null): void {
  for (const record of unit.queue) {
    record.move('rollback')
    record.session = null
  }
  unit.queue = []
  unit.doomed.clear()
  unit.severed.clear()
  unit.orphans.clear()
  const parted: Parted = new Map()
  if (level !== null) {
    for (const [record, { snapshot }] of level.touched) {
      // One that was let go of is nobody's any more.
      if (record.session === unit) returnRow(unit, record, snapshot, 'rollback')
    }
    // Backwards: what an object's parts share is taken away with the first.
    for (const [step, records] of [...level.steps.entries()].reverse()) {
      for (const record of records.toReversed()) {
        if (record.session !== unit) continue
        part(unit, record, step, parted)
        if (record.snapshot !== null) {
          restore(record, record.snapshot)
          unit.identity.remove(record, record.snapshot)
        }
        record.uninsert('rollback')
        record.session = null
      }
    }
  }
  unit.identity.each(record => {
    // What was read in it may have been written in it, by a statement of the caller's.
    if (level !== null && record.epoch >= level.epoch) record.epoch = 0
    if (record.snapshot !== null && isTouched(record)) restore(record, record.snapshot)
  })
  for (const collection of unit.collections) {
    const { rows, after } = level?.lists.get(collection) ?? { rows: collection.original, after: Infinity }
    const gone = parted.get(collection)
    restoreList(
      collection,
      remaining(collection, rows, row => (gone?.get(row) ?? Infinity) < after),
    )
  }
}

/** What undone rows of join tables had put into collections, and in which step. */
type Parted = Map<Collection, Map<object, number>>

/** What an undone row of a join table had put into collections, as far as they were loaded by then. */
function part(unit: Unit, join: RowRecord, step: number, parted: Parted): void {
  for (const relation of relationMap(unit.model).through(join.table)) {
    const [near, far] = [relation.near, relation.far].map(key => parentOf(join, key))
    const collection = near?.related?.get(relation.name)
    if (!far || !(collection instanceof Collection)) continue
    parted.set(collection, (parted.get(collection) ?? new Map()).set(far.values, step))
  }
}

/** The rows of a collection that are still there. It may have been loaded in what was undone. */
function remaining(
  { owner, relation }: Collection,
  rows: readonly object[],
  isParted: (row: object) => boolean,
): readonly object[] {
  const isLeft = (row: object): boolean => {
    const record = recordOf(row)
    if (record?.state !== 'persistent' || isParted(row)) return false
    if (relation.kind === 'link') return true
    // Of an object that was expired nobody knows where it is, or what is under it.
    const isKnown = record.gap === 'pending' && owner.gap === 'pending'
    return !isKnown || parentOf(record, relation.key, owner) === owner
  }
  return rows.every(isLeft) ? rows : rows.filter(isLeft)
}

/** The transaction was lost: what it wrote waits to be written again, and what the caller did to objects stays. */
export function requeue(unit: Unit, level: Level): void {
  const again: RowRecord[] = []
  for (const [record, { snapshot }] of level.touched) {
    if (record.session !== unit) continue
    const isGone = record.state === 'deleted'
    returnRow(unit, record, snapshot, 'fail')
    if (isGone) unit.doomed.add(record)
    for (const slot of record.shape.slots) {
      const isOurs = slot.forbidden || slot.column.version
      if (isOurs && snapshot !== null) slot.define(record.values, restored(slot, snapshot[slot.key]))
    }
  }
  for (const record of level.inserted) {
    if (record.session !== unit) continue
    if (record.snapshot !== null) unit.identity.remove(record, record.snapshot)
    const isGone = unit.doomed.delete(record)
    record.uninsert(isGone ? 'rollback' : 'fail')
    if (isGone) record.session = null
    else again.push(record)
  }
  for (const [collection, { rows }] of level.lists) collection.original = rows
  unit.queue = again.concat(unit.queue)
}

/** What the session knows of a row is again what it knew before. */
function returnRow(unit: Unit, record: RowRecord, snapshot: Snapshot | null, event: 'rollback' | 'fail'): void {
  if (record.state === 'deleted') record.move(event)
  else if (record.snapshot !== null) unit.identity.remove(record, record.snapshot)
  record.snapshot = snapshot
  if (snapshot === null) return
  unit.identity.put(record, snapshot)
  record.session = unit
  if (event === 'rollback') restore(record, snapshot)
}

function isTouched({ references, orphaned, gap, shape, values, snapshot }: RowRecord): boolean {
  if (references.length > 0 || orphaned !== null || gap !== 'pending') return true
  return snapshot !== null && shape.tracker.isChanged(values, snapshot)
}

/** Gives up what the caller changed of an object and did not write. */
export function discard(unit: Unit, record: RowRecord): void {
  if (record.snapshot === null) return
  stayPut(unit, record)
  restore(record, record.snapshot)
}

/** Gives an object the values that a snapshot kept. */
function restore(record: RowRecord, snapshot: Snapshot): void {
  const { shape, values } = record
  for (const slot of changedSlots(shape.slots, values, snapshot)) {
    const keep = snapshot[slot.key]
    if (keep !== undefined) {
      slot.define(values, restored(slot, keep))
      continue
    }
    // It came with a statement that was undone.
    shape.retract(values, [slot.key])
  }
  record.references = []
  record.orphaned = null
  record.closeGap()
  if (record.gap === 'pending' && shape.slots.some(({ key }) => snapshot[key] === undefined)) {
    // Read since, by what is undone.
    record.gap = 'partial'
    if (record.session !== null) record.session.hasGaps = true
  }
  if (record.gap === 'pending') shape.release(values)
}
