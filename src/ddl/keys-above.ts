import type { ForeignKeyModel, Model, TableModel } from '../schema/model.ts'

/** The foreign keys that a partition has of the tables it is a part of. */
export function keysAbove(model: Model, table: TableModel): ForeignKeyModel[] {
  const parent = model.tableByKey.get(table.partitionOf?.table ?? '')
  return parent === undefined ? [] : [...parent.foreignKeys, ...keysAbove(model, parent)]
}
