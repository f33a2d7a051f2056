/** A statement of a flush, and what becomes of its answer. */
import type { Statement } from '../base/statement.ts'
import type { Fetched, RowReaders } from '../engine/driver.ts'
import type { Executor } from '../engine/executor.ts'

/** Takes an answer. @throws what is wrong with it */
type Heed<Row> = (answer: Fetched<Row>, tx: Executor) => void | Promise<void>

export interface Ask {
  readonly statement: Statement
  readonly readers: RowReaders<unknown>
  readonly heed: Heed<unknown>
}

/** @param heed takes what the readers make */
export function ask<Row>(statement: Statement, readers: RowReaders<Row>, heed: Heed<Row>): Ask {
  return { statement, readers, heed: (answer, tx) => heed(answer as Fetched<Row>, tx) }
}
