/** One statement with many sets of parameters. */
import { sentence } from '../base/messages.ts'
import type { Statement } from '../base/statement.ts'
import { type Connection, PipelineFailure, textRows } from './driver.ts'
import { placed, StatementError } from './statement-error.ts'

/** Sets sent in one round trip: enough that trips cost nothing, few enough that neither side holds much. */
const atOnce = 500

/** A set that was refused: the driver's error, and the set's place. */
export class SetRefused extends Error {
  override readonly name = 'SetRefused'
  override readonly cause: unknown
  readonly index: number

  constructor(cause: unknown, index: number) {
    super()
    this.cause = cause
    this.index = index
  }
}

/** Runs statements of one text, many in a round trip, and gives the count of rows of all. @throws SetRefused */
export async function runMany(statements: readonly Statement[], connection: Connection): Promise<number> {
  let count = 0
  for (let from = 0; from < statements.length; from += atOnce) {
    try {
      const fetched = await connection.pipeline(statements.slice(from, from + atOnce), textRows)
      for (const { rowCount } of fetched) count += rowCount
    } catch (error) {
      if (error instanceof PipelineFailure && error.index !== null)
        throw new SetRefused(error.cause, from + error.index)
      throw error instanceof PipelineFailure ? error.cause : error
    }
  }
  return count
}

/** Says in an error which set of parameters it is about. */
export function nameSet(failure: Error, index: number, count: number): Error {
  if (!(failure instanceof StatementError)) return failure
  return placed(failure, sentence('inMany', [failure.message, String(index + 1), String(count)]), index)
}
