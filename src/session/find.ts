/** Objects found by what they are like, with the relations that were asked for. */
import type { TableModel } from '../schema/model.ts'
import { columnsNamed, count, exists } from '../sql/select.ts'
import { pageColumns } from '../sql/order-by.ts'
import { checkOptions, findOptions, type GivenFind } from './find-options.ts'
import { readWith } from './load-relations.ts'
import { release } from './let-go.ts'
import type { RowRecord, Values } from './record.ts'
import type { Unit } from './unit.ts'
import { strategyOf, wantedOf } from './wanted.ts'

export async function find(unit: Unit, own: TableModel, given: GivenFind): Promise<object[]> {
  const table = unit.viewOf(own)
  checkOptions(given)
  const { with: relations, columns, load, ...options } = given
  const wanted = wantedOf(unit, table, relations, strategyOf(load) ?? 'selectin')
  const read = columnsNamed(table, columns) ?? table.columns
  const records = await readWith(unit, table, { ...options, columns: read }, wanted)
  return records.map(record => record.values)
}

/** How many rows there are of which a condition is true. */
export async function countRows(unit: Unit, table: TableModel, where: unknown): Promise<number> {
  const { tx } = await unit.open()
  const { rows } = await tx.run(count(unit, unit.viewOf(table), where))
  return Number(rows[0]?.[0] ?? 0)
}

/** Whether there is a row of which a condition is true. */
export async function existsRow(unit: Unit, table: TableModel, where: unknown): Promise<boolean> {
  const { tx } = await unit.open()
  const { rows } = await tx.run(exists(unit, unit.viewOf(table), where))
  return rows[0]?.[0] === 't'
}

/** Objects in pages. Those of a page that were not changed are let go of before the next, so that memory stays flat. */
export async function* findPages(
  unit: Unit,
  own: TableModel,
  given: GivenFind & { readonly batch?: number },
): AsyncGenerator<object[], void, undefined> {
  const table = unit.viewOf(own)
  checkOptions(given, [...findOptions, 'batch'])
  const { batch = 500, with: relations, columns, limit, load, ...options } = given
  const related = wantedOf(unit, table, relations, strategyOf(load) ?? 'selectin')
  // What the next page goes by must be among what is read, and must not be what the caller makes of it.
  const by = pageColumns(unit, table, options.orderBy)
  const wanted = columnsNamed(table, columns)
  const readColumns = wanted === undefined ? table.columns : [...wanted, ...by]
  let after: Values | undefined
  let left = limit ?? Number.POSITIVE_INFINITY
  while (left > 0) {
    const size = Math.min(batch, left)
    const page = { ...options, limit: size, columns: readColumns }
    const fresh: RowRecord[] = []
    unit.fresh = fresh
    let records: RowRecord[]
    try {
      records = await readWith(unit, table, after === undefined ? page : { ...page, after, offset: undefined }, related)
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
