/** Which row a batch was refused for: Postgres names the constraint, not the row. */
import { sentence } from '../base/messages.ts'
import { StatementError } from '../engine/statement-error.ts'
import type { Transaction } from '../engine/transaction.ts'
import type { RowRecord } from './record.ts'
import type { Work } from './write.ts'

/** Faults that lie in a row: of data (22), of constraints (23), of a check option (44), raised by triggers (P0), of policies. */
const rowFault = /^(22|23|44|P0|42501)/

/**
 * The first row that is refused, found by writing ever smaller parts in a transaction of its own, which is undone. null when
 * the fault does not lie in a row, or does not show again. Sequences move on, as they do in every transaction undone.
 * @param begin begins a transaction in which the flush could have been run
 */
export async function failingRow(
  error: unknown,
  begin: () => Promise<Transaction>,
  works: readonly Work[],
  failed: Work,
): Promise<RowRecord | null> {
  if (!(error instanceof StatementError) || !rowFault.test(error.sqlState)) return null
  if (failed.rows.length === 1) return failed.rows[0] ?? null
  try {
    await using tx = await begin()
    for (const work of works.slice(0, works.indexOf(failed))) await work.run(tx, 0, work.rows.length)
    let from = 0
    let to = failed.rows.length
    while (to - from > 1) {
      const middle = from + Math.ceil((to - from) / 2)
      if (await passes(tx, failed, from, middle)) from = middle
      else to = middle
    }
    return (await passes(tx, failed, from, to)) ? null : (failed.rows[from] ?? null)
  } catch (fault) {
    // The first error is the one to hear of.
    if (fault instanceof StatementError) return null
    throw fault
  }
}

/** What passes stays, so that rows after it meet it. */
async function passes(tx: Transaction, work: Work, from: number, to: number): Promise<boolean> {
  const savepoint = await tx.begin()
  try {
    await work.run(savepoint, from, to)
  } catch (error) {
    if (!(error instanceof StatementError) || !rowFault.test(error.sqlState)) throw error
    await savepoint.rollback()
    return false
  }
  await savepoint.commit()
  return true
}

/** Says in an error which row it was, without the row's values. */
export function nameRow(error: StatementError, row: RowRecord, batch: readonly RowRecord[]): void {
  const same = batch.filter(one => one.table === row.table)
  const rowIndex = same.indexOf(row)
  const message = sentence('rowOf', [error.message, String(rowIndex + 1), String(same.length), row.table.key])
  const stack = error.stack?.replace(error.message, () => message)
  const hidden = { configurable: true, writable: true, enumerable: false }
  Object.defineProperties(error, {
    message: { value: message, ...hidden },
    stack: { value: stack, ...hidden },
    row: { value: row.values, ...hidden },
    rowIndex: { value: rowIndex, ...hidden },
  })
}
