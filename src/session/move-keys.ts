/** Objects after a key that they point by has changed in the row that they point to. */
import type { ColumnModel, TableModel } from '../schema/model.ts'
import { isSame } from './deep-value.ts'
import type { RowRecord, Values } from './record.ts'
import { relationMap } from './relation-map.ts'
import { keptBelow, storedUnder } from './stored-under.ts'
import type { Snapshot } from './tracker.ts'
import { isKept, restored } from './tracker.ts'
import type { Unit } from './unit.ts'

/** The database has moved the keys of the children (`on update cascade`, or `set null`): their objects agree. */
export function moveKeys(unit: Unit, parent: RowRecord, before: Snapshot): void {
  const after = parent.snapshot
  if (after === null) return
  // Of an object that was expired nobody knows what pointed to it.
  const unknown = parent.shape.slots.flatMap(({ key, column }) => (before[key] === undefined ? [column] : []))
  if (unknown.length > 0) doubtMoved(unit, parent.table, unknown)
  for (const { key } of relationMap(unit.model).to(parent.table)) {
    const hasMoved = key.targetColumns.some(column => !isSame(before[column], after[column]))
    if (!hasMoved || (key.onUpdate !== 'cascade' && key.onUpdate !== 'set null')) continue
    const values = key.onUpdate === 'cascade' ? keptBelow(unit, key, parent.table, after) : null
    for (const child of storedUnder(unit, key, keptBelow(unit, key, parent.table, before))) {
      const { snapshot } = child
      unit.level?.touch(child)
      const next: Values = { ...snapshot }
      for (const [at, column] of key.columns.entries()) {
        const slot = child.shape.slotOf(column)
        const isUntouched = isKept(slot, child.values[slot.key], snapshot[slot.key])
        next[slot.key] = values?.[at] ?? null
        if (isUntouched) slot.define(child.values, restored(slot, next[slot.key]))
      }
      unit.identity.remove(child, snapshot)
      child.snapshot = next
      unit.identity.put(child, next)
      // Others may point to the key that it has by this one.
      moveKeys(unit, child, snapshot)
    }
  }
}

/** Keys of rows that the session does not have have changed: whoever asks next for rows that may point to them is told by the database. */
export function doubtMoved(unit: Unit, table: TableModel, changed: readonly ColumnModel[]): void {
  for (const { key, table: below } of relationMap(unit.model).to(table)) {
    const hasMoved = changed.some(column => key.targetColumns.includes(column.key))
    if (!hasMoved || (key.onUpdate !== 'cascade' && key.onUpdate !== 'set null')) continue
    let isFirst = false
    for (const record of unit.identity.of(below)) {
      isFirst ||= record.epoch > 0
      record.epoch = 0
    }
    // What is in doubt already has put what is below it in doubt.
    if (isFirst) doubtMoved(unit, below, key.columns)
  }
}
