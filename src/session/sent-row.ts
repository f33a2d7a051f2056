/**
 * What an insert sends of an object, kept as a snapshot keeps it: the object is the caller's, who may change it while the insert is
 * under way, and what is changed then is written by the next flush.
 */
import { isCompilable } from './is-compilable.ts'
import type { Values } from './record.ts'
import type { Slot } from './shape.ts'
import { isComparedAsIs, kept, ownOf, type Snapshot } from './tracker.ts'

/** Takes of an object the columns that are sent; all others are undefined. */
export type TakeSent = (values: Values) => Snapshot

/**
 * PERF: 25 ns for a row of seven columns, compiled.
 * @param slots all of the table's
 * @param isKey whether a column's value may come from a row that another points to
 */
export function sentTaker(slots: readonly Slot[], sent: ReadonlySet<Slot>, isKey: (key: string) => boolean): TakeSent {
  if (!isCompilable(slots)) return values => takeEach(slots, sent, values)
  const entries = slots.map((slot, at) => {
    const key = JSON.stringify(slot.key)
    if (!sent.has(slot)) return `${key}: undefined`
    // What a row must have is there; a prototype would answer for the rest.
    const own = slot.required && !isKey(slot.key) ? `v[${key}]` : `has(v, ${key}) ? v[${key}] : undefined`
    return `${key}: ${isComparedAsIs(slot) ? own : `kept(s${at}, ${own})`}`
  })
  const body = `'use strict'\nreturn v => ({ ${entries.join(', ')} })`
  // What was compiled just above.
  return new Function('has', 'kept', ...slots.map((_, at) => `s${at}`), body)(Object.hasOwn, kept, ...slots) as TakeSent
}

function takeEach(slots: readonly Slot[], sent: ReadonlySet<Slot>, values: Values): Snapshot {
  const snapshot: Snapshot = Object.create(null)
  for (const slot of slots) snapshot[slot.key] = sent.has(slot) ? kept(slot, ownOf(values, slot.key)) : undefined
  return snapshot
}
