/** A table that inherits from others than before: it has what it inherits by itself first, and keeps it after. */
import { derivedName, quoteQualified } from '../../base/identifier.ts'
import { addColumn, notNullName } from '../../ddl/change/column.ts'
import { addCheck, dropConstraint } from '../../ddl/change/constraint.ts'
import { alterTable, change, label, locked } from '../../ddl/change/change.ts'
import { inheritChanges } from '../../ddl/change/table.ts'
import { checkClause } from '../../ddl/constraint.ts'
import type { Change } from '../../schema/change.ts'
import type { CheckModel, Model, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'

export function inheritance(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  const { from, to } = comparison
  const gone = was.inherits.filter(key => !is.inherits.includes(key)).flatMap(key => from.tableByKey.get(key) ?? [])
  const kept = [...inheritedChecks(to, is), ...is.checks, ...was.checks]
  return [
    ...(isLate(comparison, was, is) ? [] : coming(comparison, was, is)),
    ...gone
      .flatMap(inheritable)
      .filter(check => !isAmong(kept, check))
      .map(check => dropConstraint(is, check.name, checkClause(check))),
  ]
}

/** Tables come to inherit from those that have lost columns by then. */
export function inheritingLate(comparison: Comparison): Change[] {
  return comparison.tables.both.flatMap(([was, is]) => (isLate(comparison, was, is) ? coming(comparison, was, is) : []))
}

function coming(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  return throughStandIn(comparison, was, is, inheritChanges(comparison.to, was, is, comparison.from, 'fresh'))
}

function isLate({ tables }: Comparison, was: TableModel, is: TableModel): boolean {
  const fresh = is.inherits.filter(key => !was.inherits.includes(key))
  return tables.both.some(
    ([old, above]) => fresh.includes(above.key) && old.columns.some(column => !above.columnByName.has(column.name)),
  )
}

/** Tables leave those above before these change, so that nothing is handed on to them. */
export function leaving({ from, to, tables }: Comparison): Change[] {
  return tables.both.flatMap(([was, is]) => inheritChanges(to, was, is, from, 'left'))
}

/**
 * Inherits first from an empty table that gets the columns and the checks which come with the new parents: so they are inherited, as Postgres takes
 * what a table has of its own for inherited never.
 */
function throughStandIn({ from, to }: Comparison, was: TableModel, is: TableModel, changes: Change[]): Change[] {
  const fresh = is.inherits.filter(key => !was.inherits.includes(key)).flatMap(key => to.tableByKey.get(key) ?? [])
  const standIn: TableModel = { ...is, name: derivedName(is.name, '', 'aside') }
  const columns = is.columns
    .filter(column => column.inherited && !was.columnByName.has(column.name))
    .flatMap(column => {
      const [parent] = fresh.filter(one => one.columnByName.has(column.name))
      const above = parent?.columnByName.get(column.name)
      if (parent === undefined || above === undefined) return []
      const nullable = column.nullable && (above.nullable || above.notNullAlone)
      return [{ ...column, nullable, notNullName: notNullName(parent, above) }]
    })
  const had = [...inheritedChecks(from, was), ...was.checks]
  const checks = fresh.flatMap(inheritable).filter(check => !isAmong(had, check))
  if (columns.length + checks.length === 0) return changes
  const name = quoteQualified(standIn)
  const locks = locked('ACCESS EXCLUSIVE', is)
  // What is done to the stand-in is done to the table.
  const handedOn = (made: (table: TableModel) => Change[]): Change[] => {
    const sql = made(standIn).map(one => one.sql)
    return made(is).map((one, at) => ({ ...one, sql: sql[at] ?? one.sql, inverse: null }))
  }
  return [
    change('create table', label(standIn), `create table ${name} ()`),
    change('inherit', label(is), alterTable(is, `inherit ${name}`), { locks }),
    ...handedOn(table => columns.map(column => addColumn(table, column))),
    ...handedOn(table => checks.flatMap(check => addCheck(table, check))),
    ...changes,
    change('no inherit', label(is), alterTable(is, `no inherit ${name}`), { locks }),
    change('drop table', label(standIn), `drop table ${name}`),
  ]
}

function isAmong(checks: readonly CheckModel[], check: CheckModel): boolean {
  return checks.some(one => checkClause(one) === checkClause(check))
}

/** Whether what was inherited is the table's own now, as something is above it no more. */
export function isLeft(was: TableModel, is: TableModel): boolean {
  return was.inherits.some(key => !is.inherits.includes(key))
}

/** The checks that a table has of those above it. */
export function inheritedChecks(model: Model, table: TableModel): CheckModel[] {
  return table.inherits.flatMap(key => {
    const parent = model.tableByKey.get(key)
    return parent === undefined ? [] : inheritable(parent)
  })
}

function inheritable(table: TableModel): CheckModel[] {
  return table.checks.filter(check => !check.noInherit)
}
