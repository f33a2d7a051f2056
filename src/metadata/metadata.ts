/** The schema in the database: created, dropped, printed. */
import type { Statement } from '../base/statement.ts'
import { createAll } from '../ddl/create.ts'
import { dropAll } from '../ddl/drop.ts'
import type { Lease } from '../engine/lease.ts'
import type { Transaction, TransactionOptions } from '../engine/transaction.ts'
import type { AnySchema } from '../../types/schema.ts'
import { Migrations, type MigrationsOptions } from './migrate/migrations.ts'
import type { ReflectOptions } from './reflect.ts'
import { reflectMode, reflectOn } from './reflect-on.ts'
import type { Model, TableModel } from '../schema/model.ts'

/** What metadata needs of what it runs on. */
export interface MetadataHost {
  readonly model: Model
  connect(): Promise<Lease>
  inTransaction<Value>(work: (tx: Transaction) => Promise<Value>, options?: TransactionOptions): Promise<Value>
}

/**
 * `create … if not exists` of two transactions at once can still fail, so they wait for each other. The number is the first
 * eight bytes of the SHA-256 of 'cupel metadata', as a signed number; it must never change.
 */
const lock: Statement = { text: 'select pg_advisory_xact_lock(-115854323897138729)', values: [] }

export class Metadata {
  readonly #host: MetadataHost

  constructor(host: MetadataHost) {
    this.#host = host
  }

  /** The tables, parents before children; within a cycle of keys, in the order of the literal. */
  get sortedTables(): readonly TableModel[] {
    return this.#host.model.sortedTables
  }

  /** The statements that create everything, as text. No database is asked. */
  ddl(): string {
    return createAll(this.#host.model)
      .map(({ text }) => `${text};`)
      .join('\n\n')
  }

  /** Creates what is not there, in one transaction. What is there stays as it is. */
  async createAll(): Promise<void> {
    await this.#run(createAll(this.#host.model))
  }

  /** Drops what `createAll` creates and is there, in one transaction. */
  async dropAll(): Promise<void> {
    await this.#run(dropAll(this.#host.model))
  }

  /**
   * The database as a schema value, which `defineSchema` would take: everything in it, with Postgres's own text for every expression. What has
   * no typed form is in `options.raw`, as SQL. It sends a fixed number of statements, whatever the size of the schema.
   * @example const { tables, options } = await engine.metadata.reflect()
   */
  async reflect(options: ReflectOptions = {}): Promise<AnySchema> {
    return await this.#host.inTransaction(tx => reflectOn(tx, options), reflectMode)
  }

  /**
   * The migrations in a folder, on this database. It needs no schema, and reads nothing before it is asked to.
   * @example await engine.metadata.migrations('./migrations').up()
   */
  migrations(folder: string, options: MigrationsOptions = {}): Migrations {
    return new Migrations(this.#host, folder, options)
  }

  async #run(statements: readonly Statement[]): Promise<void> {
    await this.#host.inTransaction(async tx => {
      for (const statement of [lock, ...statements]) await tx.run(statement)
    })
  }
}
