/** A row of a join table that is to be deleted, known by the rows that it joins. */
import type { ForeignKeyModel, TableModel } from '../schema/model.ts'
import type { RowRecord } from './record.ts'

export interface JoinRow {
  readonly through: TableModel
  readonly ends: readonly { readonly key: ForeignKeyModel; readonly target: RowRecord }[]
}

/** Whether a join row joins two rows, whichever way it is looked at. */
export function joins({ ends }: JoinRow, key: ForeignKeyModel, a: RowRecord, b: RowRecord): boolean {
  return ends.every(end => end.target === (end.key === key ? a : b))
}
