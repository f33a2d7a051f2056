/** The NOT NULL that an inherited column has of its own (Postgres 18), and who has that of a table above. */
import { dropNotNull, inheritNotNull, notNullName, setNotNull } from '../../ddl/change/column.ts'
import { renameConstraint } from '../../ddl/change/constraint.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, Model, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'

export function inheritedNullChanges(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  old: ColumnModel,
  column: ColumnModel,
): Change[] {
  const { to } = comparison
  const before = isOwn(old) ? notNullName(was, old) : leftName(comparison, is, column)
  const isBelow = notNullsAbove(to, is, column).length > 0
  if (before === null) return isOwn(column) && !isBelow ? setNotNull(is, column) : []
  // What is inherited too can neither be dropped here nor have another name.
  if (isBelow) return []
  if (!isOwn(column)) return column.nullable ? [dropNotNull(is, column)] : []
  const after = notNullName(is, column)
  return [
    ...(before === after ? [] : [renameConstraint(is, before, after)]),
    ...(old.notNullAlone === column.notNullAlone ? [] : [inheritNotNull(is, column, heirs(to, is))]),
  ]
}

/** The tables that inherit from one, and those that do from them. */
export function heirs(model: Model, table: TableModel): TableModel[] {
  return model.tables.filter(one => one.inherits.includes(table.key)).flatMap(one => [one, ...heirs(model, one)])
}

function isOwn({ nullable, notNullName, notNullAlone }: ColumnModel): boolean {
  return !nullable && (notNullName !== null || notNullAlone)
}

/** The name of the constraint that a table above keeps to itself from now on: those below have it as their own then. */
function leftName({ from, to }: Comparison, table: TableModel, { name }: ColumnModel): string | null {
  for (const key of table.inherits) {
    const [was, is] = [from.tableByKey.get(key), to.tableByKey.get(key)]
    const [old, column] = [was?.columnByName.get(name), is?.columnByName.get(name)]
    const isLeft = old?.nullable === false && !old.notNullAlone && column?.notNullAlone === true
    if (is !== undefined && column !== undefined && isLeft) return notNullName(is, column)
  }
  return null
}

function notNullsAbove(model: Model, { inherits }: TableModel, { name }: ColumnModel): ColumnModel[] {
  const above = inherits.flatMap(key => model.tableByKey.get(key)?.columnByName.get(name) ?? [])
  return above.filter(column => !column.nullable && !column.notNullAlone)
}
