/** The front door: everything that a program needs, and no more. */
import type { QueryBuilder } from '../types/database.ts'
import type { AnySchema, TableName } from '../types/schema.ts'
import { EngineCore, type EngineOptions as CoreOptions, type Target } from './engine/engine.ts'
import { Metadata } from './metadata/metadata.ts'
import { type AnyEntityClass, objectMaker } from './session/entity.ts'
import type { MakeObject } from './session/give.ts'
import type { Transaction as AnyTransaction, TransactionOptions } from './engine/transaction.ts'
import { withSessions } from './session/in-transaction.ts'
import { Session, type SessionHost } from './session/session.ts'

export interface EngineOptions<S extends AnySchema = AnySchema> extends CoreOptions<S> {
  /** Classes made by `Entity`: objects of their tables are their instances. */
  readonly entities?: readonly AnyEntityClass[]
}

/** Kysely over the same connections, with the tables and columns of the schema by the literal's names. */
interface Queries<S extends AnySchema> {
  readonly query: QueryBuilder<S>
  /** `query` narrowed to a few tables: what it costs to type-check does not grow with the schema. */
  tables<Name extends TableName<S>>(...names: readonly Name[]): QueryBuilder<S, Name>
}

/** A transaction whose queries know the schema. */
export interface Transaction<S extends AnySchema = AnySchema>
  extends Queries<S>,
    Omit<AnyTransaction, 'query' | 'tables' | 'transaction' | 'begin'> {
  /** A savepoint around the work. */
  transaction<Value>(work: (tx: Transaction<S>) => Promise<Value>): Promise<Value>
  /**
   * A unit of work inside this transaction. Its `commit` writes what is queued and leaves the rest to the transaction; its
   * `rollback`, and disposal, undo what it wrote since its last commit, and nothing else, but for statements that the
   * transaction itself ran in between. Objects do not hear of a rollback of the transaction.
   */
  session(): Session<S>
}

/** A database: statements, transactions, sessions and the schema. It opens nothing before the first statement. */
export class Engine<S extends AnySchema = AnySchema> extends EngineCore<S> implements Queries<S> {
  /** The schema in the database. */
  readonly metadata: Metadata = new Metadata(this)
  readonly #entities: readonly AnyEntityClass[]
  #makeObject: MakeObject | null = null

  constructor(target?: Target, options: EngineOptions<S> = {}) {
    super(target, options)
    this.#entities = options.entities ?? []
    if (options.schema !== undefined) this.#makeObject = objectMaker(this.model, this.#entities)
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
  async transaction<Value>(work: (tx: Transaction<S>) => Promise<Value>, options?: TransactionOptions): Promise<Value> {
    // The cast: what the schema's types say of queries and sessions, a transaction does not know.
    return await this.inTransaction(tx => work(withSessions(tx, () => this.#host()) as Transaction<S>), options)
  }

  /** A unit of work. It takes a connection with its first statement, and gives it back when it commits or rolls back. */
  session(): Session<S> {
    return new Session({ ...this.#host(), begin: () => this.begin() })
  }

  #host(): Omit<SessionHost, 'begin'> {
    const { model } = this
    this.#makeObject ??= objectMaker(model, this.#entities)
    return { model, makeObject: this.#makeObject }
  }
}

/**
 * An engine on a server (`postgres://…`), on an embedded database in a folder (`pglite:./data`) or in memory (nothing), or on
 * a `pg.Pool` or PGlite that is there already.
 * @throws EngineError for an address of another kind
 * @example await using engine = createEngine(process.env.DATABASE_URL, { schema })
 */
export function createEngine<S extends AnySchema = AnySchema>(target?: Target, options?: EngineOptions<S>): Engine<S> {
  return new Engine(target, options)
}

export type { Insert, Row, Update } from '../types/row.ts'
export type { AnySchema, Schema } from '../types/schema.ts'
export { EngineError, PendingValueError, SchemaError, SessionError, ValueError } from './base/errors.ts'
export type { Target } from './engine/engine.ts'
export type { Notification } from './engine/driver.ts'
export type { StatementOptions } from './engine/interrupt.ts'
export type { ListenOptions } from './engine/listen.ts'
export type { PipelineItem } from './engine/pipeline.ts'
export type { StreamOptions } from './engine/stream.ts'
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
export type { Metadata } from './metadata/metadata.ts'
export { t } from './schema/columns.ts'
export { defineSchema } from './schema/define.ts'
export { table } from './schema/table.ts'
export { Entity } from './session/entity.ts'
export type { Session } from './session/session.ts'
export { sql } from './sql/tag.ts'
