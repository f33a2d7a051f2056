/** Tables whose rows continue one another: each but the first has for its key the key of the one above. */
import { SessionError } from '../base/errors.ts'
import type { ColumnModel, ForeignKeyModel, RelationModel, TableModel } from '../schema/model.ts'
import type { View } from '../sql/view.ts'
import type { RowRecord } from './record.ts'

export interface Lineage {
  /** From the one that all of them continue down to the class's own. */
  readonly tables: readonly TableModel[]
  /** The keys by which each but the first continues the one above. */
  readonly keys: readonly ForeignKeyModel[]
}

/** The lineage of a table that continues another. @throws SessionError when its rows cannot be told to, or a name is in both */
export function continued(above: Lineage, table: TableModel): Lineage {
  const last = above.tables.at(-1) as TableModel
  const lineage = { tables: [...above.tables, table], keys: [...above.keys, joinKey(table, last)] }
  const names = new Map<string, TableModel>()
  for (const one of lineage.tables) {
    const own = one.columns.filter(column => one === above.tables[0] || !isKey(one, column)).map(({ key }) => key)
    for (const name of [...own, ...relationsOf(one, lineage.keys).map(relation => relation.name)]) {
      const other = names.get(name)
      if (other !== undefined) throw new SessionError('joinedName', other.key, one.key, name)
      names.set(name, one)
    }
  }
  return lineage
}

/** Whether a column has the values of the one of its name. */
function isAlike({ key, type }: ColumnModel, above: TableModel): boolean {
  return above.columnByKey.get(key)?.type.mode === type.mode
}

/** The key of a table that is the whole of its primary key and leads to that of another, column by column of one name. */
function joinKey(table: TableModel, above: TableModel): ForeignKeyModel {
  const own = table.primaryKey?.columns ?? []
  const wanted = above.primaryKey?.columns ?? []
  const found = table.foreignKeys.find(
    ({ target, columns, targetColumns }) =>
      target === above.key &&
      columns.length === own.length &&
      columns.length === wanted.length &&
      columns.every(
        (column, at) => own.includes(column) && column.key === targetColumns[at] && isAlike(column, above),
      ) &&
      wanted.every(({ key }) => targetColumns.includes(key)),
  )
  if (found === undefined || own.length === 0) throw new SessionError('joinedKey', table.key, above.key)
  return found
}

const joinKeys = new WeakMap<TableModel, ForeignKeyModel>()

/** The key by which a part of an object continues the one above; null for the first part, and for objects of one table. */
export function keyUp(record: RowRecord): ForeignKeyModel | null {
  const { parts, table } = record
  const above = parts?.[parts.indexOf(record) - 1]
  if (above === undefined) return null
  const key = joinKeys.get(table) ?? joinKey(table, above.table)
  joinKeys.set(table, key)
  return key
}

/** Whether the database deletes a part of an object with the one above it. */
export function goesWithAbove(record: RowRecord): boolean {
  return keyUp(record)?.onDelete === 'cascade' && record.shape.version === null
}

/** Whether a column of a part of an object is its key, which the database changes with that of the part above it. */
export function movesWithAbove(record: RowRecord, column: ColumnModel): boolean {
  const key = keyUp(record)
  return key?.onUpdate === 'cascade' && key.columns.includes(column)
}

export function isKey({ primaryKey }: TableModel, column: ColumnModel): boolean {
  return primaryKey?.columns.includes(column) ?? false
}

/** The relations of a table, but for those that lead from a row to its own continuation and back. */
export function relationsOf(table: TableModel, keys: Iterable<ForeignKeyModel>): RelationModel[] {
  const joins = new Set(keys)
  return [...table.relations.values()].filter(relation => relation.kind === 'link' || !joins.has(relation.key))
}

/** The tables of lineages as they are read. @param telling the columns that tell classes apart */
export function viewsOf(lineages: readonly Lineage[], telling: ReadonlySet<ColumnModel>): Map<TableModel, View> {
  const joined = lineages.filter(({ tables }) => tables.length > 1)
  const keys = joined.flatMap(lineage => lineage.keys)
  const views = new Map<TableModel, View>()
  for (const table of joined.flatMap(({ tables }) => tables)) {
    if (!views.has(table)) views.set(table, viewOf(table, joined, keys, telling))
  }
  return views
}

const tails = new WeakMap<View, Map<TableModel, View>>()

/** What the rows of a view go on with in the tables of a lineage: the last of them, with those between. */
export function tailOf(view: View, { tables }: Lineage): View {
  const last = tables.at(-1) as TableModel
  const known = tails.get(view) ?? new Map<TableModel, View>()
  tails.set(view, known)
  const found = known.get(last)
  if (found !== undefined) return found
  const chain = tables.slice(tables.indexOf(view.own) + 1)
  const columns = [
    ...(last.primaryKey?.columns ?? []),
    ...chain.flatMap(table => table.columns.filter(column => !isKey(table, column))),
  ]
  const made = { ...last, own: last, above: chain.slice(0, -1), below: [], telling: [], columns, whole: columns }
  known.set(last, made)
  return made
}

function viewOf(
  own: TableModel,
  lineages: readonly Lineage[],
  keys: readonly ForeignKeyModel[],
  telling: ReadonlySet<ColumnModel>,
): View {
  const through = lineages.filter(({ tables }) => tables.includes(own)).map(({ tables }) => tables)
  const [first = []] = through
  const chain = first.slice(0, first.indexOf(own) + 1)
  const below = [...new Set(through.flatMap(tables => tables.slice(tables.indexOf(own) + 1)))]
  // The key is the table's own, wherever it stands.
  const columns = chain.flatMap(table =>
    table.columns.flatMap(column =>
      isKey(table, column) ? (table === chain[0] ? [own.columnByKey.get(column.key) as ColumnModel] : []) : [column],
    ),
  )
  return Object.freeze({
    ...own,
    own,
    above: chain.slice(0, -1),
    below,
    telling: columns.filter(column => telling.has(column)),
    columns,
    columnByKey: new Map(columns.map(column => [column.key, column])),
    uniques: chain.flatMap(table => table.uniques),
    relations: new Map(
      chain.flatMap(table => relationsOf(table, keys)).map(relation => [relation.name, relation] as const),
    ),
    whole: [...columns, ...below.flatMap(table => table.columns)],
  })
}
