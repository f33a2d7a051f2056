/** Kysely over cupel's own connections and transactions. */
import {
  type AliasedExpression,
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  Kysely,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type RootOperationNode,
  type SelectQueryBuilder,
  type TransactionSettings,
  type UnknownRow,
} from 'kysely'
import { quote } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import type { ColumnModel, Model, TableModel } from '../schema/model.ts'
import { encodeParameter } from '../sql/parameter.ts'
import { isView, type View } from '../sql/view.ts'
import { NameTransformer } from './kysely-names.ts'
import type { Result } from './result.ts'
import type { Transaction, TransactionOptions } from './transaction.ts'

/** What runs Kysely's statements: a connection, or a transaction. */
export interface QueryRunner {
  fetch(statement: Statement): Promise<Result>
  begin(options?: TransactionOptions): Promise<Transaction>
}

/** Where Kysely gets runners from: an engine lends connections, a transaction lends itself. */
export interface QueryHost {
  acquire(): Promise<QueryRunner>
  release(runner: QueryRunner): void
}

/** A Kysely whose names are the literal's; without a model, the database's. */
// The types of tables are laid over this where the schema is known.
// biome-ignore lint/suspicious/noExplicitAny: see above
export function queryBuilder(host: QueryHost, model: Model | null): Kysely<any> {
  return new Kysely({ dialect: new HostDialect(host), plugins: model === null ? [] : [new NamePlugin(model)] })
}

/** The keys of the rows of which an expression is true, as a statement. */
export function keysStatement(
  // The types of tables are known where the schema is.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  query: Kysely<any>,
  table: TableModel,
  expression: (builder: never) => unknown,
): Statement {
  const keys = (table.primaryKey?.columns ?? []).map(({ key }) => `${table.key}.${key}`)
  return statementOf(
    (isView(table) ? query.selectFrom(joined(query, table)) : query.selectFrom(table.key))
      .select(keys)
      .where(expression as never)
      .compile(),
  )
}

/** A table with those above it, as one that has all of their columns. */
// biome-ignore lint/suspicious/noExplicitAny: see above
function joined(query: Kysely<any>, { own, above, columns }: View): AliasedExpression<any, string> {
  const keys = own.primaryKey?.columns ?? []
  const from = above.reduce(
    (some, table) =>
      some.innerJoin(table.key, join =>
        keys.reduce((on, { key }) => on.onRef(`${table.key}.${key}`, '=', `${own.key}.${key}`), join),
      ),
    // biome-ignore lint/suspicious/noExplicitAny: see above
    query.selectFrom(own.key) as SelectQueryBuilder<any, any, {}>,
  )
  const holder = (column: ColumnModel): TableModel =>
    [own, ...above].find(table => table.columnByKey.get(column.key) === column) ?? own
  return from.select(columns.map(column => `${holder(column).key}.${column.key} as ${column.key}`)).as(own.key)
}

class HostDialect implements Dialect {
  readonly #host: QueryHost

  constructor(host: QueryHost) {
    this.#host = host
  }

  createDriver(): Driver {
    return new HostDriver(this.#host)
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler()
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter()
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db)
  }
}

class HostDriver implements Driver {
  readonly #host: QueryHost

  constructor(host: QueryHost) {
    this.#host = host
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<HostConnection> {
    return new HostConnection(await this.#host.acquire())
  }

  async beginTransaction(connection: HostConnection, settings: TransactionSettings): Promise<void> {
    await connection.begin(settings)
  }

  async commitTransaction(connection: HostConnection): Promise<void> {
    await connection.end('commit')
  }

  async rollbackTransaction(connection: HostConnection): Promise<void> {
    await connection.end('rollback')
  }

  async savepoint(connection: HostConnection, name: string): Promise<void> {
    await connection.command(`savepoint ${quote(name)}`)
  }

  async rollbackToSavepoint(connection: HostConnection, name: string): Promise<void> {
    await connection.command(`rollback to savepoint ${quote(name)}`)
  }

  async releaseSavepoint(connection: HostConnection, name: string): Promise<void> {
    await connection.command(`release savepoint ${quote(name)}`)
  }

  async releaseConnection(connection: HostConnection): Promise<void> {
    this.#host.release(connection.base)
  }

  /** The connections are the engine's, which closes them when it is disposed. */
  async destroy(): Promise<void> {}
}

class HostConnection implements DatabaseConnection {
  readonly base: QueryRunner
  #transaction: Transaction | null = null

  constructor(base: QueryRunner) {
    this.base = base
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, rowCount, command } = await this.#runner.fetch(statementOf(query))
    const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE'
    // Kysely inferred `Row` from the query itself.
    return { rows: rows as Row[], ...(changes ? { numAffectedRows: BigInt(rowCount) } : null) }
  }

  /** Rows in pieces, through a portal in a transaction of its own or in the one that is open. */
  async *streamQuery<Row>(query: CompiledQuery, chunkSize = 100): AsyncIterableIterator<QueryResult<Row>> {
    if (!Number.isInteger(chunkSize) || chunkSize < 1)
      throw new RangeError('the size of a chunk is a whole number above 0')
    await using tx = await this.#runner.begin()
    // Kysely inferred `Row` from the query itself.
    for await (const rows of tx.pieces(statementOf(query), chunkSize)) yield { rows: rows as Row[] }
    await tx.commit()
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    this.#transaction = await this.base.begin({
      // Postgres has no `snapshot`; `begin` refuses it with the names it has.
      ...(isolationLevel === undefined
        ? null
        : { isolation: isolationLevel as NonNullable<TransactionOptions['isolation']> }),
      ...(accessMode === undefined ? null : { readOnly: accessMode === 'read only' }),
    })
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const transaction = this.#transaction
    this.#transaction = null
    await transaction?.[how]()
  }

  async command(text: string): Promise<void> {
    await this.#runner.fetch({ text, values: [] })
  }

  get #runner(): QueryRunner {
    return this.#transaction ?? this.base
  }
}

function statementOf(query: CompiledQuery): Statement {
  return { text: query.sql, values: query.parameters.map(encodeParameter) }
}

class NamePlugin implements KyselyPlugin {
  readonly #model: Model
  /** Kept, since making one binds a hundred methods. */
  #names: NameTransformer

  constructor(model: Model) {
    this.#model = model
    this.#names = new NameTransformer(model)
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    try {
      return this.#names.transformNode(node)
    } catch (error) {
      // A value that its column refuses leaves the transformer in the middle of its tree.
      this.#names = new NameTransformer(this.#model)
      throw error
    }
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result
  }
}
