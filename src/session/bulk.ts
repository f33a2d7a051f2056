/** Rows written without objects. The objects that the session has of them agree afterwards. */
import { SessionError } from '../base/errors.ts'
import type { ColumnModel, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { deleteWhere, onConflict, updateWhere } from '../sql/bulk.ts'
import { type Batch, insertMany } from '../sql/insert.ts'
import { columnsNamed } from '../sql/select.ts'
import { checkOptions } from './find-options.ts'
import { followDelete, followedColumns } from './follow-delete.ts'
import { type GivenRow, plainObject } from './give.ts'
import { leaveCollections } from './join-collections.ts'
import { doubtMoved, moveKeys } from './move-keys.ts'
import { planInserts } from './plan-inserts.ts'
import type { RowRecord, Values } from './record.ts'
import { removed } from './removed.ts'
import { returnedReaders } from './returned.ts'
import { encoded, shapeOf } from './shape.ts'
import { kept, ownOf, restored } from './tracker.ts'
import type { Unit } from './unit.ts'
import { referred } from './write-insert.ts'

/** What a bulk statement gives: the rows asked for, or how many there were. */
export type BulkResult = number | object[]

interface Returning {
  /** What the caller asked for; null for nothing. */
  readonly asked: readonly ColumnModel[] | null
  /** What the statement gives. */
  readonly columns: readonly ColumnModel[]
}

/** @param needed what the session's objects of the table are to agree in @param followed what those of other tables are */
function returningOf(
  unit: Unit,
  table: TableModel,
  given: unknown,
  needed: readonly ColumnModel[],
  followed: readonly ColumnModel[] = [],
): Returning {
  const asked =
    given === undefined || given === false ? null : given === true ? table.columns : columnsNamed(table, given)
  const hasObjects = !unit.identity.of(table).next().done
  const wanted = new Set([...(asked ?? []), ...(hasObjects ? needed : []), ...followed])
  return { asked: asked ?? null, columns: table.columns.filter(column => wanted.has(column)) }
}

export async function updateRows(
  unit: Unit,
  table: TableModel,
  options: { readonly set: unknown; readonly where: unknown; readonly returning?: unknown },
): Promise<BulkResult> {
  checkOptions(options, ['set', 'where', 'returning'])
  const { set, where, returning } = options
  const moved = table.primaryKey?.columns.find(
    ({ key, insertMode }) => insertMode !== 'forbidden' && Object.hasOwn(Object(set), key),
  )
  if (moved !== undefined) throw new SessionError('keyInBulk', table.key, moved.key)
  const changed = table.columns.filter(
    column => column.version || column.generated !== null || Object.hasOwn(Object(set), column.key),
  )
  const wanted = returningOf(unit, table, returning, [...(table.primaryKey?.columns ?? []), ...changed])
  const { tx } = await unit.open()
  const { rows, rowCount } = await tx.read(
    updateWhere(unit, table, set, where, wanted.columns),
    returnedReaders(wanted.columns.map(column => shapeOf(table).slotOf(column))),
  )
  let known = 0
  for (const row of rows) {
    const record = recordAt(unit, table, row)
    if (record === undefined) continue
    accept(unit, record, changed, row)
    known++
  }
  if (known < rowCount) doubtMoved(unit, table, changed)
  return result(wanted, rows, rowCount)
}

export async function deleteRows(
  unit: Unit,
  table: TableModel,
  options: { readonly where: unknown; readonly returning?: unknown },
): Promise<BulkResult> {
  checkOptions(options, ['where', 'returning'])
  const followed = followedColumns(unit, table)
  const wanted = returningOf(unit, table, options.returning, table.primaryKey?.columns ?? [], followed)
  const { tx } = await unit.open()
  const { rows, rowCount } = await tx.read(
    deleteWhere(unit, table, options.where, wanted.columns),
    returnedReaders(wanted.columns.map(column => shapeOf(table).slotOf(column))),
  )
  const deleted: RowRecord[] = []
  for (const row of rows) {
    const record = recordAt(unit, table, row)
    if (record !== undefined) {
      removed(unit, record)
      deleted.push(record)
    }
    const gone = Object.fromEntries(
      followed.map(column => [column.key, kept(shapeOf(table).slotOf(column), row[column.key])]),
    )
    if (followed.length > 0) followDelete(unit, table, gone)
  }
  leaveCollections(unit, deleted)
  return result(wanted, rows, rowCount)
}

/** All rows, or none. */
export async function insertRows(
  unit: Unit,
  table: TableModel,
  given: readonly GivenRow[],
  options: { readonly returning?: unknown; readonly onConflict?: unknown } = {},
): Promise<BulkResult> {
  checkOptions(options, ['returning', 'onConflict'])
  if (!Array.isArray(given)) throw new SessionError('whereValue', 'rows', 'an array of rows', typeName(given))
  const shape = shapeOf(table)
  const records = given.map(row => {
    // A statement writes to one table, also where the rows of classes go on in others.
    const make = unit.views?.has(table) ? plainObject(unit.model) : unit.host.makeObject
    const record = make(table, row, [])
    if (record.owned.length > 0) throw new SessionError('bulkRelated', table.key)
    return record
  })
  // A row that a conflict changes may be one that the session has.
  const needed = options.onConflict === undefined ? [] : table.columns
  const wanted = returningOf(unit, table, options.returning, needed)
  const readers = returnedReaders(wanted.columns.map(column => shape.slotOf(column)))
  const outer = await unit.open()
  const tx = await outer.tx.begin()
  const all: Values[] = []
  // Rows are written in groups that give the same columns; without conflicts each is given back, in the place it was given in.
  const places = new Map(records.map((record, at) => [record, at]))
  let count = 0
  try {
    for (const step of planInserts(unit.model, records)) {
      if (step.kind !== 'insert') continue
      for (const batch of batchesOf(unit, table, step.columns, step.rows, wanted.columns, options.onConflict)) {
        const { rows, rowCount } = await tx.read(batch.statement, readers)
        const isEach = options.onConflict === undefined
        for (const [at, row] of rows.entries()) {
          const record = step.rows[batch.from + at]
          if (isEach && record !== undefined) all[places.get(record) ?? 0] = row
          else all.push(row)
        }
        count += rowCount
      }
    }
    await tx.commit()
  } finally {
    await tx.rollback()
  }
  if (options.onConflict !== undefined) {
    for (const row of all) {
      const record = recordAt(unit, table, row)
      if (record !== undefined) accept(unit, record, wanted.columns, row)
    }
  }
  return result(wanted, all, count)
}

function batchesOf(
  unit: Unit,
  table: TableModel,
  columns: readonly ColumnModel[],
  records: readonly RowRecord[],
  returning: readonly ColumnModel[],
  conflict: unknown,
): Batch[] {
  const shape = shapeOf(table)
  const rows = records.map(record =>
    Object.fromEntries(
      columns.map(column => {
        const slot = shape.slotOf(column)
        const own = ownOf(record.values, column.key)
        const reference = record.references.find(({ key }) => key.columns.includes(column))
        const value = own === undefined && reference !== undefined ? referred(record, reference, column) : (own ?? null)
        return [column.key, value === null ? null : encoded(table, slot, value)]
      }),
    ),
  )
  if (columns.length === 0) throw new SessionError('bulkEmpty', table.key)
  const clause = conflict === undefined ? undefined : onConflict(unit, table, conflict, columns, 1)
  return insertMany(table, columns, rows, returning, undefined, clause)
}

function recordAt(unit: Unit, table: TableModel, row: Values): RowRecord | undefined {
  const { primary } = shapeOf(table)
  if (primary.length === 0 || primary.some(({ key }) => !Object.hasOwn(row, key))) return undefined
  return unit.identity.find(
    table,
    primary.map(({ key }) => row[key]),
  )
}

/** Gives an object what a statement wrote. */
function accept(unit: Unit, record: RowRecord, columns: readonly ColumnModel[], row: Values): void {
  const { shape, snapshot, values } = record
  if (snapshot === null) return
  unit.level?.touch(record)
  const next = { ...snapshot }
  for (const column of columns) {
    const slot = shape.slotOf(column)
    if (!Object.hasOwn(row, column.key)) continue
    next[column.key] = kept(slot, row[column.key])
    slot.define(values, restored(slot, next[column.key]))
  }
  record.snapshot = next
  record.closeGap()
  moveKeys(unit, record, snapshot)
}

function result({ asked, columns }: Returning, rows: readonly Values[], count: number): BulkResult {
  if (asked === null) return count
  const isAsked = asked.length === columns.length
  if (isAsked) return [...rows]
  return rows.map(row => Object.fromEntries(asked.map(({ key }) => [key, row[key]])))
}
