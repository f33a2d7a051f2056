/** Objects found by what they are like, with the relations that were asked for. */
import type { Lock } from '../../types/lock.ts'
import type { TableModel } from '../schema/model.ts'
import { columnsNamed, count, exists, select, type Selection } from '../sql/select.ts'
import { pageColumns } from '../sql/order-by.ts'
import { checkOptions, findOptions, type GivenFind, hydrationOf } from './find-options.ts'
import { hydrate } from './hydrate.ts'
import { type GivenWith, loadRelations } from './load-relations.ts'
import { release } from './let-go.ts'
import type { RowRecord, Values } from './record.ts'
import type { Unit } from './unit.ts'

export async function find(unit: Unit, table: TableModel, given: GivenFind): Promise<object[]> {
  checkOptions(given)
  const { with: relations, columns, ...options } = given
  const selection = select(unit, table, { ...options, columns: columnsNamed(table, columns) ?? table.columns })
  const records = await read(unit, table, selection, given.lock)
  await loadRelations(unit, table, records, relations as GivenWith | undefined, 'with')
  return records.map(record => record.values)
}

async function read(unit: Unit, table: TableModel, selection: Selection, lock: Lock | undefined): Promise<RowRecord[]> {
  const hydrating = hydrationOf(table, selection)
  const { tx } = await unit.open()
  const { rows } = await tx.read(selection.statement, hydrating.readers)
  // What was read before it was locked may have changed before it was locked.
  return rows.map(row => hydrate(unit, hydrating, row, lock === undefined ? 'when stale' : 'always'))
}

/** How many rows there are of which a condition is true. */
export async function countRows(unit: Unit, table: TableModel, where: unknown): Promise<number> {
  const { tx } = await unit.open()
  const { rows } = await tx.run(count(unit, table, where))
  return Number(rows[0]?.[0] ?? 0)
}

/** Whether there is a row of which a condition is true. */
export async function existsRow(unit: Unit, table: TableModel, where: unknown): Promise<boolean> {
  const { tx } = await unit.open()
  const { rows } = await tx.run(exists(unit, table, where))
  return rows[0]?.[0] === 't'
}

/** Objects in pages. Those of a page that were not changed are let go of before the next, so that memory stays flat. */
export async function* findPages(
  unit: Unit,
  table: TableModel,
  given: GivenFind & { readonly batch?: number },
): AsyncGenerator<object[], void, undefined> {
  checkOptions(given, [...findOptions, 'batch'])
  const { batch = 500, with: relations, columns, limit, ...options } = given
  // What the next page goes by must be among what is read, and must not be what the caller makes of it.
  const by = pageColumns(unit, table, options.orderBy)
  const wanted = columnsNamed(table, columns)
  const readColumns = wanted === undefined ? table.columns : [...wanted, ...by]
  let after: Values | undefined
  let left = limit ?? Number.POSITIVE_INFINITY
  while (left > 0) {
    const size = Math.min(batch, left)
    const page = { ...options, limit: size, columns: readColumns }
    const selection = select(unit, table, after === undefined ? page : { ...page, after, offset: undefined })
    const fresh: RowRecord[] = []
    unit.fresh = fresh
    let records: RowRecord[]
    try {
      records = await read(unit, table, selection, options.lock)
      await loadRelations(unit, table, records, relations as GivenWith | undefined, 'with')
    } finally {
      unit.fresh = null
    }
    const last = records.at(-1)
    after = last && Object.fromEntries(by.map(({ key }) => [key, last.values[key]]))
    yield records.map(record => record.values)
    left -= records.length
    release(unit, fresh)
    if (records.length < size) return
  }
}
