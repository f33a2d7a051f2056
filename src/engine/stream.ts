/** Rows one by one, of which no more are in memory than were asked for at a time. */
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import { typeName } from '../schema/type-name.ts'
import type { Row } from './result-decoder.ts'
import { fromScope, type OpenScope, type Scope } from './scope.ts'

export interface StreamOptions {
  /** How many rows are asked for at a time; 500 unless stated. */
  readonly batch?: number
  /** Gives the stream up, as leaving it does, also while the server looks for rows. */
  readonly signal?: AbortSignal
  /** With replicas, where it is read; unless stated, its text decides. In a transaction, and without replicas, it says nothing. */
  readonly on?: 'primary' | 'replica'
}

/**
 * What a statement gives, row by row.
 * @param open begins the transaction, when the first row is asked for
 */
export async function* streamRows(
  open: OpenScope,
  statement: Statement,
  { batch = 500, signal, on }: StreamOptions,
): AsyncGenerator<Row, void, undefined> {
  if (!Number.isInteger(batch) || batch < 1) {
    throw new EngineError('wrongBatch', [typeof batch === 'number' ? String(batch) : typeName(batch)])
  }
  const pieces = fromScope(open, statement, on, async function* ({ tx, isOwn }: Scope) {
    try {
      for await (const rows of tx.pieces(statement, batch, signal)) yield rows
      if (isOwn) await tx.commit()
    } finally {
      // Does nothing after the commit. A stream that was left has not done what its statement does.
      if (isOwn) await tx.rollback()
    }
  })
  for await (const rows of pieces) yield* rows
}
