/** Columns that a plan adds, in which no row has a value yet, or each a number of its own: a key over one cannot fail on the rows that are there. */
import { isNull } from '../../ddl/default.ts'
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

/** Whether each row that is there has something in the key that is like no other: a null, or a number that it is given. */
export function tellsRowsApart(
  was: TableModel,
  { columns, nullsNotDistinct }: Pick<KeyModel, 'columns' | 'nullsNotDistinct'>,
): boolean {
  return columns.some(column => isNumberedIn(was, column) || (!nullsNotDistinct && isEmptyIn(was, column)))
}

function isNumberedIn(was: TableModel, { name, identity, type }: ColumnModel): boolean {
  return !was.columnByName.has(name) && (identity !== null || type.kind.endsWith('serial'))
}

function isEmptyIn(
  was: TableModel,
  { name, nullable, default: given, generated, identity, type }: ColumnModel,
): boolean {
  const isGiven = !isNull(given) || generated !== null || identity !== null || type.domain !== null
  return !was.columnByName.has(name) && nullable && !isGiven && !type.kind.endsWith('serial')
}
