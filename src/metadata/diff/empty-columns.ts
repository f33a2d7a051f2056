/** Columns that a plan adds, in which no row has a value yet, or each a number of its own: a key over one cannot fail on the rows that are there. */
import { letsPass } from '../../ddl/change/listed-check.ts'
import { checkClause } from '../../ddl/constraint.ts'
import { defaultExpression, isNull } from '../../ddl/default.ts'
import type { Change } from '../../schema/change.ts'
import type { CheckModel, ColumnModel, ForeignKeyModel, KeyModel, TableModel } from '../../schema/model.ts'

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

/** Whether a check looks at one column alone, whose value all rows have from its default, or which none has. */
export function passesAll(was: TableModel, is: TableModel, check: CheckModel): boolean {
  return is.columns.some(column => {
    if (isEmptyIn(was, column)) return letsPass(checkClause(check), column.name, null)
    const isFilled = !was.columnByName.has(column.name) && column.generated === null && column.type.domain === null
    if (!isFilled || column.default === null) return false
    return letsPass(
      checkClause(check),
      column.name,
      defaultExpression(column.type, column.default).replace(/^\((.*)\)$/s, '$1'),
    )
  })
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
