/** Objects after a key that they point by has changed in the row that they point to. */
import type { RowRecord, Values } from './record.ts'
import { relationMap } from './relation-map.ts'
import type { Snapshot } from './tracker.ts'
import { isKept, kept, restored } from './tracker.ts'
import type { Unit } from './unit.ts'

/** The database has moved the keys of the children (`on update cascade`, or `set null`): their objects agree. */
export function moveKeys(unit: Unit, parent: RowRecord, before: Snapshot): void {
  const after = parent.snapshot
  if (after === null) return
  for (const { key, table } of relationMap(unit.model).to(parent.table)) {
    const hasMoved = key.targetColumns.some(column => !Object.is(before[column], after[column]))
    if (!hasMoved || (key.onUpdate !== 'cascade' && key.onUpdate !== 'set null')) continue
    for (const child of [...unit.identity.of(table)]) {
      const { snapshot } = child
      const isChild = key.columns.every((column, at) =>
        Object.is(snapshot?.[column.key], before[key.targetColumns[at] ?? '']),
      )
      if (snapshot === null || !isChild) continue
      unit.level?.touch(child)
      const next: Values = { ...snapshot }
      for (const [at, column] of key.columns.entries()) {
        const slot = child.shape.slotOf(column)
        const target = parent.shape.slotByKey.get(key.targetColumns[at] ?? '')
        const value = key.onUpdate === 'cascade' && target ? restored(target, after[target.key]) : null
        const isUntouched = isKept(slot, child.values[slot.key], snapshot[slot.key])
        next[slot.key] = kept(slot, value)
        if (isUntouched) slot.define(child.values, value)
      }
      unit.identity.remove(child, snapshot)
      child.snapshot = next
      unit.identity.put(child, next)
      moveKeys(unit, child, snapshot)
    }
  }
}
