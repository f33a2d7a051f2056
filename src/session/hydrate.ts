/** Objects of rows that were read: of each row, the one object that the session has of it. */
import type { RowReaders } from '../engine/driver.ts'
import { keepRecord, RowRecord, type Values } from './record.ts'
import { returnedReaders } from './returned.ts'
import type { Shape, Slot } from './shape.ts'
import { isDirty } from './changes.ts'
import { hookOf } from './hooks.ts'
import { kept, takeSome } from './tracker.ts'
import type { Unit } from './unit.ts'

/** How rows of one statement become objects. */
export interface Hydration {
  readonly shape: Shape
  /** The columns that were read. */
  readonly slots: readonly Slot[]
  readonly readers: RowReaders<Values>
  readonly isWhole: boolean
  /** Of rows that were read of several tables; null for all others. */
  readonly joined: Joined | null
}

/** Makes the object of a row that was read of several tables. */
export type Joined = (unit: Unit, row: Values, renewal: 'when stale' | 'always') => RowRecord

export function hydration(shape: Shape, slots: readonly Slot[]): Hydration {
  const isWhole = slots.length === shape.slots.length
  return { shape, slots, readers: returnedReaders(slots), isWhole, joined: null }
}

/**
 * The object of a row. One that the session has keeps what the caller changed; what was read in a transaction before is read anew.
 * @param renewal whether the object takes the row's values although they were read in this transaction
 */
export function hydrate(
  unit: Unit,
  { shape, slots, isWhole, joined }: Hydration,
  row: Values,
  renewal: 'when stale' | 'always' = 'when stale',
): RowRecord {
  if (joined !== null) return joined(unit, row, renewal)
  const known = unit.identity.find(
    shape.table,
    shape.primary.map(({ key }) => row[key]),
  )
  if (known !== undefined && shape.primary.length > 0) {
    const isStale =
      !unit.isCurrent(known) ||
      (known.gap !== 'pending' && slots.some(slot => known.snapshot?.[slot.key] === undefined))
    if (renewal === 'always' || isStale) renew(unit, known, slots, row)
    return known
  }
  const values = unit.host.loadObject(shape.table, row)
  const record = new RowRecord(shape, values)
  keepRecord(values, record)
  record.move('load')
  if (isWhole) record.snapshot = shape.tracker.take(values)
  else {
    record.gap = 'partial'
    unit.hasGaps = true
    record.snapshot = takeSome(shape.slots, values)
    if (values === row) Object.setPrototypeOf(values, shape.pending)
  }
  unit.keep(record)
  unit.fresh?.push(record)
  if (values !== row) hookOf(record, 'afterLoad')?.()
  return record
}

/** Gives an object what its row has by now, but for the columns that the caller changed. */
export function renew(unit: Unit, record: RowRecord, slots: readonly Slot[], row: Values): void {
  const { shape, values, snapshot } = record
  if (snapshot === null) return
  // Its version must not move under a change that was made on another one.
  if (isDirty(record)) return
  unit.level?.touch(record)
  const next = { ...snapshot }
  const isWhole = slots.length === shape.slots.length
  for (const slot of slots) {
    const { key, column } = slot
    // A version stands for all that was read with it.
    if (column.version && !isWhole && snapshot[key] !== undefined) continue
    slot.define(values, row[key])
    next[key] = kept(slot, row[key])
  }
  record.snapshot = next
  // What was not read again is as old as it was.
  if (isWhole) record.epoch = unit.epoch
  record.closeGap()
}
