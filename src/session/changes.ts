/** What the caller did to objects since the last flush. */
import { SessionError } from '../base/errors.ts'
import type { ColumnModel } from '../schema/model.ts'
import { movesWithAbove } from './lineage.ts'
import type { RowRecord } from './record.ts'
import { changedSlots, ownOf } from './tracker.ts'
import type { Unit } from './unit.ts'

/** An object that is to be updated, and the columns that are to be set. */
export interface Change<Row = RowRecord> {
  readonly row: Row
  readonly columns: readonly ColumnModel[]
}

/** Whether an object differs from its row as the session knows it. */
export function isDirty({ references, shape, values, snapshot, gap }: RowRecord): boolean {
  if (snapshot === null) return false
  if (references.length > 0) return true
  return gap === 'pending'
    ? shape.tracker.isChanged(values, snapshot)
    : changedSlots(shape.slots, values, snapshot).length > 0
}

/**
 * The objects to be updated, in the order in which the session got to know them.
 * @throws SessionError for a change that cannot be written
 */
export function changesOf(unit: Unit): Change[] {
  const changes: Change[] = []
  unit.identity.each(record => {
    if (!isDirty(record) || unit.doomed.has(record)) return
    const columns = changedColumns(record)
    if (columns.length > 0) changes.push({ row: record, columns })
  })
  return unit.views === null ? changes : [...changes, ...raisedParts(unit, changes)]
}

/** Parts of changed objects that did not change themselves, and count the versions of the whole. */
function raisedParts(unit: Unit, changes: readonly Change[]): Change[] {
  const changed = new Set(changes.map(({ row }) => row))
  const parts = new Set(changes.flatMap(({ row }) => row.parts ?? []))
  return [...parts]
    .filter(part => {
      const { version } = part.shape
      if (version === null || changed.has(part) || unit.doomed.has(part)) return false
      return part.snapshot !== null && part.snapshot[version.key] !== undefined
    })
    .map(row => ({ row, columns: [] }))
}

function changedColumns(record: RowRecord): ColumnModel[] {
  const { shape, values, snapshot, table } = record
  if (snapshot === null) return []
  const slots = changedSlots(shape.slots, values, snapshot)
  const changed = new Set(record.parts === null ? slots : slots.filter(({ column }) => !movesWithAbove(record, column)))
  for (const { key } of record.references) {
    for (const column of key.columns) changed.add(shape.slotOf(column))
  }
  if (changed.size > 0 && table.primaryKey === null) throw new SessionError('noPrimaryKey', table.key, 'updated')
  for (const { key, column, forbidden } of changed) {
    if (forbidden) throw new SessionError('forbiddenColumn', table.key, key)
    if (column.version) throw new SessionError('versionChanged', table.key, key)
    const value = ownOf(values, key)
    if (value === undefined && !record.refersBy(key)) throw new SessionError('undefinedValue', table.key, key)
    if (value === null && !column.nullable && !column.type.domain)
      throw new SessionError('missingColumn', table.key, key)
  }
  return [...changed].map(({ column }) => column)
}
