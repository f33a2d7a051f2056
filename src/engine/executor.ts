/** Running statements: what an engine, a connection and a transaction have in common. */
import type { Kysely } from 'kysely'
import { EngineError } from '../base/errors.ts'
import { type Fragment, isFragment } from '../base/fragment.ts'
import type { Statement } from '../base/statement.ts'
import type { Model } from '../schema/model.ts'
import { bindNamed } from '../sql/named-parameters.ts'
import { encodeParameter } from '../sql/parameter.ts'
import { statementOf } from '../sql/statement.ts'
import { copyFrom, type CopyFromOptions, type CopyRows } from './copy-from.ts'
import { copyTo, type CopyToOptions, sourceOf } from './copy-to.ts'
import { endInCaller, withLongStack } from './caller-stack.ts'
import {
  type Connection,
  type Driver,
  type Fetched,
  PipelineFailure,
  type RawResult,
  type RowReaders,
  textRows,
  type Use,
} from './driver.ts'
import { failureOf } from './failure.ts'
import { type QueryHost, queryBuilder } from './kysely.ts'
import { checkChannel, checkPayload } from './listen.ts'
import {
  type PipelineItem,
  type PipelineResults,
  type StatedResults,
  checkPipeline,
  placeInPipeline,
  runPipeline,
} from './pipeline.ts'
import { nameSet, SetRefused } from './execute-many.ts'
import { interruptible, type StatementOptions } from './interrupt.ts'
import type { Watch } from './observe.ts'
import { Result } from './result.ts'
import type { ResultDecoder, Row } from './result-decoder.ts'
import type { Scope } from './scope.ts'
import { type StreamOptions, streamRows } from './stream.ts'

/** What everything that runs on one engine shares. */
export interface Context {
  readonly driver: Driver
  readonly model: Model | null
  readonly decoder: ResultDecoder
  /** Whether the detail of errors may repeat values. */
  readonly showsDetail: boolean
  readonly watch: Watch
}

/** `$1`, `$2`, … as an array, `:name` as an object. */
export type Parameters = readonly unknown[] | { readonly [name: string]: unknown }

// Kysely's DB is given where the schema's type is known, in the front door; here a schema is a value.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyKysely = Kysely<any>

export abstract class Executor {
  protected readonly context: Context
  #query: AnyKysely | null = null

  constructor(context: Context) {
    this.context = context
  }

  /**
   * Lends a connection for as long as the work takes.
   * @param on the server to take it from, where one is asked for
   * @param only all that the work runs, if it may run twice and nobody gives it up
   */
  protected abstract lend<Value>(
    work: (connection: Connection) => Promise<Value>,
    on?: Use,
    only?: Statement,
  ): Promise<Value>
  /** Where a stream is read. @param use `reading` when that may be a replica */
  protected abstract scope(use?: Use): Promise<Scope>
  /** What Kysely takes connections and transactions from. */
  protected abstract host(): QueryHost

  /** The schema's model. */
  get model(): Model {
    if (this.context.model === null) throw new EngineError('noSchema', [])
    return this.context.model
  }

  /** Kysely over the same connections; tables and columns have the literal's names. */
  get query(): AnyKysely {
    const query = this.#query ?? queryBuilder(this.host(), this.context.model)
    this.#query = query
    return query
  }

  /** `query` narrowed to a few tables: what it costs to type-check does not grow with the schema. */
  tables(..._names: readonly string[]): AnyKysely {
    return this.query
  }

  /**
   * Runs SQL: text with `$1` and an array, text with `:name` and an object, or what the `sql` tag gives.
   * Result keys are the names that the statement gives its columns.
   * @throws StatementError when the database refuses it; StatementCanceled or StatementTimeout when it was given up
   * @example await engine.execute('select pg_sleep(:seconds)', { seconds: 10 }, { timeout: 1000 })
   */
  execute<Given = Row>(
    text: string | Fragment,
    parameters?: Parameters,
    options?: StatementOptions,
  ): Promise<Result<Given>> {
    try {
      // The caller states the rows' type; what is in them is what the database gave.
      return this.fetch(statementFor(text, parameters), options) as Promise<Result<unknown>> as Promise<Result<Given>>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Runs several statements in one round trip, as one: outside a transaction, one that fails undoes all. Gives their results in order.
   * @throws StatementError when the database refuses one; `statementIndex` says which
   * @throws EngineError for a statement that begins or ends a transaction, or copies rows
   * @example const [users, posts] = await engine.pipeline(['select * from users', ['select * from posts where id = $1', [1]]])
   */
  pipeline<const Items extends readonly PipelineItem[]>(items: Items): Promise<PipelineResults<Items>>
  pipeline<Rows extends readonly object[]>(
    items: readonly [...{ [At in keyof Rows]: PipelineItem }],
  ): Promise<StatedResults<Rows>>
  async pipeline(items: readonly PipelineItem[]): Promise<Result<Row>[]> {
    const statements = items.map(item =>
      typeof item === 'string' || isFragment(item) ? statementFor(item, undefined) : statementFor(item[0], item[1]),
    )
    checkPipeline(statements)
    let failed: number | null = null
    const start = performance.now()
    try {
      const results = await this.lend(connection =>
        runPipeline(statements, connection, this.context.decoder, index => {
          failed = index
        }),
      )
      this.context.watch.together(statements, performance.now() - start, results)
      return results
    } catch (error) {
      const statement = statements[failed ?? 0] ?? { text: '', values: [] }
      const failure = this.failure(error, statement)
      this.context.watch.failed(statement, performance.now() - start, failure)
      throw placeInPipeline(failure, failed, statements.length)
    }
  }

  /**
   * Runs one statement with many sets of parameters: all of them or, when one is refused, none. Many are sent in one round trip.
   * @returns how many rows all of them changed or gave
   * @throws StatementError when the database refuses one; `statementIndex` says which
   * @example await engine.executeMany('update users set name = $2 where id = $1', [[1, 'Ada'], [2, 'Grace']])
   */
  async executeMany(text: string, sets: readonly Parameters[]): Promise<number> {
    const statements = sets.map(set => statementFor(text, set))
    checkPipeline(statements.slice(0, 1))
    const { tx, isOwn } = await this.scope()
    // In a transaction around it, a savepoint: what came before the set that is refused is undone there too.
    const own = isOwn ? tx : await tx.begin()
    try {
      const count = await own.runAll(statements)
      await own.commit()
      return count
    } catch (error) {
      if (!(error instanceof SetRefused)) throw this.failure(error, { text, values: [] })
      throw nameSet(this.failure(error.cause, { text, values: [] }), error.index, sets.length)
    } finally {
      await own.rollback()
    }
  }

  /**
   * What a statement gives, row by row, with no more rows in memory than are asked for at a time. The server runs it as far as its rows
   * are wanted. It is a transaction of its own, outside of others: it ends with the last row, and is undone when the loop is left.
   * @throws StatementError when the database refuses it, StatementCanceled when it was given up; from the loop
   * @example for await (const { email } of engine.stream<{ email: string }>('select email from users')) console.log(email)
   */
  stream<Given = Row>(
    text: string | Fragment,
    parameters?: Parameters,
    options: StreamOptions = {},
  ): AsyncGenerator<Given, void, undefined> {
    const statement = statementFor(text, parameters)
    // The caller states the rows' type; what is in them is what the database gave.
    const rows: AsyncGenerator<unknown, void, undefined> = streamRows(use => this.scope(use), statement, options)
    return rows as AsyncGenerator<Given, void, undefined>
  }

  /**
   * Writes rows with COPY, the fastest way in: all of them or, when one is refused, none. Each gives the same columns: those of the
   * first row, or of the option `columns`; what may be null and has no default may be left out.
   * @returns how many rows were written
   * @throws EngineError for a row that does not fit, StatementError when the database refuses one; both say which
   * @example await engine.copyFrom('users', readUsers(file))
   */
  async copyFrom(table: string, rows: CopyRows, options: CopyFromOptions = {}): Promise<number> {
    return await copyFrom(
      () => this.scope(),
      this.model,
      table,
      rows,
      options,
      (error, statement) => this.failure(error, statement),
    )
  }

  /**
   * What a table or a query holds, by COPY, the fastest way out; with a `format`, as its text in pieces of bytes. No more is in
   * memory than is asked for. It is a transaction of its own, outside of others.
   * @throws StatementError when the database refuses it; from the loop
   * @example for await (const bytes of engine.copyTo('users', { format: 'csv', header: true })) file.write(bytes)
   */
  copyTo(what: string | Fragment, options: CopyToOptions = {}): AsyncGenerator<unknown, void, undefined> {
    const { model, decoder } = this.context
    const statement = sourceOf(what, model)
    return copyTo(
      use => this.scope(use),
      statement,
      decoder,
      options,
      error => this.failure(error, statement),
    )
  }

  /**
   * Notifies those who listen on a channel; in a transaction, when it commits.
   * @throws EngineError for a channel or a payload that Postgres does not take
   */
  async notify(channel: string, payload = ''): Promise<void> {
    checkChannel(channel)
    checkPayload(payload)
    await this.run({ text: 'select pg_catalog.pg_notify($1, $2)', values: [channel, payload] })
  }

  /** Runs a finished statement and decodes its rows. */
  fetch(statement: Statement, options?: StatementOptions): Promise<Result<Row>> {
    const { watch } = this.context
    return watch.isOn ? watch.during(statement, () => this.#fetch(statement, options)) : this.#fetch(statement, options)
  }

  async #fetch(statement: Statement, options?: StatementOptions): Promise<Result<Row>> {
    try {
      const { decoder } = this.context
      const work = (connection: Connection): Promise<Fetched<Row>> => connection.fetch(statement, decoder)
      const fetched =
        options === undefined
          ? this.lend(work, undefined, statement)
          : interruptible(options, statement, lent => this.lend(lent, options.on), work)
      const { rows, rowCount, fields, command, server } = await fetched
      return new Result(rows, rowCount, fields, command, server)
    } catch (error) {
      throw this.failure(error, statement)
    }
  }

  /** Runs a finished statement; its rows stay as text. */
  run(statement: Statement): Promise<RawResult> {
    return this.read(statement, textRows)
  }

  /**
   * Runs finished statements in one round trip, the rows of each by its own readers.
   * @param failing is told the place of the statement that is refused
   */
  async readAll<Given>(
    statements: readonly Statement[],
    readers: readonly RowReaders<Given>[],
    failing?: (at: number) => void,
  ): Promise<Fetched<Given>[]> {
    const start = performance.now()
    try {
      const fetched = await this.lend(connection => connection.pipeline(statements, readers))
      this.context.watch.together(statements, performance.now() - start, fetched)
      return fetched
    } catch (error) {
      const isPlaced = error instanceof PipelineFailure
      const at = (isPlaced ? error.index : null) ?? 0
      const statement = statements[at] ?? { text: '', values: [] }
      failing?.(at)
      const failure = this.failure(isPlaced ? error.cause : error, statement)
      this.context.watch.failed(statement, performance.now() - start, failure)
      throw failure
    }
  }

  /** Runs a finished statement; its rows are what the readers make of them. */
  read<Given>(statement: Statement, readers: RowReaders<Given>): Promise<Fetched<Given>> {
    const { watch } = this.context
    return watch.isOn ? watch.during(statement, () => this.#read(statement, readers)) : this.#read(statement, readers)
  }

  async #read<Given>(statement: Statement, readers: RowReaders<Given>): Promise<Fetched<Given>> {
    try {
      return await this.lend(connection => connection.fetch(statement, readers), undefined, statement)
    } catch (error) {
      throw this.failure(error, statement)
    }
  }

  /**
   * A driver's error as the caller is to see it. To be made in the async function that throws it: V8 then knows the lines
   * of all who await, so no stack need be taken before every statement.
   */
  protected failure(error: unknown, statement: Statement): Error {
    const { model, showsDetail } = this.context
    const failure = withLongStack(() => failureOf(error, statement, model, showsDetail))
    endInCaller(failure)
    return failure
  }
}

function statementFor(text: string | Fragment, parameters: Parameters | undefined): Statement {
  if (isFragment(text)) return statementOf(text)
  if (parameters === undefined) return { text, values: [] }
  if (isPositional(parameters)) return { text, values: parameters.map(encodeParameter) }
  return bindNamed(text, parameters)
}

function isPositional(parameters: Parameters): parameters is readonly unknown[] {
  return Array.isArray(parameters)
}
