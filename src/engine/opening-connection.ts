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
  readonly #opening: Statement
  /** Whether the transaction has begun; while that is being tried, what tells when it is known. */
  #begun: boolean | Promise<void> = false

  /** @param opening what begins the transaction */
  constructor(connection: Connection, opening: Statement) {
    this.#connection = connection
    this.#opening = opening
  }

  get isInTransaction(): boolean {
    return this.#connection.isInTransaction
  }

  async run(statement: Statement): Promise<RawResult> {
    const { text } = statement
    if (this.#begun === false && (text === 'commit' || text === 'rollback')) {
      // Nothing was sent, so there is nothing to end.
      this.#begun = true
      return { fields: [], rows: [], rowCount: 0, command: text.toUpperCase() }
    }
    return this.fetch(statement, textRows)
  }

  async fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    if (this.#begun === true) return this.#connection.fetch(statement, readers)
    const { text } = statement
    const unfit = unfitForPipeline(text)
    const isFit = statementKind(text) !== 'several' && text.trim() !== '' && (unfit === null || unfit === 'savepoint')
    const later = (): Promise<Fetched<Row>> => this.#connection.fetch(statement, readers)
    if (!isFit) {
      await this.#begin()
      return later()
    }
    return this.#turn(async () => {
      try {
        const [, fetched] = await this.#together([statement], [readers])
        // One for each statement.
        return fetched as Fetched<Row>
      } catch (error) {
        throw error instanceof PipelineFailure ? error.cause : error
      }
    }, later)
  }

  async pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]> {
    const later = (): Promise<Fetched<Row>[]> => this.#connection.pipeline(statements, readers)
    if (statements.length === 0) return later()
    return this.#turn(async () => {
      try {
        const each = statements.map((_, at) => readersAt(readers, at))
        return (await this.#together(statements, each)).slice(1)
      } catch (error) {
        if (!(error instanceof PipelineFailure) || error.index === null) throw error
        throw new PipelineFailure(error.cause, Math.max(error.index - 1, 0))
      }
    }, later)
  }

  async portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>> {
    await this.#begin()
    return this.#connection.portal(statement, readers)
  }

  async copyIn(...parameters: Parameters<Connection['copyIn']>): Promise<number> {
    await this.#begin()
    return this.#connection.copyIn(...parameters)
  }

  async describe(text: string): Promise<readonly RawField[]> {
    await this.#begin()
    return this.#connection.describe(text)
  }

  copyOut<Made>(text: string, read: ReadLine<Made>): CopyOut<Made> | null {
    // Statements of a connection are run one after the other; one that fails to begin fails the copy, too.
    this.#begin().catch(() => {})
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

  /** Runs what begins the transaction, or what comes later, once it is known what became of those before. */
  async #turn<Value>(first: () => Promise<Value>, later: () => Promise<Value>): Promise<Value> {
    while (typeof this.#begun === 'object') await this.#begun
    return await (this.#begun ? later() : first())
  }

  /** Begins by itself, unless it has begun. */
  async #begin(): Promise<void> {
    const alone = async (): Promise<void> => {
      await this.#try(() => this.#connection.run(this.#opening))
    }
    await this.#turn(alone, async () => {})
  }

  /** Sends statements behind what begins. */
  #together<Row>(statements: readonly Statement[], readers: readonly RowReaders<Row>[]): Promise<Fetched<Row>[]> {
    const [first] = readers
    return this.#try(() =>
      // What begins gives no rows, whatever reads them.
      this.#connection.pipeline([this.#opening, ...statements], first === undefined ? readers : [first, ...readers]),
    )
  }

  /** A request that is refused before it was sent has not begun anything: what comes next must not run outside. */
  async #try<Value>(work: () => Promise<Value>): Promise<Value> {
    const working = work()
    const settled = (): void => {
      this.#begun = this.#connection.isInTransaction
    }
    this.#begun = working.then(settled, settled)
    return await working.finally(() => this.#begun)
  }
}
