/** Where rows that come one by one are read: in a transaction, on the primary or on a replica. */
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import type { Use } from './driver.ts'
import { effectOf, noteWriter } from './plain-read.ts'
import { StatementCanceled, StatementError, StatementTimeout } from './statement-error.ts'
import type { Transaction } from './transaction.ts'

/** The transaction that a stream reads in. */
export interface Scope {
  readonly tx: Transaction
  /** Whether it was begun for the stream, and ends with it. */
  readonly isOwn: boolean
  /** Whether it is on a replica. */
  readonly isReplica?: boolean
}

/** Begins the transaction; with `reading`, on a replica, where there is one that can be asked. */
export type OpenScope = (use: Use) => Promise<Scope>

/**
 * What is given, in pieces of many rows, in a transaction that is opened for it. Where a replica fails before it has given anything, the primary is asked: the
 * replica may know less, or be in the way of what it replays; or the statement was none that reads.
 * @param give gives it, and ends the transaction if that is its own
 * @throws EngineError for a place that is none
 */
export async function* fromScope<Given>(
  open: OpenScope,
  { text }: Statement,
  on: 'primary' | 'replica' | undefined,
  give: (scope: Scope) => AsyncGenerator<Given, void, undefined>,
): AsyncGenerator<Given, void, undefined> {
  if (on !== undefined && on !== 'primary' && on !== 'replica') throw new EngineError('wrongServer', [String(on)])
  const reads = on === undefined ? effectOf(text) === 'read' : on === 'replica'
  const scope = await open(reads ? 'reading' : 'primary')
  let hasGiven = false
  try {
    for await (const one of give(scope)) {
      hasGiven = true
      yield one
    }
    return
  } catch (error) {
    const isOver = error instanceof StatementCanceled || error instanceof StatementTimeout
    if (scope.isReplica !== true || hasGiven || isOver || !(error instanceof StatementError)) throw error
    if (error.sqlState === '25006') noteWriter(text)
  }
  yield* give(await open('primary'))
}
