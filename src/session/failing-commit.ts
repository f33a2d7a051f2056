/** Which row a commit was refused for: a constraint that is deferred speaks when all rows are written. */
import { SessionError } from '../base/errors.ts'
import { quoteQualified } from '../base/identifier.ts'
import { StatementError } from '../engine/statement-error.ts'
import type { Transaction } from '../engine/transaction.ts'
import type { ForeignKeyModel, Model, TableModel } from '../schema/model.ts'
import { findOrphan } from '../sql/find-orphan.ts'
import { firstRefused, isRowFault, nameRow } from './failing-row.ts'
import { plan } from './plan.ts'
import type { RowRecord } from './record.ts'
import type { JoinRow } from './join-row.ts'
import { prepare, run, type Work } from './work.ts'

/**
 * Says in the error of a commit which row it was, found by writing the rows again in a transaction that is undone. Says nothing
 * when the fault does not lie in a row, or does not show again.
 * @param rows all that the transaction had written; they are queued again
 */
export async function nameRowAtCommit(
  error: unknown,
  model: Model,
  rows: readonly RowRecord[],
  begin: () => Promise<Transaction>,
): Promise<void> {
  if (!isRowFault(error)) return
  const table = model.tableByKey.get(error.table ?? '')
  if (table === undefined) return
  const suspects = rows.filter(row => row.table === table)
  const row = suspects.length === 1 ? suspects[0] : await search(error, model, table, rows, begin)
  if (row) nameRow(error, row, 'insert', rows)
}

async function search(
  error: StatementError,
  model: Model,
  table: TableModel,
  rows: readonly RowRecord[],
  begin: () => Promise<Transaction>,
): Promise<RowRecord | null> {
  try {
    await using tx = await begin()
    const works = plan<RowRecord, JoinRow>(model, { inserts: rows }).map(prepare)
    const key = table.foreignKeys.find(one => one.name === error.constraint)
    if (key !== undefined) return await orphan(tx, model, key, works)
    // A key that the literal does not know may lead to rows that are written later.
    return error.sqlState === '23503' ? null : await refused(tx, error, table, works)
  } catch (fault) {
    // The first error is the one to hear of.
    if (fault instanceof StatementError || fault instanceof SessionError) return null
    throw fault
  } finally {
    for (const row of rows) row.drop()
  }
}

/** The first row that points to none, when all are written. */
async function orphan(
  tx: Transaction,
  model: Model,
  key: ForeignKeyModel,
  works: readonly Work[],
): Promise<RowRecord | null> {
  for (const work of works) await run(work, tx, 0, work.rows.length)
  const target = model.tableByKey.get(key.target)
  const rows = works.flatMap(({ step, rows }) =>
    step.kind === 'insert' && step.table.foreignKeys.includes(key) ? rows : [],
  )
  if (target === undefined) return null
  const json = rows.map(row => Object.fromEntries(key.columns.map(column => [column.key, jsonOf(row, column.key)])))
  const [found] = (await tx.run(findOrphan(key, target, json))).rows
  return found === undefined ? null : (rows[Number(found[0]) - 1] ?? null)
}

function jsonOf(row: RowRecord, key: string): unknown {
  const value = row.known(key) ?? row.referred(key)
  return value === undefined || value === null ? null : row.shape.slotByKey.get(key)?.json(value)
}

/** The first row that the constraint refuses beside those before it. */
async function refused(
  tx: Transaction,
  { constraint }: StatementError,
  { schema, key }: TableModel,
  works: readonly Work[],
): Promise<RowRecord | null> {
  const name = constraint === null ? 'all' : quoteQualified({ schema, name: constraint })
  const look = ['immediate', 'deferred'].map(when => ({ text: `set constraints ${name} ${when}`, values: [] }))
  for (const work of works) {
    if (work.step.table.key !== key) {
      await run(work, tx, 0, work.rows.length)
      continue
    }
    const row = await firstRefused(tx, work, look)
    if (row !== null) return row
  }
  return null
}
