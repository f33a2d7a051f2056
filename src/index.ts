/** The front door: everything that a program needs, and no more. */
import type { QueryBuilder } from '../types/database.ts'
import type { schemaWith } from '../types/joined.ts'
import type { CopyRow, Row } from '../types/row.ts'
import type { AnySchema, columnsOf, TableName } from '../types/schema.ts'
import type { Fragment } from './base/fragment.ts'
import type { CopyFromOptions } from './engine/copy-from.ts'
import type { CopyToOptions } from './engine/copy-to.ts'
import { EngineCore, type EngineOptions as CoreOptions, type Target } from './engine/engine.ts'
import { Metadata } from './metadata/metadata.ts'
import { type Classes as KnownClasses, classesOf as knownClasses } from './session/classes.ts'
import { type AnyEntityClass, type classesOf, objectLoader, objectMaker } from './session/entity.ts'
import type { LoadObject, MakeObject } from './session/give.ts'
import type { Transaction as AnyTransaction, TransactionOptions } from './engine/transaction.ts'
import { type SessionTransaction, withSessions } from './session/in-transaction.ts'
import { Session, type SessionHost, type SessionOptions } from './session/session.ts'
import { StaleDataError } from './base/errors.ts'
import { StatementError } from './engine/statement-error.ts'

export interface EngineOptions<
  S extends AnySchema = AnySchema,
  Classes extends readonly AnyEntityClass[] = readonly AnyEntityClass[],
> extends CoreOptions<S> {
  /** Classes made by `Entity`: objects of their tables are their instances. */
  readonly entities?: Classes
}

/** Kysely over the same connections, with the tables and columns of the schema by the literal's names. */
interface Queries<S extends AnySchema> {
  readonly query: QueryBuilder<S>
  /** `query` narrowed to a few tables: what it costs to type-check does not grow with the schema. */
  tables<Name extends TableName<S>>(...names: readonly Name[]): QueryBuilder<S, Name>
}

/** COPY, with the tables and columns of the schema. */
interface Copies<S extends AnySchema> {
  /**
   * Writes rows with COPY, the fastest way in: all of them or, when one is refused, none. Each gives the same columns: those of the
   * first row, or of the option `columns`; what may be null and has no default may be left out.
   * @returns how many rows were written
   * @throws EngineError for a row that does not fit, StatementError when the database refuses one; both say which
   * @example await engine.copyFrom('users', readUsers(file))
   */
  copyFrom<Name extends TableName<S>>(
    table: Name,
    rows: Iterable<CopyRow<S, Name>> | AsyncIterable<CopyRow<S, Name>>,
    options?: CopyFromOptions<keyof columnsOf<S, Name> & string>,
  ): Promise<number>
  /**
   * What a table or a query holds, by COPY, the fastest way out; with a `format`, as its text in pieces of bytes. No more is in
   * memory than is asked for. It is a transaction of its own, outside of others.
   * @throws StatementError when the database refuses it; from the loop
   * @example for await (const user of engine.copyTo('users')) console.log(user.email)
   */
  copyTo(
    what: string | Fragment,
    options: CopyToOptions & { readonly format: 'csv' | 'text' },
  ): AsyncGenerator<Uint8Array, void, undefined>
  copyTo<Name extends knownTable<S>>(what: Name, options?: RowOptions): AsyncGenerator<Row<S, Name>, void, undefined>
  copyTo<Given = Record<string, unknown>>(
    query: string | Fragment,
    options?: RowOptions,
  ): AsyncGenerator<Given, void, undefined>
}

type RowOptions = CopyToOptions & { readonly format?: undefined; readonly header?: undefined }

/** The tables of a schema that has been told. */
type knownTable<S extends AnySchema> = string extends TableName<S> ? never : TableName<S>

/** A transaction whose queries know the schema. */
export interface Transaction<S extends AnySchema = AnySchema, Classes = {}, R extends AnySchema = S>
  extends Queries<S>,
    Copies<S>,
    Omit<AnyTransaction, 'query' | 'tables' | 'transaction' | 'begin' | keyof Copies<S>> {
  /** A savepoint around the work. */
  transaction<Value>(work: (tx: Transaction<S, Classes, R>) => Promise<Value>): Promise<Value>
  /**
   * A unit of work inside this transaction. Its `commit` writes what is queued and leaves the rest to the transaction; its
   * `rollback`, and disposal, undo what it wrote since its last commit, and nothing else, but for statements that the
   * transaction itself ran in between. Objects do not hear of a rollback of the transaction.
   */
  session(): Session<S, Classes, R>
}

/** A database: statements, transactions, sessions and the schema. It opens nothing before the first statement. */
/**
 * @typeParam Classes the classes of `Entity` that were registered, by their tables
 * @typeParam R the schema as sessions have it: a table whose rows continue others has the columns of both
 */
export class Engine<S extends AnySchema = AnySchema, Classes = {}, R extends AnySchema = S>
  extends EngineCore<S>
  implements Queries<S>, Copies<S>
{
  declare readonly copyFrom: Copies<S>['copyFrom']
  declare readonly copyTo: Copies<S>['copyTo']
  /** The schema in the database. */
  readonly metadata: Metadata = new Metadata(this)
  readonly #entities: readonly AnyEntityClass[]
  readonly #classes: KnownClasses
  readonly #loadObject: LoadObject
  #makeObject: MakeObject | null = null

  constructor(target?: Target, options: EngineOptions<S> = {}) {
    super(target, options)
    this.#entities = options.entities ?? []
    this.#classes = knownClasses(this.#entities)
    this.#loadObject = objectLoader(this.#classes)
    if (options.schema !== undefined) this.#makeObject = objectMaker(this.model, this.#entities, this.#classes)
  }

  override get query(): QueryBuilder<S> {
    return super.query
  }

  override tables<Name extends TableName<S>>(...names: readonly Name[]): QueryBuilder<S, Name> {
    return super.tables(...names)
  }

  /**
   * Runs the work in a transaction: commits when it ends, rolls back when it throws.
   * @throws what the work throws, or StatementError when the database refuses the commit
   */
  async transaction<Value>(
    work: (tx: Transaction<S, Classes, R>) => Promise<Value>,
    options?: TransactionOptions,
  ): Promise<Value> {
    // What the schema's types say of queries and sessions, a transaction does not know.
    const typed = (tx: SessionTransaction) => tx as unknown as Transaction<S, Classes, R>
    return await this.inTransaction(tx => work(typed(withSessions(tx, () => this.#host()))), options)
  }

  /**
   * A unit of work. It takes a connection with its first statement, and gives it back when it commits or rolls back.
   * @param options the session's own, and those of its transactions
   */
  session(options: SessionOptions & Omit<TransactionOptions, 'retries'> = {}): Session<S, Classes, R> {
    return this.#session(options, () => {})
  }

  #session(
    { autoflush, expireOnCommit, ...transaction }: SessionOptions & TransactionOptions,
    onBegin: (tx: AnyTransaction) => void,
  ): Session<S, Classes, R> {
    const begin = async (): Promise<AnyTransaction> => {
      const tx = await this.beginAs('session', transaction)
      onBegin(tx)
      return tx
    }
    return new Session({ ...this.#host(), begin }, { autoflush, expireOnCommit })
  }

  /**
   * Runs work with a session, commits it when the work ends and rolls it back when it throws. With `retries`, the whole of the work is
   * run again, with a new session, when the database could not put it in order with others (40001, 40P01) and when a row was changed
   * by somebody else since it was read.
   * @throws what the work throws, StatementError and StaleDataError when the commit is refused
   * @example await engine.unitOfWork(async session => { session.add('users', { email }) }, { retries: 5 })
   */
  async unitOfWork<Value>(
    work: (session: Session<S, Classes, R>) => Promise<Value>,
    { retries, ...options }: SessionOptions & TransactionOptions = {},
  ): Promise<Value> {
    const once = async (): Promise<Value> => {
      let open: AnyTransaction | null = null
      await using session = this.#session(options, tx => (open = tx))
      const value = await this.within(
        () => open?.active ?? false,
        () => work(session),
      )
      await session.commit()
      return value
    }
    const mayPass = (error: unknown): boolean =>
      error instanceof StaleDataError || (error instanceof StatementError && error.retryable)
    return await this.retried(once, retries, mayPass)
  }

  #host(): Omit<SessionHost, 'begin'> {
    const { model } = this
    this.#makeObject ??= objectMaker(model, this.#entities, this.#classes)
    return {
      model,
      makeObject: this.#makeObject,
      loadObject: this.#loadObject,
      classes: this.#classes,
      compile: (table, expression) => this.compileKeys(table, expression),
    }
  }
}

/**
 * An engine on a server (`postgres://…`), on an embedded database in a folder (`pglite:./data`) or in memory (nothing), or on
 * a `pg.Pool` or PGlite that is there already; or on a primary with replicas, from which it reads.
 * @throws EngineError for an address of another kind
 * @example await using engine = createEngine(process.env.DATABASE_URL, { schema })
 */
export function createEngine<S extends AnySchema = AnySchema, const Classes extends readonly AnyEntityClass[] = []>(
  target?: Target,
  options?: EngineOptions<S, Classes>,
): Engine<S, classesOf<Classes>, schemaWith<S, Classes[number]>> {
  return new Engine(target, options)
}

export type { CopyRow, Insert, Row, Update } from '../types/row.ts'
export type { KeyOf } from '../types/key.ts'
export type { AnySchema, Schema } from '../types/schema.ts'
export {
  EngineError,
  MigrationError,
  PendingValueError,
  SchemaError,
  SessionError,
  StaleDataError,
  ValueError,
} from './base/errors.ts'
export type { Target } from './engine/engine.ts'
export type { Server, Servers } from './engine/servers.ts'
export type { ServerAddress } from './engine/server-address.ts'
export type { Notification } from './engine/driver.ts'
export type { CopyFromOptions } from './engine/copy-from.ts'
export type { CopyToOptions } from './engine/copy-to.ts'
export type { StatementOptions } from './engine/interrupt.ts'
export type { ListenOptions } from './engine/listen.ts'
export type { HolderKind, HolderReport } from './engine/holder.ts'
export { PoolExhausted } from './engine/pool-exhausted.ts'
export type { PoolOptions } from './engine/pool-options.ts'
export type { PipelineItem } from './engine/pipeline.ts'
export type { StreamOptions } from './engine/stream.ts'
export type { FlushEvent, PoolEvent, StatementEvent, TransactionEvent } from './engine/observe.ts'
export { isViolation } from './engine/is-violation.ts'
export type { EngineWarning, WarningCode } from './engine/warnings.ts'
export { NoRowError, Result, TooManyRowsError } from './engine/result.ts'
export {
  CheckViolation,
  CommitUnknown,
  ConnectionLost,
  DeadlockDetected,
  ExclusionViolation,
  ForeignKeyViolation,
  LoginRefused,
  NotNullViolation,
  SerializationFailure,
  StatementCanceled,
  StatementError,
  StatementTimeout,
  UniqueViolation,
} from './engine/statement-error.ts'
export type { TransactionOptions } from './engine/transaction.ts'
export type { ApplyOptions } from './metadata/apply.ts'
export type { DiffOptions } from './metadata/difference.ts'
export type { Renames } from './metadata/diff/renames.ts'
export { type Config, defineConfig } from './metadata/config.ts'
export type { Metadata } from './metadata/metadata.ts'
export type { BareMigrationModule, MigrationModule } from './metadata/migrate/migration.ts'
export type {
  DownOptions,
  MigrationResult,
  MigrationRun,
  Migrations,
  MigrationsOptions,
  MigrationStep,
  UpOptions,
} from './metadata/migrate/migrations.ts'
export { migrationText, type MigrationText } from './metadata/migrate/migration-text.ts'
export type { MigrationProgress } from './metadata/migrate/progress.ts'
export { type Proof, proveMigration, type ProveOptions } from './metadata/migrate/prove.ts'
export type { RepairOptions } from './metadata/migrate/repair.ts'
export type { ScratchDatabase } from './metadata/migrate/replay.ts'
export type { Squashed, SquashOptions } from './metadata/migrate/squash.ts'
export type { MigrationProblem, MigrationState, MigrationStatus } from './metadata/migrate/status.ts'
export type { NewMigration, WrittenMigration } from './metadata/migrate/write-migration.ts'
export type { LeftOut } from './metadata/left-out.ts'
export type { HistoryOptions } from './metadata/migrate/history.ts'
export type { Change, Hazard, HazardKind, LockMode, Plan, Question, TableLock } from './schema/change.ts'
export { t } from './schema/columns.ts'
export { defineSchema } from './schema/define.ts'
export { table } from './schema/table.ts'
export { Entity } from './session/entity.ts'
export type { LoadStrategy } from '../types/load-strategy.ts'
export type { Lock } from '../types/lock.ts'
export type { Nested } from './session/nested.ts'
export type { Session, SessionEvent, SessionOptions } from './session/session.ts'
export type { State } from './session/state.ts'
export { sql } from './sql/tag.ts'
