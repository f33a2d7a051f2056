/** Which foreign keys cannot be part of `create table`. */
import type { ForeignKeyModel, KeyModel, Model, TableModel } from '../schema/model.ts'
import { targetNames, targetTable } from './constraint.ts'

/**
 * The foreign keys to add after all tables and indexes, each with its table: those of a cycle, whose target is created
 * after their own table, those whose target is unique by an index only, those that rows are not held against, and those of tables that
 * something else depends on, which may come before their turn. In the order of the tables.
 */
export function laterKeys(model: Model): ReadonlyMap<ForeignKeyModel, TableModel> {
  const position = new Map(model.sortedTables.map((table, index) => [table, index]))
  const early = earlyTables(model)
  const later = new Map<ForeignKeyModel, TableModel>()
  for (const [index, table] of model.sortedTables.entries()) {
    for (const key of table.foreignKeys) {
      const target = targetTable(model, key)
      const stands = (position.get(target) ?? Infinity) <= index
      if (key.notValid || early.has(table) || !stands || !hasKey(target, targetNames(target, key)))
        later.set(key, table)
    }
  }
  return later
}

/** The tables that something names in its `dependsOn`, and those that they inherit from. */
function earlyTables(model: Model): ReadonlySet<TableModel> {
  const early = new Set<TableModel>()
  const add = (key: string): void => {
    const table = model.tableByKey.get(key)
    if (table === undefined || early.has(table)) return
    early.add(table)
    for (const parent of table.inherits) add(parent)
  }
  const domains = model.types.filter(type => type.kind === 'domain')
  for (const { dependsOn = [] } of [...model.raw, ...model.functions, ...domains, ...model.views, ...model.tables]) {
    for (const key of dependsOn) add(key)
  }
  return early
}

function hasKey(table: TableModel, names: readonly string[]): boolean {
  const covers = (key: KeyModel): boolean =>
    key.columns.length === names.length && key.columns.every(column => names.includes(column.name))
  return (table.primaryKey !== null && covers(table.primaryKey)) || table.uniques.some(covers)
}
