/** A connection on which a transaction begins with its first statement, in the same round trip. */
import type { Statement } from '../base/statement.ts'
import type { CopyOut, ReadLine } from './copy-out.ts'
import {
  type Connection,
  type Fetched,
  PipelineFailure,
  type Portal,
  type RawField,
  type RawResult,
  type EachReaders,
  type RowReaders,
  readersAt,
  textRows,
} from './driver.ts'
import { statementKind, unfitForPipeline } from './statement-kind.ts'

export class OpeningConnection implements Connection {
  readonly #connection: Connection
  /** What begins the transaction; null when it was sent. */
  #opening: Statement | null

  constructor(connection: Connection, opening: Statement) {
    this.#connection = connection
    this.#opening = opening
  }

  async run(statement: Statement): Promise<RawResult> {
    const { text } = statement
    if (this.#opening !== null && (text === 'commit' || text === 'rollback')) {
      // Nothing was sent, so there is nothing to end.
      this.#opening = null
      return { fields: [], rows: [], rowCount: 0, command: text.toUpperCase() }
    }
    return this.fetch(statement, textRows)
  }

  async fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    const { text } = statement
    if (this.#opening === null) return this.#connection.fetch(statement, readers)
    const unfit = unfitForPipeline(text)
    const isFit = statementKind(text) !== 'several' && text.trim() !== '' && (unfit === null || unfit === 'savepoint')
    if (!isFit) {
      await this.#open()
      return this.#connection.fetch(statement, readers)
    }
    const opening = this.#opening
    this.#opening = null
    try {
      const [, fetched] = await this.#connection.pipeline([opening, statement], readers)
      // One for each statement.
      return fetched as Fetched<Row>
    } catch (error) {
      throw error instanceof PipelineFailure ? error.cause : error
    }
  }

  async pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]> {
    const opening = this.#opening
    if (opening === null || statements.length === 0) return this.#connection.pipeline(statements, readers)
    this.#opening = null
    try {
      const each: EachReaders<Row> = 'reader' in readers ? readers : [readersAt(readers, 0), ...readers]
      const [, ...fetched] = await this.#connection.pipeline([opening, ...statements], each)
      return fetched
    } catch (error) {
      if (!(error instanceof PipelineFailure) || error.index === null) throw error
      throw new PipelineFailure(error.cause, Math.max(error.index - 1, 0))
    }
  }

  async portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>> {
    await this.#open()
    return this.#connection.portal(statement, readers)
  }

  async copyIn(...parameters: Parameters<Connection['copyIn']>): Promise<number> {
    await this.#open()
    return this.#connection.copyIn(...parameters)
  }

  async describe(text: string): Promise<readonly RawField[]> {
    await this.#open()
    return this.#connection.describe(text)
  }

  copyOut<Made>(text: string, read: ReadLine<Made>): CopyOut<Made> | null {
    // Statements of a connection are run one after the other; one that fails to begin fails the copy, too.
    this.#open().catch(() => {})
    return this.#connection.copyOut(text, read)
  }

  cancel(): Promise<void> {
    return this.#connection.cancel()
  }

  hold<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.#connection.hold(work)
  }

  release(broken?: Error): void {
    this.#connection.release(broken)
  }

  async #open(): Promise<void> {
    const opening = this.#opening
    if (opening === null) return
    this.#opening = null
    await this.#connection.run(opening)
  }
}
