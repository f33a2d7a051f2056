/** The inserts of a flush, in order. Pure: the same rows give the same steps. */
import { components } from '../base/components.ts'
import { SessionError } from '../base/errors.ts'
import type { ColumnModel, ForeignKeyModel, Model, TableModel } from '../schema/model.ts'
import { isFilled } from './is-filled.ts'
import type { PendingRow, Reference } from './pending-row.ts'

/** Rows of one table that go together. */
export interface InsertStep<Row extends PendingRow = PendingRow> {
  readonly kind: 'insert'
  readonly table: TableModel
  /** How many rows, at most, stand above one of these within a cycle of tables; 0 elsewhere. */
  readonly depth: number
  /** The columns that are sent; the database fills the others. */
  readonly columns: readonly ColumnModel[]
  readonly rows: readonly Row[]
  /** References that are null at first: an update sets them when the row they lead to is there. */
  readonly postponed: readonly Reference[]
}

/** Sets columns of rows that are there, the same columns of all. */
export interface UpdateStep<Row extends PendingRow = PendingRow> {
  readonly kind: 'update'
  readonly table: TableModel
  readonly columns: readonly ColumnModel[]
  readonly rows: readonly Row[]
  /** The columns are set to null, so that the rows can be deleted afterwards. */
  readonly isLoosened?: true
}

/**
 * Parents first, the rows of a table in as few steps as the columns that they give and the rows that they depend on allow,
 * and in the order in which they were added.
 * @throws SessionError when rows point to each other and none of their keys may be null for a while
 */
export function planInserts<Row extends PendingRow>(
  model: Model,
  pending: readonly Row[],
): (InsertStep<Row> | UpdateStep<Row>)[] {
  const byTable = new Map<TableModel, Row[]>()
  for (const row of pending) {
    const rows = byTable.get(row.table)
    if (rows === undefined) byTable.set(row.table, [row])
    else rows.push(row)
  }
  return tableGroups(model).flatMap(tables => {
    const groups = tables.flatMap(table => {
      const rows = byTable.get(table)
      return rows === undefined ? [] : [{ table, rows }]
    })
    if (groups.length === 0) return []
    return isCyclic(tables) ? cyclicSteps(groups) : groups.flatMap(({ table, rows }) => insertSteps(table, 0, rows, []))
  })
}

const groupsOf = new WeakMap<Model, readonly (readonly TableModel[])[]>()

/** The tables, parents first; those of one cycle together. */
export function tableGroups(model: Model): readonly (readonly TableModel[])[] {
  const known = groupsOf.get(model)
  if (known !== undefined) return known
  const groups = components(model.sortedTables, table =>
    table.foreignKeys.flatMap(key => model.tableByKey.get(key.target) ?? []),
  )
  groupsOf.set(model, groups)
  return groups
}

const cyclicOf = new WeakMap<Model, ReadonlySet<TableModel>>()

/** Whether rows of a table may point, over others or at once, to rows that point to them. */
export function isInCycle(model: Model, table: TableModel): boolean {
  let cyclic = cyclicOf.get(model)
  if (cyclic === undefined) {
    cyclic = new Set(tableGroups(model).filter(isCyclic).flat())
    cyclicOf.set(model, cyclic)
  }
  return cyclic.has(table)
}

function isCyclic(tables: readonly TableModel[]): boolean {
  return tables.length > 1 || tables.some(table => table.foreignKeys.some(key => key.target === table.key))
}

interface Group<Row extends PendingRow> {
  rows: Row[]
  readonly given: Set<ColumnModel>
  /** Columns that none of the rows gives so far. */
  missing: readonly ColumnModel[]
}

/** One step for each set of columns that the rows give, as far as it matters who gives a value. */
function insertSteps<Row extends PendingRow>(
  table: TableModel,
  depth: number,
  rows: readonly Row[],
  postponed: readonly Reference[],
): InsertStep<Row>[] {
  const optional = table.columns.filter(column => column.insertMode === 'optional' && isFilled(column))
  const nullable = table.columns.filter(column => column.insertMode === 'optional' && !isFilled(column))
  const groups = new Map<string, Group<Row>>()
  // PERF: as long as all rows are of one group, they are not copied.
  let only: Group<Row> | null = null
  let at = 0
  for (const row of rows) {
    let set = ''
    for (const column of optional) set += gives(row, column) ? '1' : '0'
    let group = groups.get(set)
    if (group === undefined) {
      const given = new Set(table.columns.filter(column => column.insertMode === 'required'))
      for (const column of optional) if (gives(row, column)) given.add(column)
      group = { rows: [], given, missing: nullable }
      groups.set(set, group)
      if (only !== null) only.rows = rows.slice(0, at)
      only = groups.size === 1 ? group : null
    }
    if (only === null) group.rows.push(row)
    at++
    // Where the database would fill nothing in, leaving out is the same as null, and no reason for another statement.
    let hasMore = false
    for (const column of group.missing) {
      if (!gives(row, column)) continue
      group.given.add(column)
      hasMore = true
    }
    if (hasMore) group.missing = group.missing.filter(column => !group?.given.has(column))
  }
  return [...groups.values()].map(group => {
    const some = group === only ? rows : group.rows
    const own = new Set<Reference>(postponed.length === 0 ? [] : some.flatMap(row => row.references))
    return {
      kind: 'insert',
      table,
      depth,
      columns: table.columns.filter(column => group.given.has(column)),
      rows: some,
      postponed: postponed.filter(reference => own.has(reference)),
    }
  })
}

function gives(row: PendingRow, column: ColumnModel): boolean {
  if (ownValue(row, column.key) !== undefined) return true
  // PERF: a function for each row would be garbage to collect.
  for (const { key } of row.references) if (key.columns.includes(column)) return true
  return false
}

/** Why one row comes after another. `together`: they may also go in one statement, which is checked at its end. */
interface Link<Row> {
  readonly to: Row
  readonly key: ForeignKeyModel
  readonly reference: Reference | null
  readonly together: boolean
}

type Links<Row> = Map<Row, readonly Link<Row>[]>

function cyclicSteps<Row extends PendingRow>(
  groups: readonly { readonly table: TableModel; readonly rows: readonly Row[] }[],
): (InsertStep<Row> | UpdateStep<Row>)[] {
  const rows = groups.flatMap(group => group.rows)
  const links = linksBetween(rows)
  const postponed: { readonly row: Row; readonly reference: Reference }[] = []
  const ordered = acyclic(rows, links, postponed)
  const depths = new Map<Row, number>()
  let deepest = 0
  for (const row of ordered) {
    let depth = 0
    for (const { to, together } of links.get(row) ?? [])
      depth = Math.max(depth, (depths.get(to) ?? 0) + (together ? 0 : 1))
    depths.set(row, depth)
    deepest = Math.max(deepest, depth)
  }
  const later = postponed.map(({ reference }) => reference)
  const levels = Array.from(
    { length: deepest + 1 },
    () => new Map<TableModel, Row[]>(groups.map(({ table }) => [table, []])),
  )
  for (const row of rows) levels[depths.get(row) ?? 0]?.get(row.table)?.push(row)
  const inserts = levels.flatMap((level, depth) =>
    [...level].flatMap(([table, some]) => (some.length === 0 ? [] : insertSteps(table, depth, some, later))),
  )
  return [
    ...inserts,
    ...updateSteps(
      groups.map(({ table }) => table),
      postponed,
    ),
  ]
}

function updateSteps<Row extends PendingRow>(
  tables: readonly TableModel[],
  postponed: readonly { readonly row: Row; readonly reference: Reference }[],
): UpdateStep<Row>[] {
  return tables.flatMap(table =>
    table.foreignKeys.flatMap((key): UpdateStep<Row>[] => {
      const rows = postponed.filter(({ reference }) => reference.key === key).map(({ row }) => row)
      if (rows.length === 0) return []
      if (table.primaryKey === null) throw new SessionError('postponedWithoutKey', table.key)
      // An insert had to leave them null.
      return [{ kind: 'update', table, columns: key.columns, rows }]
    }),
  )
}

/** By references, and by keys that were given as values and are those of other rows here. */
function linksBetween<Row extends PendingRow>(rows: readonly Row[]): Links<Row> {
  const here = new Set<PendingRow>(rows)
  const byKey = new Map<string, Row>()
  const targets = new Map<string, Map<string, readonly string[]>>()
  for (const key of [...new Set(rows.map(row => row.table))].flatMap(table => table.foreignKeys)) {
    const wanted = targets.get(key.target) ?? new Map()
    targets.set(key.target, wanted.set(key.targetColumns.join(), key.targetColumns))
  }
  for (const row of rows) {
    for (const columns of targets.get(row.table.key)?.values() ?? []) {
      const place = placeOf(
        row.table.key,
        columns,
        columns.map(column => ownValue(row, column)),
      )
      if (place !== null && !byKey.has(place)) byKey.set(place, row)
    }
  }
  return new Map(rows.map(row => [row, [...byReference(row, here), ...byValue(row, byKey)]]))
}

/** A value that a row has itself. */
export function ownValue({ values }: PendingRow, column: string): unknown {
  return Object.hasOwn(values, column) ? values[column] : undefined
}

function byReference<Row extends PendingRow>(row: Row, here: ReadonlySet<PendingRow>): Link<Row>[] {
  return row.references
    .filter(({ target }) => here.has(target))
    .map(reference => ({
      // Whatever is in `here` is one of the rows.
      to: reference.target as Row,
      key: reference.key,
      reference,
      together: false,
    }))
}

function byValue<Row extends PendingRow>(row: Row, byKey: ReadonlyMap<string, Row>): Link<Row>[] {
  if (byKey.size === 0) return []
  return row.table.foreignKeys.flatMap((key): Link<Row>[] => {
    const values = key.columns.map(column => ownValue(row, column.key))
    const place = placeOf(key.target, key.targetColumns, values)
    const to = place === null ? undefined : byKey.get(place)
    if (to === undefined || to === row) return []
    return [{ to, key, reference: null, together: isDeferred(key) || (to.table === row.table && sameColumns(row, to)) }]
  })
}

/** Where a row stands under a key, to be compared; null where one of the values is missing. */
export function placeOf(table: string, columns: readonly string[], values: readonly unknown[]): string | null {
  if (values.some(value => value === undefined || value === null)) return null
  return JSON.stringify([table, columns, ...values.map(partOf)])
}

function partOf(value: unknown): string {
  return value instanceof Date ? String(value.getTime()) : String(value)
}

function isDeferred(key: ForeignKeyModel): boolean {
  return key.deferrable === 'initially deferred'
}

function sameColumns(a: PendingRow, b: PendingRow): boolean {
  return a.table.columns.every(column => !isFilled(column) || gives(a, column) === gives(b, column))
}

/** The rows, each after those it depends on. Links that make a cycle are taken out of `links`, and kept in `postponed`. */
function acyclic<Row extends PendingRow>(
  rows: readonly Row[],
  links: Links<Row>,
  postponed: { readonly row: Row; readonly reference: Reference }[],
): Row[] {
  const targets = (row: Row): Row[] => (links.get(row) ?? []).map(link => link.to)
  return components(rows, targets).flatMap(cycle => {
    const inside = new Set(cycle)
    const within = (link: Link<Row>): boolean => inside.has(link.to)
    if (cycle.every(row => !(links.get(row) ?? []).some(within))) return cycle
    const drop = weakest(cycle, links, within)
    for (const row of cycle) {
      const all = links.get(row) ?? []
      const dropped = all.filter(link => within(link) && drop(link))
      if (dropped.length === 0) continue
      links.set(
        row,
        all.filter(link => !dropped.includes(link)),
      )
      for (const { reference } of dropped) if (reference !== null) postponed.push({ row, reference })
    }
    return acyclic(cycle, links, postponed)
  })
}

/** Which links of a cycle to do without: those that need no order, or else those of one key that may be null. */
function weakest<Row extends PendingRow>(
  cycle: readonly Row[],
  links: Links<Row>,
  within: (link: Link<Row>) => boolean,
): (link: Link<Row>) => boolean {
  const inside = cycle.flatMap(row => (links.get(row) ?? []).filter(within).map(link => ({ row, link })))
  if (inside.some(({ link }) => link.together)) return link => link.together
  const loose = inside.find(({ link }) => link.reference !== null && link.key.columns.every(column => column.nullable))
  if (loose !== undefined) return link => link.key === loose.link.key && link.reference !== null
  const names = new Set(inside.map(({ row, link }) => relationName(row.table, link.key)))
  throw new SessionError('rowCycle', [...names].join(', '))
}

function relationName(table: TableModel, key: ForeignKeyModel): string {
  const relation = [...table.relations.values()].find(one => one.kind === 'one' && one.key === key)
  return `'${table.key}.${relation?.name ?? key.columns.map(column => column.key).join('+')}'`
}
