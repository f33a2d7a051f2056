/** Which objects' rows are, in the database, under a row: by the values of their keys, whose modes may be others than those they point to. */
import type { ForeignKeyModel, TableModel } from '../schema/model.ts'
import { isSame } from './deep-value.ts'
import { keyValue } from './key-value.ts'
import type { RowRecord } from './record.ts'
import { relationMap } from './relation-map.ts'
import { shapeOf } from './shape.ts'
import { kept, restored, type Snapshot } from './tracker.ts'
import type { Unit } from './unit.ts'

/** What rows under a row have in their keys, as their snapshots keep it; null where nothing can be under it. */
export function keptBelow(
  unit: Unit,
  key: ForeignKeyModel,
  parent: TableModel,
  snapshot: Snapshot,
): readonly unknown[] | null {
  const { slotByKey } = shapeOf(parent)
  const below = shapeOf(relationMap(unit.model).ways(key).table)
  const found: unknown[] = []
  for (const [at, column] of key.columns.entries()) {
    const slot = slotByKey.get(key.targetColumns[at] ?? '')
    const keep = slot === undefined ? undefined : snapshot[slot.key]
    if (slot === undefined || keep === null || keep === undefined) return null
    found.push(kept(below.slotOf(column), keyValue(restored(slot, keep), slot.column, column)))
  }
  return found
}

/** The objects whose rows have these values in a key, as the session knows them. */
export function* storedUnder(
  unit: Unit,
  key: ForeignKeyModel,
  values: readonly unknown[] | null,
): Generator<RowRecord & { readonly snapshot: Snapshot }, void, undefined> {
  if (values === null) return
  // A list, since those that are found may go.
  for (const child of [...unit.identity.of(relationMap(unit.model).ways(key).table)]) {
    if (isUnder(child, key, values)) yield child
  }
}

function isUnder(
  child: RowRecord,
  key: ForeignKeyModel,
  values: readonly unknown[],
): child is RowRecord & { readonly snapshot: Snapshot } {
  const { snapshot } = child
  return snapshot !== null && key.columns.every((column, at) => isSame(snapshot[column.key], values[at]))
}
