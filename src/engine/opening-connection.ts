/** A connection on which a transaction, and each savepoint in it, begins with its first statement, in the same round trip. */
import { EngineError } from '../base/errors.ts'
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
  /** What begins and ends savepoints and goes with the next statement. */
  #ahead: Statement[] = []
  /** What was to begin savepoints and the server has refused. */
  readonly #refused = new Set<string>()
  /** Whether a statement may have failed, so that the server is to be asked at once what it thinks of a savepoint. */
  #hasFailed = false

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
    const isEnd = text === 'commit' || text === 'rollback'
    // The end of a transaction is the end of its savepoints.
    if (isEnd) this.#ahead = []
    if (this.#begun === false && isEnd) {
      // Nothing was sent, so there is nothing to end.
      this.#begun = true
      return nothing(text)
    }
    return this.fetch(statement, textRows)
  }

  /** Begins a savepoint. */
  async openSavepoint(name: string): Promise<void> {
    if (this.#hasFailed) await this.run(opens(name))
    else this.#ahead.push(opens(name))
  }

  /** Makes what was done in a savepoint part of what is around it. */
  async closeSavepoint(name: string): Promise<RawResult> {
    const text = `release savepoint ${name}`
    if (this.#hasFailed) return this.run({ text, values: [] })
    // One that was never sent need not be.
    if (this.#ahead.at(-1)?.text === opens(name).text) this.#ahead.pop()
    else this.#ahead.push({ text, values: [] })
    return nothing('release')
  }

  /** Undoes what was done in a savepoint, and ends it. */
  async undoSavepoint(name: string): Promise<RawResult> {
    const at = this.#ahead.findIndex(({ text }) => text === opens(name).text)
    if (at >= 0) this.#ahead.length = at
    if (at >= 0 || this.#refused.delete(name)) return nothing('rollback')
    // Those that wait are inside it.
    this.#ahead = []
    const undone = await this.#connection.run({
      text: `rollback to savepoint ${name}; release savepoint ${name}`,
      values: [],
    })
    this.#hasFailed = false
    return undone
  }

  async fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    const later = (): Promise<Fetched<Row>> => this.#noted(() => this.#connection.fetch(statement, readers))
    if (this.#begun === true && this.#ahead.length === 0) return later()
    const { text } = statement
    const unfit = unfitForPipeline(text)
    const isFit = statementKind(text) !== 'several' && text.trim() !== '' && (unfit === null || unfit === 'savepoint')
    if (!isFit) {
      await this.#begin()
      return later()
    }
    const behind = async (): Promise<Fetched<Row>> => {
      try {
        const [fetched] = await this.#behind([statement], [readers])
        // One for each statement.
        return fetched as Fetched<Row>
      } catch (error) {
        throw error instanceof PipelineFailure ? error.cause : error
      }
    }
    return this.#turn(
      () => this.#try(behind),
      () => (this.#ahead.length === 0 ? later() : behind()),
    )
  }

  async pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]> {
    const later = (): Promise<Fetched<Row>[]> => this.#noted(() => this.#connection.pipeline(statements, readers))
    if (statements.length === 0) return later()
    const each = statements.map((_, at) => readersAt(readers, at))
    return this.#turn(
      () => this.#try(() => this.#behind(statements, each)),
      () => (this.#ahead.length === 0 ? later() : this.#behind(statements, each)),
    )
  }

  async portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>> {
    await this.#begin()
    // What becomes of its rows is not seen here.
    this.#hasFailed = true
    return this.#connection.portal(statement, readers)
  }

  async copyIn(...parameters: Parameters<Connection['copyIn']>): Promise<number> {
    await this.#begin()
    return this.#noted(() => this.#connection.copyIn(...parameters))
  }

  async describe(text: string): Promise<readonly RawField[]> {
    await this.#begin()
    return this.#noted(() => this.#connection.describe(text))
  }

  copyOut<Made>(text: string, read: ReadLine<Made>): CopyOut<Made> | null {
    // Statements of a connection are run one after the other; one that fails to begin fails the copy, too.
    this.#begin().catch(() => {})
    this.#hasFailed = true
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

  /** Begins by itself, unless it has begun, and so with savepoints. */
  async #begin(): Promise<void> {
    const alone = async (): Promise<void> => {
      await this.#behind([], []).catch(error => {
        throw error instanceof PipelineFailure ? error.cause : error
      })
    }
    await this.#turn(
      () => this.#try(alone),
      () => (this.#ahead.length === 0 ? Promise.resolve() : alone()),
    )
  }

  /** Sends statements behind what begins the transaction, and its savepoints. */
  async #behind<Row>(statements: readonly Statement[], readers: readonly RowReaders<Row>[]): Promise<Fetched<Row>[]> {
    const ahead = this.#ahead
    this.#ahead = []
    // While the transaction is being begun, it is this that begins it.
    const own = this.#begun === true ? ahead : [this.#opening, ...ahead]
    // What begins and ends gives no rows, whatever reads them.
    const [first = textRows as RowReaders<unknown> as RowReaders<Row>] = readers
    try {
      const all = [...own, ...statements]
      const fetched = await this.#noted(() => this.#connection.pipeline(all, [...own.map(() => first), ...readers]))
      return fetched.slice(own.length)
    } catch (error) {
      // Nothing was sent of what we refuse ourselves.
      if (error instanceof EngineError) this.#ahead = [...ahead, ...this.#ahead]
      if (!(error instanceof PipelineFailure) || error.index === null) throw error
      for (const { text } of own.slice(error.index)) this.#refused.add(text.slice(opens('').text.length))
      throw new PipelineFailure(error.cause, Math.max(error.index - own.length, 0))
    }
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

  /** Keeps in mind whether it failed. */
  async #noted<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      const value = await work()
      this.#hasFailed = false
      return value
    } catch (error) {
      this.#hasFailed = true
      throw error
    }
  }
}

function opens(savepoint: string): Statement {
  return { text: `savepoint ${savepoint}`, values: [] }
}

/** What a statement gives that need not be sent. */
function nothing(text: string): RawResult {
  return { fields: [], rows: [], rowCount: 0, command: text.toUpperCase() }
}
