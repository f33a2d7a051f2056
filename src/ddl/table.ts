/** `create table` with its columns and constraints. */
import { quoteQualified } from '../base/identifier.ts'
import type { ForeignKeyModel, Model, TableModel } from '../schema/model.ts'
import { columnDefinition } from './column.ts'
import { checkClause, excludeClause, foreignKeyClause, primaryKeyClause, uniqueClause } from './constraint.ts'
import { type CreateTable, partitionByClause } from './partition.ts'
import { storageClause } from './storage.ts'

/** The table with its constraints, less the foreign keys that come later. Partitions are statements of their own. */
export function createTable(
  model: Model,
  table: TableModel,
  later: ReadonlySet<ForeignKeyModel>,
  start: CreateTable = 'create table if not exists',
): string {
  const lines = [
    ...table.columns.filter(column => !column.inherited).map(column => columnDefinition(table, column)),
    ...(table.primaryKey === null ? [] : [primaryKeyClause(table.primaryKey)]),
    ...table.uniques.map(uniqueClause),
    ...table.checks.map(checkClause),
    ...table.excludes.map(excludeClause),
    ...table.foreignKeys.filter(key => !later.has(key)).map(key => foreignKeyClause(model, key)),
  ]
  const body = lines.length === 0 ? '()' : `(\n${lines.map(line => `  ${line}`).join(',\n')}\n)`
  const parents = table.inherits.flatMap(key => model.tableByKey.get(key) ?? [])
  const words = [
    `${table.unlogged ? start.replace('create', 'create unlogged') : start} ${quoteQualified(table)} ${body}`,
  ]
  if (parents.length > 0) words.push(`inherits (${parents.map(quoteQualified).join(', ')})`)
  if (table.partitionBy !== null) words.push(partitionByClause(table.partitionBy))
  if (table.with.length > 0) words.push(storageClause(table.with))
  return words.join(' ')
}
