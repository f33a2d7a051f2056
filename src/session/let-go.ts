/** What a session knows of objects, given up; and objects, let go. */
import { forget } from './cascade.ts'
import { isDirty } from './changes.ts'
import { Collection } from './collection.ts'
import { stayPut } from './join-collections.ts'
import { relatedOf, type RowRecord } from './record.ts'
import { changedSlots, restored } from './tracker.ts'
import type { Unit } from './unit.ts'

/** Gives up what is known of an object, but for its key, or of all objects. */
export function expire(unit: Unit, one: RowRecord | null): void {
  for (const record of one === null ? [...unit.identity.all()] : (one.parts ?? [one])) {
    const { shape, snapshot, values } = record
    if (snapshot === null || shape.primary.length === 0) continue
    unit.level?.touch(record)
    stayPut(unit, record)
    const others = shape.slots.filter(slot => !shape.primary.includes(slot)).map(({ key }) => key)
    record.lose(others)
    for (const slot of changedSlots(shape.primary, values, snapshot)) {
      slot.define(values, restored(slot, snapshot[slot.key]))
    }
    record.snapshot = { ...snapshot, ...Object.fromEntries(others.map(key => [key, undefined])) }
    record.references = []
    record.orphaned = null
    unit.hasGaps = true
    record.epoch = 0
  }
}

function detach(record: RowRecord): void {
  if (record.state !== 'persistent') return
  record.move('expunge')
  record.session = null
}

/** Lets an object go, or all. */
export function expunge(unit: Unit, one: RowRecord | null): void {
  for (const record of one === null ? [...unit.queue] : [one]) if (record.state === 'pending') forget(unit, record)
  if (one !== null) {
    for (const record of one.parts ?? [one]) {
      if (record.state !== 'persistent') continue
      if (record.snapshot !== null) unit.identity.remove(record, record.snapshot)
      unit.doomed.delete(record)
      unit.orphans.delete(record)
      for (const related of record.related?.values() ?? [])
        if (related instanceof Collection) unit.collections.delete(related)
      detach(record)
    }
    return
  }
  unit.identity.each(detach)
  unit.identity.clear()
  unit.doomed.clear()
  unit.orphans.clear()
  unit.collections.clear()
  unit.severed.clear()
}

/** Lets go of objects that nobody changed, and of their collections. */
export function release(unit: Unit, records: readonly RowRecord[]): void {
  for (const record of records) {
    if (record.state !== 'persistent' || record.session !== unit || unit.doomed.has(record)) continue
    if (record.parts === null ? isDirty(record) : record.parts.some(isDirty)) continue
    const lists = relatedOf(record).filter(related => related instanceof Collection)
    if (
      lists.some(
        ({ known, original }) => known.length !== original.length || known.some((row, at) => row !== original[at]),
      )
    )
      continue
    expunge(unit, record)
  }
}
