/** Which row of several was not there any more. */
import type { Executor } from '../engine/executor.ts'
import type { TableModel } from '../schema/model.ts'
import { presentRows } from '../sql/change-rows.ts'
import type { RowRecord } from './record.ts'
import type { Slot } from './shape.ts'

/** The first row that is not in the database as the session knows it; null when all are there by now. */
export async function findStale(
  tx: Executor,
  table: TableModel,
  by: readonly Slot[],
  rows: readonly RowRecord[],
  oldValue: (row: RowRecord, slot: Slot) => unknown,
): Promise<RowRecord | null> {
  if (rows.length === 1) return rows[0] ?? null
  const present = await findPresent(tx, table, by, rows, oldValue)
  return rows.find((_, at) => !present.has(at)) ?? null
}

/** The places of those rows that are in the database, as they are found by some columns. */
export async function findPresent(
  tx: Executor,
  table: TableModel,
  by: readonly Slot[],
  rows: readonly RowRecord[],
  oldValue: (row: RowRecord, slot: Slot) => unknown,
): Promise<ReadonlySet<number>> {
  const json = rows.map(row => Object.fromEntries(by.map(slot => [slot.key, slot.json(oldValue(row, slot))])))
  const present = new Set<number>()
  for (const { statement, from } of presentRows(
    table,
    by.map(slot => slot.column),
    json,
  )) {
    for (const [place] of (await tx.run(statement)).rows) present.add(from + Number(place))
  }
  return present
}
