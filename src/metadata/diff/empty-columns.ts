/** Columns that a plan adds and no row has a value in yet: a key over one cannot fail on the rows that are there. */
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, ForeignKeyModel, KeyModel, TableModel } from '../../schema/model.ts'

export function withoutFailure(changes: readonly Change[]): Change[] {
  return changes.map(change => ({ ...change, hazards: change.hazards.filter(({ kind }) => kind !== 'may fail') }))
}

/** Whether no row that is there points to anything. */
export function pointsNowhere(was: TableModel, { columns, match }: ForeignKeyModel): boolean {
  const isEmpty = (column: ColumnModel): boolean => isEmptyIn(was, column)
  return match === 'full' ? columns.every(isEmpty) : columns.some(isEmpty)
}

/** Whether each row that is there has a null in the key, which is like no other. */
export function tellsNullsApart(was: TableModel, { columns, nullsNotDistinct }: KeyModel): boolean {
  return !nullsNotDistinct && columns.some(column => isEmptyIn(was, column))
}

function isEmptyIn(
  was: TableModel,
  { name, nullable, default: given, generated, identity, type }: ColumnModel,
): boolean {
  const isGiven = given !== null || generated !== null || identity !== null || type.domain !== null
  return !was.columnByName.has(name) && nullable && !isGiven && !type.kind.endsWith('serial')
}
