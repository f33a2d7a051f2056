/** Statements that are sent behind a question. */
import type { Statement } from '../base/statement.ts'
import { type Connection, type Fetched, PipelineFailure, type RowReaders, textRows } from './driver.ts'
import { isConnectionLost } from './failure.ts'

export interface Told<Row> {
  /** What was asked first. */
  readonly told: readonly (string | null)[]
  readonly answers: Fetched<Row>[]
}

/** Runs statements behind a question, in one round trip. @throws PipelineFailure with the place among the statements */
export async function behind<Row>(
  question: Statement,
  statements: readonly Statement[],
  readers: readonly RowReaders<Row>[],
  connection: Connection,
): Promise<Told<Row>> {
  try {
    const each: RowReaders<unknown>[] = [textRows, ...readers]
    const [first, ...answers] = await connection.pipeline([question, ...statements], each)
    // Each was made by its own readers.
    return { told: (first?.rows[0] ?? []) as (string | null)[], answers: answers as Fetched<Row>[] }
  } catch (error) {
    if (!(error instanceof PipelineFailure) || error.index === null) throw error
    throw new PipelineFailure(error.cause, Math.max(error.index - 1, 0))
  }
}

/** The same, in a round trip each. */
export async function apart<Row>(
  question: Statement,
  statements: readonly Statement[],
  readers: readonly RowReaders<Row>[],
  connection: Connection,
): Promise<Told<Row>> {
  const told = (await connection.run(question)).rows[0] ?? []
  return { told, answers: told.every(one => one === 't') ? await connection.pipeline(statements, readers) : [] }
}

/** The driver's error. */
export function causeOf(error: unknown): unknown {
  return error instanceof PipelineFailure ? error.cause : error
}

/** Whether the connection is gone. */
export function isLost(error: unknown): error is Error {
  return isConnectionLost(causeOf(error))
}
