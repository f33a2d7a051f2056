/** What is above and below a partition, and what points there. */
import { targetTable } from '../../ddl/constraint.ts'
import { statementText } from '../../ddl/fragment-text.ts'
import type { ForeignKeyModel, Model, TableModel } from '../../schema/model.ts'
import { once } from './once.ts'

export function tablesAbove(model: Model, { partitionOf }: TableModel): TableModel[] {
  const parent = model.tableByKey.get(partitionOf?.table ?? '')
  return parent === undefined ? [] : [parent, ...tablesAbove(model, parent)]
}

/** The partitions of a table, and theirs. */
export function partitionsBelow(model: Model, table: TableModel): TableModel[] {
  return partitionsOf(model, table).flatMap(one => [one, ...partitionsBelow(model, one)])
}

/** The partition beside this one that takes what others do not. */
export function defaultBeside(model: Model, table: TableModel): TableModel[] {
  const parent = model.tableByKey.get(table.partitionOf?.table ?? '')
  const isDefault = ({ partitionOf }: TableModel): boolean =>
    partitionOf !== null && /^default$/i.test(statementText(partitionOf.bound))
  return parent === undefined ? [] : partitionsOf(model, parent).filter(one => one !== table && isDefault(one))
}

/** The keys that point to a table, each with its table. */
export function keysTo(model: Model, table: TableModel): readonly (readonly [TableModel, ForeignKeyModel])[] {
  return keysByTarget(model).get(table) ?? []
}

function partitionsOf(model: Model, table: TableModel): readonly TableModel[] {
  return partitions(model).get(table.key) ?? []
}

/** By the keys of the tables that they are of. */
const partitions = once((model: Model): ReadonlyMap<string, readonly TableModel[]> => {
  const found = new Map<string, TableModel[]>()
  for (const table of model.tables) if (table.partitionOf !== null) addTo(found, table.partitionOf.table, table)
  return found
})

const keysByTarget = once((model: Model) => {
  const found = new Map<TableModel, (readonly [TableModel, ForeignKeyModel])[]>()
  for (const table of model.tables) {
    for (const key of table.foreignKeys) addTo(found, targetTable(model, key), [table, key] as const)
  }
  return found
})

export function addTo<Key, Thing>(lists: Map<Key, Thing[]>, key: Key, thing: Thing): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [thing])
  else list.push(thing)
}
