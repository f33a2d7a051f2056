/**
 * What rows go on with in tables below the one that was read: a statement for each table in which some of them end, all in one round
 * trip. PERF: of 100 rows, with three such tables, a fifth of what joins cost, for which Postgres reads those tables whole; of one row
 * the double.
 */
import type { Lock } from '../../types/lock.ts'
import type { TableModel } from '../schema/model.ts'
import { select, selectByKeys } from '../sql/select.ts'
import type { View } from '../sql/view.ts'
import { readName, slotsOf } from './hydrate-joined.ts'
import { isUpToDate } from './is-up-to-date.ts'
import { KeyGroups } from './key-groups.ts'
import { tailOf } from './lineage.ts'
import type { Values } from './record.ts'
import { returnedReaders } from './returned.ts'
import type { Slot } from './shape.ts'
import type { Unit } from './unit.ts'

/** Rows that were read of a view without the tables below. */
export interface Heads {
  readonly view: View
  readonly rows: readonly Values[]
}

/** Rows that end in one table. */
interface Load {
  readonly view: View
  readonly table: TableModel
  readonly tail: View
  readonly rows: Values[]
}

/**
 * Gives rows what they go on with.
 * @param lock with which the rows were read: the rows that they go on in are locked too, and read after the first lock was had
 * @returns the rows that were deleted since
 */
export async function completeRows(unit: Unit, heads: readonly Heads[], lock?: Lock): Promise<ReadonlySet<Values>> {
  const gone = new Set<Values>()
  const loads = heads.flatMap(({ view, rows }) => loadsOf(unit, view, rows, lock))
  if (loads.length === 0) return gone
  const { tx } = await unit.open()
  const selections = loads.map(({ view, tail, rows }) => {
    const keys = rows.map(row => keyIn(view, row))
    return selectByKeys(unit, tail, keys, lock)
  })
  const found = await tx.readAll(
    selections.map(({ statement }) => statement),
    loads.map(({ view, tail }) => readersOf(view, tail)),
  )
  for (const [at, load] of loads.entries()) {
    const missing = fill(load, found[at]?.rows ?? [])
    if (missing.length > 0) await readAgain(unit, load.view, missing, gone)
  }
  return gone
}

function loadsOf(unit: Unit, view: View, rows: readonly Values[], lock: Lock | undefined): Load[] {
  const root = view.above[0] ?? view.own
  const byTable = new Map<TableModel, Load>()
  for (const row of rows) {
    const known = unit.host.classes.of(root, row)
    if (known === null || !view.below.includes(known.table)) continue
    // What was read in this transaction is not read again.
    const object = lock === undefined ? unit.identity.find(root, keyIn(view, row)) : undefined
    if (object !== undefined && isUpToDate(unit, object) && object.parts?.at(-1)?.table === known.table) continue
    const load = byTable.get(known.table) ?? { view, table: known.table, tail: tailOf(view, known), rows: [] }
    byTable.set(known.table, load)
    load.rows.push(row)
  }
  return [...byTable.values()]
}

function keyIn({ primaryKey }: View, row: Values): unknown[] {
  return (primaryKey?.columns ?? []).map(({ key }) => row[key])
}

function readersOf(view: View, tail: View) {
  const slots = slotsOf(view)
  return returnedReaders(tail.columns.map(column => slots.get(column) as Slot))
}

/** @returns the rows for which nothing was found */
function fill({ view, table, rows }: Load, found: readonly Values[]): Values[] {
  const byKey = new KeyGroups<Values>()
  const names = (view.primaryKey?.columns ?? []).map(({ key }) => readName(table, key))
  for (const row of found)
    byKey.add(
      names.map(name => row[name]),
      row,
    )
  return rows.filter(row => {
    const [tail] = byKey.of(keyIn(view, row))
    if (tail !== undefined) Object.assign(row, tail)
    return tail === undefined
  })
}

/** Rows that were there, and what they go on with was not: whole, as they are at one time. */
async function readAgain(unit: Unit, view: View, rows: readonly Values[], gone: Set<Values>): Promise<void> {
  const keys = view.primaryKey?.columns ?? []
  const where = { or: rows.map(row => Object.fromEntries(keys.map(({ key }) => [key, { eq: row[key] }]))) }
  const { statement, columns } = select(unit, view, { where, columns: view.whole })
  const slots = slotsOf(view)
  const { tx } = await unit.open()
  const { rows: found } = await tx.read(statement, returnedReaders(columns.map(column => slots.get(column) as Slot)))
  const byKey = new KeyGroups<Values>()
  for (const row of found) byKey.add(keyIn(view, row), row)
  for (const row of rows) {
    const [again] = byKey.of(keyIn(view, row))
    if (again === undefined) gone.add(row)
    else Object.assign(row, again)
  }
}
