/** Objects after a row that they point to was deleted: the database has done with their rows what their keys say. */
import { parentOf } from './parent.ts'
import type { RowRecord } from './record.ts'
import { relationMap } from './relation-map.ts'
import { kept } from './tracker.ts'
import { removed } from './removed.ts'
import type { Unit } from './unit.ts'

/** What `on delete` did: rows that went too, and keys that are null by now. */
export function followDelete(unit: Unit, parent: RowRecord): void {
  for (const { key, table } of relationMap(unit.model).to(parent.table)) {
    const { onDelete } = key
    if (onDelete === 'no action' || onDelete === 'restrict') continue
    for (const child of [...unit.identity.of(table)]) {
      const { snapshot } = child
      const isChild =
        snapshot !== null &&
        key.columns.every((column, at) =>
          Object.is(snapshot[column.key], parent.snapshot?.[key.targetColumns[at] ?? '']),
        )
      if (!isChild || unit.doomed.has(child)) continue
      if (onDelete === 'cascade') {
        removed(unit, child)
        followDelete(unit, child)
        continue
      }
      unit.level?.touch(child)
      const isUntouched = parentOf(child, key) === parent || parentOf(child, key) === undefined
      const next = { ...snapshot }
      for (const column of key.columns) {
        const slot = child.shape.slotOf(column)
        if (onDelete === 'set null') {
          next[column.key] = kept(slot, null)
          if (isUntouched) slot.define(child.values, null)
        } else {
          next[column.key] = undefined
          child.gap = 'expired'
          child.shape.retract(child.values, [column.key])
        }
      }
      child.snapshot = next
      child.epoch = 0
    }
  }
}
