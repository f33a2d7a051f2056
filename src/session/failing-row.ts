/** Which row a batch was refused for: Postgres names the constraint, not the row. */
import { StaleDataError } from '../base/errors.ts'
import { sentence } from '../base/messages.ts'
import type { Statement } from '../base/statement.ts'
import { StatementError } from '../engine/statement-error.ts'
import type { Transaction } from '../engine/transaction.ts'
import type { Step } from './plan.ts'
import type { RowRecord } from './record.ts'
import { run, type Work } from './work.ts'

/** Faults that lie in a row: of data (22), of constraints (23), of a check option (44), raised by triggers (P0), of policies. */
const rowFault = /^(22|23|44|P0|42501)/

/** Whether the fault lies in a row. */
export function isRowFault(error: unknown): error is StatementError {
  return error instanceof StatementError && rowFault.test(error.sqlState)
}

/**
 * The first row that is refused, found by writing ever smaller parts in a transaction of its own, which is undone. null when
 * the fault does not lie in a row, or does not show again. Sequences move on, as they do in every transaction undone.
 * @param begin begins a transaction in which the flush could have been run
 * @param unheeded steps before it, in the same round trip, of whose answers nothing was seen
 * @throws what those steps would have said, had they been looked at first
 */
export async function failingRow(
  error: unknown,
  begin: () => Promise<Transaction>,
  works: readonly Work[],
  failed: Work,
  unheeded: readonly Work[],
): Promise<RowRecord | null> {
  if (!isRowFault(error)) return null
  if (failed.rows.length === 1 && unheeded.length === 0) return failed.rows[0] ?? null
  let current = failed
  try {
    await using tx = await begin()
    for (current of works.slice(0, works.indexOf(failed))) await run(current, tx, 0, current.rows.length)
    current = failed
    return failed.rows.length === 1 ? (failed.rows[0] ?? null) : await firstRefused(tx, failed, [])
  } catch (fault) {
    // A row that somebody else changed is why the one that follows it was refused.
    if (unheeded.includes(current) && !(fault instanceof StatementError)) throw fault
    // The first error is the one to hear of.
    if (fault instanceof StatementError || fault instanceof StaleDataError) return null
    throw fault
  }
}

/**
 * The first row of a step that is refused; null when none is. What passes stays in the transaction.
 * @param after statements that have the database look at what was written, where it would wait for the commit
 */
export async function firstRefused(
  tx: Transaction,
  work: Work,
  after: readonly Statement[],
): Promise<RowRecord | null> {
  let from = 0
  let to = work.rows.length
  while (to - from > 1) {
    const middle = from + Math.ceil((to - from) / 2)
    if (await passes(tx, work, from, middle, after)) from = middle
    else to = middle
  }
  return (await passes(tx, work, from, to, after)) ? null : (work.rows[from] ?? null)
}

/** What passes stays, so that rows after it meet it. */
async function passes(
  tx: Transaction,
  work: Work,
  from: number,
  to: number,
  after: readonly Statement[],
): Promise<boolean> {
  const savepoint = await tx.begin()
  try {
    await run(work, savepoint, from, to)
    for (const statement of after) await savepoint.run(statement)
  } catch (error) {
    if (!isRowFault(error)) throw error
    await savepoint.rollback()
    return false
  }
  await savepoint.commit()
  return true
}

const ways = { insert: 'added to', update: 'changed in', delete: 'deleted from', sever: 'deleted from' } as const

/**
 * Says in an error which row it was, without the row's values.
 * @param kind what was done to the rows
 */
export function nameRow(error: StatementError, row: RowRecord, kind: Step['kind'], batch: readonly RowRecord[]): void {
  const same = batch.filter(one => one.table === row.table)
  const rowIndex = same.indexOf(row)
  const message = sentence('rowOf', [
    error.message,
    String(rowIndex + 1),
    String(same.length),
    row.table.key,
    ways[kind],
  ])
  const stack = error.stack?.replace(error.message, () => message)
  const hidden = { configurable: true, writable: true, enumerable: false }
  Object.defineProperties(error, {
    message: { value: message, ...hidden },
    stack: { value: stack, ...hidden },
    row: { value: row.values, ...hidden },
    rowIndex: { value: rowIndex, ...hidden },
  })
}
