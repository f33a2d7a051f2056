import type { Model, TableModel } from '../../schema/model.ts'

/** The model with other tables in place of some. */
export function withTables(model: Model, others: ReadonlyMap<TableModel, TableModel>): Model {
  if (others.size === 0) return model
  const renewed = (table: TableModel): TableModel => others.get(table) ?? table
  return {
    ...model,
    tables: model.tables.map(renewed),
    sortedTables: model.sortedTables.map(renewed),
    tableByKey: new Map([...model.tableByKey].map(([key, table]) => [key, renewed(table)])),
  }
}
