/** The statements that a piece of work sends, as a test states them. */
import { vi } from 'vitest'
import type { Statement } from '../src/base/statement.ts'
import { Transaction } from '../src/engine/transaction.ts'

/** The statements, in order; `begin` and savepoints are left out. */
export async function sent(work: () => Promise<unknown>): Promise<Statement[]> {
  return (await trips(work)).flat()
}

/** The same, by round trip. */
export async function trips(work: () => Promise<unknown>): Promise<Statement[][]> {
  const seen: Statement[][] = []
  const { read, readAll } = Transaction.prototype
  const one = vi.spyOn(Transaction.prototype, 'read').mockImplementation(function (
    this: Transaction,
    statement,
    readers,
  ) {
    if (!statement.text.startsWith('savepoint')) seen.push([statement])
    return read.call(this, statement, readers) as never
  })
  const all = vi.spyOn(Transaction.prototype, 'readAll').mockImplementation(function (
    this: Transaction,
    statements,
    readers,
  ) {
    seen.push([...statements])
    return readAll.call(this, statements, readers) as never
  })
  try {
    await work()
    return seen
  } finally {
    one.mockRestore()
    all.mockRestore()
  }
}
