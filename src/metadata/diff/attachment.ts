/** Partitions by what they are of. */
import { derivedName } from '../../base/identifier.ts'
import { targetTable } from '../../ddl/constraint.ts'
import { statementText } from '../../ddl/fragment-text.ts'
import { keysAbove } from '../../ddl/keys-above.ts'
import type { ExcludeModel, Model, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { once } from './once.ts'
import { paired } from './pairs.ts'
import { withTables } from './with-tables.ts'

/** Whether a table is a partition of the same before and after, or of none. */
export function staysAttached(
  { from, to, replaced }: Pick<Comparison, 'from' | 'to' | 'replaced'>,
  was: TableModel,
  is: TableModel,
): boolean {
  const parent = to.tableByKey.get(is.partitionOf?.table ?? '')
  return whereAttached(from, was) === whereAttached(to, is) && (parent === undefined || !replaced.has(nameOf(parent)))
}

/** The names of the tables whose rows come and go, be it with partitions that are attached again: what points to them would hold the rows. */
export function refilledTables(from: Model, to: Model, replaced: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(replaced)
  for (const [was, is] of paired(from.tables, to.tables, nameOf).both) {
    if (staysAttached({ from, to, replaced }, was, is)) continue
    const before = new Set(above(from, was))
    for (const name of above(to, is)) if (before.has(name)) found.add(name)
  }
  return found
}

/** The names of the tables that get rows with partitions, be it that they were tables of their own: what points to them waits for the rows. */
export function filledTables(from: Model, to: Model, replaced: ReadonlySet<string>): ReadonlySet<string> {
  const moved = paired(from.tables, to.tables, nameOf).both.filter(
    ([was, is]) => !staysAttached({ from, to, replaced }, was, is),
  )
  return new Set(moved.flatMap(([, is]) => above(to, is)))
}

function above(model: Model, { partitionOf }: TableModel): string[] {
  const parent = model.tableByKey.get(partitionOf?.table ?? '')
  return parent === undefined ? [] : [nameOf(parent), ...above(model, parent)]
}

/** Where a table is attached, and with which bounds, as a text. */
function whereAttached(model: Model, table: TableModel): string {
  if (table.partitionOf === null) return ''
  const parent = model.tableByKey.get(table.partitionOf.table)
  return `${parent === undefined ? '' : nameOf(parent)} ${statementText(table.partitionOf.bound)}`
}

/**
 * The model with the foreign keys and exclusions that a partition has of the table above, where it is detached: they are its own from then on, and
 * stay. Exclusions have the names that Postgres gave them; keys have their names, unless another constraint of the partition had the name. Keys
 * that would hold the partitions of their target are gone by then.
 * @param emptied the tables that partitions leave
 */
export function withDetachedKeys(
  from: Model,
  to: Model,
  replaced: ReadonlySet<string>,
  refilled: ReadonlySet<string>,
  emptied: ReadonlySet<string>,
): Model {
  const after = new Map(to.tables.map(table => [nameOf(table), table]))
  const gone = from.tables.filter(table => !after.has(nameOf(table)) || replaced.has(nameOf(table)))
  const going = new Set(gone.flatMap(table => table.foreignKeys))
  const made = new Map<TableModel, TableModel>()
  for (const table of from.tables) {
    const is = after.get(nameOf(table))
    if (is === undefined || table.partitionOf === null || staysAttached({ from, to, replaced }, table, is)) continue
    const keys = keysAbove(from, table)
      .filter(key => {
        const target = nameOf(targetTable(from, key))
        return !refilled.has(target) && !(going.has(key) && emptied.has(target))
      })
      .map(key => ({
        ...key,
        columns: key.columns.map(column => table.columnByName.get(column.name) ?? column),
      }))
    const excludes = excludesAbove(from, table)
    if (keys.length + excludes.length > 0)
      made.set(table, {
        ...table,
        foreignKeys: [...table.foreignKeys, ...keys],
        excludes: [...table.excludes, ...excludes],
      })
  }
  return withTables(from, made)
}

/** The exclusions that a partition has of the tables it is a part of. */
function excludesAbove(model: Model, table: TableModel): ExcludeModel[] {
  const parent = model.tableByKey.get(table.partitionOf?.table ?? '')
  if (parent === undefined) return []
  const columns = ({ elements }: ExcludeModel): string =>
    elements.map(one => ('column' in one ? one.column.name : 'expr')).join('_')
  return [...parent.excludes, ...excludesAbove(model, parent)].map(one => ({
    ...one,
    name: derivedName(table.name, columns(one), 'excl'),
  }))
}

/** The table that this one is a partition of before and after, which hands on to it what is done to columns, keys and checks. */
export function followed(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
): readonly [was: TableModel, is: TableModel] | undefined {
  if (is.partitionOf === null || !staysAttached(comparison, was, is)) return undefined
  const parent = comparison.to.tableByKey.get(is.partitionOf.table)
  return parent === undefined ? undefined : pairsByTable(comparison).get(parent)
}

/** The tables of both schemas, by what they shall be. */
export const pairsByTable = once(({ tables }: Comparison) => new Map(tables.both.map(pair => [pair[1], pair])))
