/** Giving up a statement, because a signal says so or because it takes too long. */
import { EngineError } from '../base/errors.ts'
import { sentence } from '../base/messages.ts'
import type { Statement } from '../base/statement.ts'
import { typeName } from '../schema/type-name.ts'
import type { Connection } from './driver.ts'
import { StatementCanceled, type StatementError, StatementTimeout } from './statement-error.ts'

export interface StatementOptions {
  /**
   * Gives the statement up: the server stops running it, and the connection goes on. On an embedded database, which runs in this
   * thread, a statement that has begun ends by itself.
   */
  readonly signal?: AbortSignal
  /** Milliseconds, the wait for a connection included, after which the statement is given up as by a signal. */
  readonly timeout?: number
  /**
   * With replicas, where the statement runs: on the `primary`, or, since it is known to read, on a `replica` that can be asked. Unless
   * stated, its text decides. In a transaction, and without replicas, there is one server, and this says nothing.
   */
  readonly on?: 'primary' | 'replica'
}

/** SQLSTATE `query_canceled`. */
const canceled = '57014'
/** The longest that a timer of Node waits. */
const longest = 2 ** 31 - 1

/**
 * Runs work on a connection that is lent for it, unless it is given up.
 * @throws StatementCanceled, StatementTimeout when it was; what the work did by then is undone as by any error
 * @throws EngineError for a timeout that is no number of milliseconds
 */
export async function interruptible<Value>(
  { signal, timeout, on }: StatementOptions,
  statement: Statement,
  lend: (work: (connection: Connection) => Promise<Value>) => Promise<Value>,
  work: (connection: Connection) => Promise<Value>,
): Promise<Value> {
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0 && timeout <= longest)) {
    throw new EngineError('wrongTimeout', [typeof timeout === 'number' ? String(timeout) : typeName(timeout)])
  }
  if (on !== undefined && on !== 'primary' && on !== 'replica') throw new EngineError('wrongServer', [String(on)])
  let failure: StatementError | null = null
  let interrupt = (): void => {}
  const giveUp = (made: StatementError): void => {
    failure ??= made
    interrupt()
  }
  const onAbort = (): void =>
    giveUp(failed(StatementCanceled, sentence('canceledBySignal', []), statement, signal?.reason))
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort)
  const overdue = (): void => giveUp(failed(StatementTimeout, sentence('timedOut', [String(timeout)]), statement))
  const timer = timeout === undefined ? undefined : setTimeout(overdue, timeout)
  try {
    // Who waits for a connection need not wait until there is one; it is given back as soon as it comes.
    const early = new Promise<never>((_, reject) => {
      interrupt = () => reject(failure)
    })
    early.catch(() => {})
    if (failure !== null) throw failure
    const lent = lend(async connection => {
      if (failure !== null) throw failure
      let canceling: Promise<void> | null = null
      interrupt = () => (canceling ??= connection.cancel().catch(() => {}))
      try {
        return await work(connection)
      } catch (error) {
        throw failure !== null && isCanceled(error) ? failure : error
      } finally {
        interrupt = () => {}
        // What the request might still stop is nobody else's statement.
        await canceling
      }
    })
    lent.catch(() => {})
    return await Promise.race([lent, early])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function isCanceled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === canceled
}

function failed(
  made: typeof StatementCanceled | typeof StatementTimeout,
  message: string,
  { text }: Statement,
  cause?: unknown,
): StatementError {
  const known = { sqlState: canceled, constraint: null, table: null, columns: [], sql: text }
  return new made(message, known, cause === undefined ? undefined : { cause })
}
