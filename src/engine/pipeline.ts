/** Several statements in one round trip. */
import { EngineError } from '../base/errors.ts'
import type { Fragment } from '../base/fragment.ts'
import { sentence } from '../base/messages.ts'
import type { Statement } from '../base/statement.ts'
import { type Connection, PipelineFailure } from './driver.ts'
import { Result } from './result.ts'
import type { ResultDecoder, Row } from './result-decoder.ts'
import { placed, StatementError } from './statement-error.ts'
import { unfitForPipeline } from './statement-kind.ts'

/** A statement of a pipeline: text, text and its parameters, or what the `sql` tag gives. */
export type PipelineItem =
  | string
  | Fragment
  | readonly [text: string, parameters?: readonly unknown[] | { readonly [name: string]: unknown }]

/** What the statements of a pipeline give, in their order. */
export type PipelineResults<Items extends readonly unknown[], RowOf = Row> = {
  -readonly [At in keyof Items]: Result<RowOf>
}

/** As `PipelineResults`, with the rows of each statement as the caller states them. */
export type StatedResults<Rows extends readonly unknown[]> = { -readonly [At in keyof Rows]: Result<Rows[At]> }

/** A pipeline that was refused: the driver's error, and which statement it is about; null for the commit of all. */
export interface Refused {
  readonly error: unknown
  readonly index: number | null
}

/**
 * Refuses statements that would break a pipeline in two.
 * @throws EngineError naming the first
 */
export function checkPipeline(statements: readonly Statement[]): void {
  for (const [index, { text }] of statements.entries()) {
    const word = unfitForPipeline(text)
    if (word !== null) throw new EngineError('pipelineStatement', [String(index + 1), word])
  }
}

/** Runs a pipeline; `refused` hears of the statement that failed. */
export async function runPipeline(
  statements: readonly Statement[],
  connection: Connection,
  decoder: ResultDecoder,
  refused: (index: number | null) => void,
): Promise<Result<Row>[]> {
  try {
    const fetched = await connection.pipeline(statements, decoder)
    return fetched.map(
      ({ rows, rowCount, fields, command, server }) => new Result(rows, rowCount, fields, command, server),
    )
  } catch (error) {
    if (!(error instanceof PipelineFailure)) throw error
    refused(error.index)
    throw error.cause
  }
}

/** Says in an error which statement of how many it is about. */
export function placeInPipeline(failure: Error, index: number | null, count: number): Error {
  if (index === null || !(failure instanceof StatementError)) return failure
  return placed(failure, sentence('inPipeline', [failure.message, String(index + 1), String(count)]), index)
}
