/** The rows of a selection as objects, locked if that was asked for. */
import type { Lock } from '../../types/lock.ts'
import type { TableModel } from '../schema/model.ts'
import type { Selection } from '../sql/select.ts'
import { isContinued, isView } from '../sql/view.ts'
import { completeRows } from './complete-rows.ts'
import { hydrationOf } from './find-options.ts'
import { hydrateRows } from './hydrate-rows.ts'
import type { RowRecord } from './record.ts'
import type { Unit } from './unit.ts'

export async function readRows(
  unit: Unit,
  table: TableModel,
  selection: Selection,
  lock: Lock | undefined,
  // What was read before it was locked may have changed before it was locked.
  renewal: 'when stale' | 'always' = lock === undefined ? 'when stale' : 'always',
): Promise<RowRecord[]> {
  const hydrating = hydrationOf(table, selection)
  const { tx } = await unit.open()
  const { rows } = await tx.read(selection.statement, hydrating.readers)
  if (!isView(table) || !isContinued(table, selection.columns)) return hydrateRows(unit, hydrating, rows, renewal)
  const gone = await completeRows(unit, [{ view: table, rows }], lock)
  return hydrateRows(
    unit,
    hydrating,
    rows.filter(row => !gone.has(row)),
    renewal,
  )
}
