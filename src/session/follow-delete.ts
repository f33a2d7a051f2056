/** Objects after a row that they point to was deleted: the database has done with their rows what their keys say. */
import type { ColumnModel, ForeignKeyModel, TableModel } from '../schema/model.ts'
import { relationMap } from './relation-map.ts'
import { isKept, kept, type Snapshot } from './tracker.ts'
import { removed } from './removed.ts'
import { keptBelow, storedUnder } from './stored-under.ts'
import type { Unit } from './unit.ts'

/** The columns of a table by which rows that the session has point to its rows, where a delete does something to them. */
export function followedColumns(unit: Unit, table: TableModel): ColumnModel[] {
  return relationMap(unit.model)
    .to(table)
    .filter(({ key, table: children }) => hasAction(key) && !unit.identity.of(children).next().done)
    .flatMap(({ key }) => key.targetColumns.flatMap(column => table.columnByKey.get(column) ?? []))
}

function hasAction({ onDelete }: ForeignKeyModel): boolean {
  return onDelete !== 'no action' && onDelete !== 'restrict'
}

/**
 * What `on delete` did: rows that went too, and keys that are null by now.
 * @param gone the values that the deleted row had, as a snapshot keeps them
 */
export function followDelete(unit: Unit, parentTable: TableModel, gone: Snapshot): void {
  for (const { key, table } of relationMap(unit.model).to(parentTable)) {
    const { onDelete } = key
    if (!hasAction(key)) continue
    if (onDelete === 'cascade') doubtBelow(unit, table)
    for (const child of storedUnder(unit, key, keptBelow(unit, key, parentTable, gone))) {
      const { snapshot } = child
      // It may have gone already, by another key.
      if (unit.doomed.has(child) || child.state !== 'persistent') continue
      if (onDelete === 'cascade') {
        removed(unit, child)
        followDelete(unit, table, snapshot)
        continue
      }
      unit.level?.touch(child)
      const next = { ...snapshot }
      for (const column of key.columns) {
        const slot = child.shape.slotOf(column)
        if (onDelete === 'set null') {
          next[column.key] = kept(slot, null)
          // What the caller has put there since goes elsewhere.
          if (isKept(slot, child.values[slot.key], snapshot[slot.key])) slot.define(child.values, null)
        } else {
          next[column.key] = undefined
          child.lose([column.key])
        }
      }
      child.snapshot = next
      child.epoch = 0
    }
  }
}

/** Rows below rows that the session does not have may have gone with these: whoever asks for them next is told by the database. */
function doubtBelow(unit: Unit, table: TableModel, seen: ReadonlySet<TableModel> = new Set()): void {
  if (seen.has(table)) return
  for (const { key, table: below } of relationMap(unit.model).to(table)) {
    if (!hasAction(key)) continue
    for (const record of unit.identity.of(below)) record.epoch = 0
    if (key.onDelete === 'cascade') doubtBelow(unit, below, new Set(seen).add(table))
  }
}
