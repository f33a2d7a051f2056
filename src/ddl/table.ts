/** `create table` with its columns and constraints. */
import { quote, quoteQualified } from '../base/identifier.ts'
import type { ColumnModel, ForeignKeyModel, Model, TableModel } from '../schema/model.ts'
import { columnDefinition } from './column.ts'
import { checkClause, excludeClause, foreignKeyClause, primaryKeyClause, uniqueClause } from './constraint.ts'
import { fragmentText } from './fragment-text.ts'
import { type CreateTable, partitionByClause } from './partition.ts'
import { repeatedConstraints } from './repeated-constraints.ts'
import { storageClause } from './storage.ts'

/** A NOT NULL that an inherited column has of its own, under its own name (Postgres 18). */
function notNullClause({ name, nullable, notNullName, notNullAlone }: ColumnModel): string[] {
  if (nullable || (notNullName === null && !notNullAlone)) return []
  const start = notNullName === null ? '' : `constraint ${quote(notNullName)} `
  return [`${start}not null ${quote(name)}${notNullAlone ? ' no inherit' : ''}`]
}

/** The column as its table is made: what it is generated from comes from the table above, which Postgres before 16 lets nobody say again. */
function tableColumn(table: TableModel, parents: readonly TableModel[], column: ColumnModel): string {
  const isInherited = parents.some(parent => {
    const above = parent.columnByName.get(column.name)
    return (
      column.generated !== null &&
      above !== undefined &&
      above.generated !== null &&
      above.stored === column.stored &&
      fragmentText(above.generated) === fragmentText(column.generated)
    )
  })
  return columnDefinition(table, isInherited ? { ...column, generated: null } : column)
}

/** The table with its constraints, less the foreign keys that come later and constraints said twice. Partitions are statements of their own. */
export function createTable(
  model: Model,
  table: TableModel,
  later: ReadonlySet<ForeignKeyModel>,
  start: CreateTable = 'create table if not exists',
): string {
  const repeated = new Set(repeatedConstraints(table).map(one => one.name))
  const parents = table.inherits.flatMap(key => model.tableByKey.get(key) ?? [])
  const lines = [
    ...table.columns.filter(column => !column.inherited).map(column => tableColumn(table, parents, column)),
    ...table.columns.filter(column => column.inherited).flatMap(notNullClause),
    ...(table.primaryKey === null ? [] : [primaryKeyClause(table.primaryKey)]),
    ...table.uniques.filter(key => !repeated.has(key.name)).map(uniqueClause),
    ...table.checks.map(checkClause),
    ...table.excludes.filter(exclude => !repeated.has(exclude.name)).map(excludeClause),
    ...table.foreignKeys.filter(key => !later.has(key)).map(key => foreignKeyClause(model, key)),
  ]
  const body = lines.length === 0 ? '()' : `(\n${lines.map(line => `  ${line}`).join(',\n')}\n)`
  const words = [
    `${table.unlogged ? start.replace('create', 'create unlogged') : start} ${quoteQualified(table)} ${body}`,
  ]
  if (parents.length > 0) words.push(`inherits (${parents.map(quoteQualified).join(', ')})`)
  if (table.partitionBy !== null) words.push(partitionByClause(table.partitionBy))
  if (table.with.length > 0) words.push(storageClause(table.with))
  return words.join(' ')
}
