/**
 * The order among changes that a unique value asks for: Postgres looks at each row as it is written, so what gives a value up goes
 * before what takes it.
 */
import type { ColumnModel, Model, TableModel } from '../schema/model.ts'
import type { Change } from './changes.ts'
import { keyOrder } from './key-order.ts'
import type { PendingRow } from './pending-row.ts'
import { ownValue, placeOf } from './plan-inserts.ts'
import { relationMap } from './relation-map.ts'

export interface ValueOrder<Row extends PendingRow> {
  /** What points to rows of `earlyDeletes` and will not any more: it goes before them. */
  readonly moves: readonly Change<Row>[]
  /** What must be gone before anything is inserted. */
  readonly earlyDeletes: readonly Row[]
  /** What must be changed before anything is inserted, each list after the one before. */
  readonly earlyUpdates: readonly (readonly Change<Row>[])[]
  readonly updates: readonly (readonly Change<Row>[])[]
  readonly deletes: readonly Row[]
}

type Giver<Row extends PendingRow> = Row | Change<Row>

export function valueOrder<Row extends PendingRow>(
  model: Model,
  inserts: readonly Row[],
  updates: readonly Change<Row>[],
  deletes: readonly Row[],
): ValueOrder<Row> {
  const givers = giversOf(updates, deletes)
  if (givers.size === 0) return { moves: [], earlyDeletes: [], earlyUpdates: [], updates: [updates], deletes }
  const early = new Set<Giver<Row>>()
  const after = new Map<Change<Row>, Change<Row>[]>()
  for (const row of inserts) for (const giver of givenTo(row, keysOf(row.table), givers)) early.add(giver)
  for (const change of updates) {
    const keys = keysOf(change.row.table).filter(key => key.some(column => change.columns.includes(column)))
    for (const giver of givenTo(change.row, keys, givers)) {
      if (!isChange(giver)) early.add(giver)
      else if (giver !== change) after.set(change, [...(after.get(change) ?? []), giver])
    }
  }
  const keys = keyOrder(model, inserts, updates, deletes)
  for (const giver of [...(keys?.early ?? []), ...(keys?.earlyDeletes ?? [])]) early.add(giver)
  for (const [later, earlier] of keys?.after ?? []) after.set(later, [...(after.get(later) ?? []), earlier])
  for (const giver of [...early]) if (isChange(giver)) addBefore(giver, after, early)
  // A key to a row that is not there yet cannot be written early.
  const isEarly = (change: Change<Row>): boolean => early.has(change) && change.row.references.length === 0
  const gone = closure(
    model,
    deletes.filter(row => early.has(row)),
    deletes,
  )
  const places = placesTo(model, gone)
  const moves = new Set(
    updates.filter(({ row }) => places.size > 0 && row.references.length === 0 && pointsInto(row, places)),
  )
  return {
    moves: [...moves],
    earlyDeletes: deletes.filter(row => gone.has(row)),
    earlyUpdates: layers(
      updates.filter(change => isEarly(change) && !moves.has(change)),
      after,
    ),
    updates: layers(
      updates.filter(change => !isEarly(change) && !moves.has(change)),
      after,
    ),
    deletes: deletes.filter(row => !gone.has(row)),
  }
}

function isChange<Row extends PendingRow>(giver: Giver<Row>): giver is Change<Row> {
  return 'columns' in giver
}

const uniqueKeys = new WeakMap<TableModel, readonly (readonly ColumnModel[])[]>()

/** The sets of columns of which no two rows have the same values. */
function keysOf(table: TableModel): readonly (readonly ColumnModel[])[] {
  const known = uniqueKeys.get(table)
  if (known !== undefined) return known
  const keys = [table.primaryKey, ...table.uniques].flatMap(key =>
    key === null || key.deferrable === 'initially deferred' ? [] : [key.columns],
  )
  const indexes = table.indexes.flatMap(({ unique, where, elements }) => {
    const columns = elements.flatMap(element => ('column' in element ? [element.column] : []))
    return unique && where === null && columns.length === elements.length ? [columns] : []
  })
  const all = [...keys, ...indexes]
  uniqueKeys.set(table, all)
  return all
}

/** Who gives up which values. */
function giversOf<Row extends PendingRow>(
  updates: readonly Change<Row>[],
  deletes: readonly Row[],
): Map<string, Giver<Row>> {
  const givers = new Map<string, Giver<Row>>()
  const give = (row: Row, key: readonly ColumnModel[], giver: Giver<Row>): void => {
    const place = placeIn(row.table, key, row.snapshot)
    if (place !== null) givers.set(place, giver)
  }
  for (const change of updates) {
    for (const key of keysOf(change.row.table)) {
      if (key.some(column => change.columns.includes(column))) give(change.row, key, change)
    }
  }
  for (const row of deletes) for (const key of keysOf(row.table)) give(row, key, row)
  return givers
}

function placeIn(table: TableModel, key: readonly ColumnModel[], values: PendingRow['snapshot']): string | null {
  return placeOf(
    table.key,
    key.map(column => column.key),
    key.map(column => values?.[column.key]),
  )
}

function givenTo<Row extends PendingRow>(
  row: Row,
  keys: readonly (readonly ColumnModel[])[],
  givers: ReadonlyMap<string, Giver<Row>>,
): Giver<Row>[] {
  return keys.flatMap(key => {
    const given = key.map(column => valuesOf(row, column))
    // What a row that is there has by now, and what it has in the database: others may have gone by either.
    const isMoving = given.some(({ now, stored }) => now !== stored)
    const sets = [given.map(({ now }) => now), ...(isMoving ? [given.map(({ stored }) => stored)] : [])]
    return sets.flatMap(values => {
      const names = key.map(column => column.key)
      const place = placeOf(row.table.key, names, values)
      const giver = place === null ? undefined : givers.get(place)
      return giver === undefined ? [] : [giver]
    })
  })
}

/** A value that a row takes: its own, or that of a row which it points to. */
function valuesOf(row: PendingRow, { key }: ColumnModel): { readonly now: unknown; readonly stored: unknown } {
  const own = ownValue(row, key)
  if (own !== undefined) return { now: own, stored: own }
  for (const { key: foreign, target } of row.references) {
    const at = foreign.columns.findIndex(column => column.key === key)
    const wanted = foreign.targetColumns[at]
    if (wanted !== undefined) return { now: ownValue(target, wanted), stored: target.snapshot?.[wanted] }
  }
  return { now: undefined, stored: undefined }
}

function addBefore<Row extends PendingRow>(
  change: Change<Row>,
  after: ReadonlyMap<Change<Row>, readonly Change<Row>[]>,
  early: Set<Giver<Row>>,
): void {
  for (const giver of after.get(change) ?? []) {
    if (early.has(giver)) continue
    early.add(giver)
    addBefore(giver, after, early)
  }
}

/** Changes in lists, each after what it waits for. Two that wait for each other stay together: the database has the word. */
function layers<Row extends PendingRow>(
  changes: readonly Change<Row>[],
  after: ReadonlyMap<Change<Row>, readonly Change<Row>[]>,
): Change<Row>[][] {
  const depths = new Map<Change<Row>, number>()
  const depthOf = (change: Change<Row>, path: ReadonlySet<Change<Row>>): number => {
    const known = depths.get(change)
    if (known !== undefined) return known
    const inner = new Set(path).add(change)
    const before = (after.get(change) ?? []).filter(giver => !path.has(giver))
    const depth = before.reduce((most, giver) => Math.max(most, depthOf(giver, inner) + 1), 0)
    depths.set(change, depth)
    return depth
  }
  const lists: Change<Row>[][] = []
  for (const change of changes) {
    const depth = after.size === 0 ? 0 : depthOf(change, new Set())
    const list = lists[depth]
    if (list === undefined) lists[depth] = [change]
    else list.push(change)
  }
  return lists.filter(list => list !== undefined)
}

/** Rows that are deleted early, with those that must be gone before them. */
function closure<Row extends PendingRow>(model: Model, early: readonly Row[], deletes: readonly Row[]): Set<Row> {
  const gone = new Set(early)
  for (let size = -1; size !== gone.size; ) {
    size = gone.size
    const places = placesTo(model, gone)
    for (const row of deletes) if (pointsInto(row, places)) gone.add(row)
  }
  return gone
}

/** Where the rows stand under the keys that others point by. */
function placesTo<Row extends PendingRow>(model: Model, rows: Iterable<Row>): Set<string> {
  const places = new Set<string>()
  for (const { table, snapshot } of rows) {
    for (const { key } of relationMap(model).to(table)) {
      const values = key.targetColumns.map(column => snapshot?.[column])
      const place = placeOf(key.target, key.targetColumns, values)
      if (place !== null) places.add(place)
    }
  }
  return places
}

/** Whether a row, as it is in the database, points to one of these places. */
function pointsInto({ table, snapshot }: PendingRow, places: ReadonlySet<string>): boolean {
  return table.foreignKeys.some(({ target, targetColumns, columns }) => {
    const values = columns.map(column => snapshot?.[column.key])
    const place = placeOf(target, targetColumns, values)
    return place !== null && places.has(place)
  })
}
