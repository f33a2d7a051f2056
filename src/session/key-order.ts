/** The order among changes that a changed key asks for: of rows that point to it, and of rows that are found by a key that moves with it. */
import type { ColumnModel, ForeignKeyModel, Model, TableModel } from '../schema/model.ts'
import type { Change } from './changes.ts'
import type { PendingRow } from './pending-row.ts'
import { ownValue, placeOf } from './plan-inserts.ts'
import { relationMap } from './relation-map.ts'

export interface KeyOrder<Row extends PendingRow> {
  /** Keys that rows which are inserted point to. */
  readonly early: readonly Change<Row>[]
  /** Rows to be deleted, whose keys would move with those of others. */
  readonly earlyDeletes: readonly Row[]
  /** What is to be written after what. */
  readonly after: readonly (readonly [later: Change<Row>, earlier: Change<Row>])[]
}

/** @returns null where no key changes that others may point to */
export function keyOrder<Row extends PendingRow>(
  model: Model,
  inserts: readonly Row[],
  updates: readonly Change<Row>[],
  deletes: readonly Row[],
): KeyOrder<Row> | null {
  const moved = updates.filter(change => changedKeys(model, change).length > 0)
  if (moved.length === 0) return null
  const byRow = new Map<PendingRow, Change<Row>>(moved.map(change => [change.row, change]))
  const byPlace = new Map<string, Change<Row>>()
  const byOldPlace = new Map<string, Change<Row>>()
  for (const change of moved) {
    for (const { target, targetColumns } of changedKeys(model, change)) {
      const place = placeOf(target, targetColumns, ownValues(change.row, targetColumns))
      const old = placeOf(target, targetColumns, storedValues(change.row, targetColumns))
      if (place !== null) byPlace.set(place, change)
      if (old !== null) byOldPlace.set(old, change)
    }
  }
  /** The change that gives the key which a row points to. */
  const neededBy = (row: Row, key: ForeignKeyModel): Change<Row> | undefined => {
    const own = ownValues(
      row,
      key.columns.map(column => column.key),
    )
    const reference = own.includes(undefined) ? row.references.find(one => one.key === key) : undefined
    if (reference !== undefined) return byRow.get(reference.target)
    const place = placeOf(key.target, key.targetColumns, own)
    return place === null ? undefined : byPlace.get(place)
  }
  const early = inserts.flatMap(row => row.table.foreignKeys.flatMap(key => neededBy(row, key) ?? []))
  const after: [Change<Row>, Change<Row>][] = []
  for (const change of updates) {
    for (const key of change.row.table.foreignKeys) {
      if (!key.columns.some(column => change.columns.includes(column))) continue
      const needed = neededBy(change.row, key)
      if (needed !== undefined && needed !== change) after.push([change, needed])
      if (needed !== undefined) continue
      // What was put under the row before its key was changed is to be there when it moves.
      const columns = key.columns.map(column => column.key)
      const old = byOldPlace.get(placeOf(key.target, key.targetColumns, ownValues(change.row, columns)) ?? '')
      if (old !== undefined && old !== change) after.push([old, change])
    }
  }
  const earlyDeletes: Row[] = []
  for (const change of moved) {
    for (const { table, columns, targetColumns } of movingWith(model, change)) {
      const place = placeOf('', targetColumns, storedValues(change.row, targetColumns))
      // Parts of one object go by an order of their own.
      const moves = (row: Row): boolean =>
        row.table === table &&
        row.values !== change.row.values &&
        placeOf('', targetColumns, storedValues(row, columns)) === place
      for (const other of updates) if (moves(other.row)) after.push([change, other])
      earlyDeletes.push(...deletes.filter(moves))
    }
  }
  return { early, earlyDeletes, after }
}

/** The keys that point to columns which a change sets. */
function changedKeys(model: Model, { row, columns }: Change<PendingRow>): ForeignKeyModel[] {
  return relationMap(model)
    .to(row.table)
    .filter(({ key }) => columns.some(column => key.targetColumns.includes(column.key)))
    .map(({ key }) => key)
}

interface Moving {
  readonly table: TableModel
  /** Columns that have the same values as these of the row whose key changes. */
  readonly columns: readonly string[]
  readonly targetColumns: readonly string[]
}

/** The tables whose rows are found by a key that the database moves with the one that a change sets. */
function movingWith(model: Model, change: Change<PendingRow>): Moving[] {
  const found: Moving[] = []
  const seen = new Set<string>()
  const follow = (table: TableModel, targetColumns: readonly string[], columns: readonly string[]): void => {
    for (const { key, table: below } of relationMap(model).to(table)) {
      const own = columns.map(column => key.columns[key.targetColumns.indexOf(column)]?.key ?? '')
      const name = JSON.stringify([below.key, own, targetColumns])
      if (key.onUpdate !== 'cascade' || own.includes('') || seen.has(name)) continue
      seen.add(name)
      if (!below.primaryKey?.columns.some(column => own.includes(column.key))) continue
      found.push({ table: below, columns: own, targetColumns })
      follow(below, targetColumns, own)
    }
  }
  for (const key of changedKeys(model, change)) follow(change.row.table, key.targetColumns, key.targetColumns)
  return found
}

function ownValues(row: PendingRow, columns: readonly ColumnModel['key'][]): unknown[] {
  return columns.map(column => ownValue(row, column))
}

function storedValues({ snapshot }: PendingRow, columns: readonly string[]): unknown[] {
  return columns.map(column => snapshot?.[column])
}
