/** Partitions by what they are of. */
import { statementText } from '../../ddl/fragment-text.ts'
import { keysAbove } from '../../ddl/keys-above.ts'
import type { Model, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { once } from './once.ts'
import { withTables } from './with-tables.ts'

/** Where a table is attached, and with which bounds, as a text. */
export function isAttached(model: Model, table: TableModel): string {
  if (table.partitionOf === null) return ''
  const parent = model.tableByKey.get(table.partitionOf.table)
  return `${parent === undefined ? '' : nameOf(parent)} ${statementText(table.partitionOf.bound)}`
}

/**
 * The model with the foreign keys that a partition has of the table above, where it is detached: they are its own from then on, and stay. They
 * have their names, unless another constraint of the partition had the name.
 */
export function withDetachedKeys(from: Model, to: Model): Model {
  const after = new Map(to.tables.map(table => [nameOf(table), table]))
  const made = new Map<TableModel, TableModel>()
  for (const table of from.tables) {
    const is = after.get(nameOf(table))
    if (is === undefined || table.partitionOf === null || isAttached(from, table) === isAttached(to, is)) continue
    const keys = keysAbove(from, table).map(key => ({
      ...key,
      columns: key.columns.map(column => table.columnByName.get(column.name) ?? column),
    }))
    if (keys.length > 0) made.set(table, { ...table, foreignKeys: [...table.foreignKeys, ...keys] })
  }
  return withTables(from, made)
}

/** The table that this one is a partition of before and after, which hands on to it what is done to columns, keys and checks. */
export function followed(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
): readonly [was: TableModel, is: TableModel] | undefined {
  const { from, to } = comparison
  if (is.partitionOf === null || isAttached(from, was) !== isAttached(to, is)) return undefined
  const parent = to.tableByKey.get(is.partitionOf.table)
  return parent === undefined ? undefined : pairs(comparison).get(parent)
}

/** The tables of both schemas, by what they shall be. */
const pairs = once(({ tables }: Comparison) => new Map(tables.both.map(pair => [pair[1], pair])))
