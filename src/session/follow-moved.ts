/** Rows to be inserted under a row whose key the same flush changes: they wait for the new one, as rows that are there move along. */
import type { ForeignKeyModel } from '../schema/model.ts'
import type { Change } from './changes.ts'
import { isSame } from './deep-value.ts'
import { parentOf, point } from './parent.ts'
import type { RowRecord } from './record.ts'
import { relationMap } from './relation-map.ts'
import { keptBelow } from './stored-under.ts'
import { kept, ownOf } from './tracker.ts'
import type { Unit } from './unit.ts'

/**
 * Has rows that were given the key before it was changed point to the row.
 * @returns what gives them their keys again, when the flush fails
 */
export function followMoved(unit: Unit, rows: readonly RowRecord[], updates: readonly Change[]): () => void {
  const undo: (() => void)[] = []
  for (const { row: parent, columns } of rows.length === 0 ? [] : updates) {
    for (const { key, table } of relationMap(unit.model).to(parent.table)) {
      if (key.onUpdate !== 'cascade' || !columns.some(column => key.targetColumns.includes(column.key))) continue
      const old = parent.snapshot === null ? null : keptBelow(unit, key, parent.table, parent.snapshot)
      if (old === null) continue
      for (const child of rows) {
        if (child.table !== table || !isUnder(child, key, old)) continue
        const other = parentOf(child, key)
        // Another row may have the key now.
        if (other && other !== parent) continue
        undo.push(keyOf(child, key))
        point(child, key, parent)
      }
    }
  }
  return () => {
    for (const back of undo) back()
  }
}

function isUnder({ shape, values }: RowRecord, key: ForeignKeyModel, old: readonly unknown[]): boolean {
  return key.columns.every((column, at) => isSame(kept(shape.slotOf(column), ownOf(values, column.key)), old[at]))
}

function keyOf(child: RowRecord, key: ForeignKeyModel): () => void {
  const { references, shape, values } = child
  const own = key.columns.map(column => [shape.slotOf(column), ownOf(values, column.key)] as const)
  return () => {
    child.references = references
    for (const [slot, value] of own) slot.define(values, value)
  }
}
