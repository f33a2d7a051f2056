/** The schema in the database: created, dropped, printed. */
import type { Statement } from '../base/statement.ts'
import { createAll } from '../ddl/create.ts'
import { dropAll } from '../ddl/drop.ts'
import { SchemaError } from '../base/errors.ts'
import type { EngineCore } from '../engine/engine.ts'
import type { AnySchema } from '../../types/schema.ts'
import { Migrations, type MigrationsOptions } from './migrate/migrations.ts'
import { apply, type ApplyOptions, openHazards } from './apply.ts'
import { difference, type DiffOptions } from './difference.ts'
import type { ReflectOptions } from './reflect.ts'
import { reflectMode, reflectOn } from './reflect-on.ts'
import type { Hazard, Plan } from '../schema/change.ts'
import type { TableModel } from '../schema/model.ts'

/**
 * `create … if not exists` of two transactions at once can still fail, so they wait for each other. The number is the first
 * eight bytes of the SHA-256 of 'cupel metadata', as a signed number; it must never change.
 */
const lock: Statement = { text: 'select pg_advisory_xact_lock(-115854323897138729)', values: [] }

export class Metadata {
  readonly #host: EngineCore

  constructor(host: EngineCore) {
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
   * How the database differs from the literal: ordered changes, each with its SQL, its locks and its hazards, and those that lead back; none when
   * they mean the same. Both are told to an empty database beside this one (on the same server, or, where the role may not make one, embedded in
   * memory), so that what means the same is compared in the same words; nothing here is changed. Owners, privileges, tablespaces and what
   * remembers the migrations count only when the literal names them; what is made again keeps its owner and its privileges all the same.
   * @throws SchemaError without a schema; MigrationError for renames that do not fit; StatementError when a database refuses the literal
   * @example const { changes } = await engine.metadata.diff()
   */
  async diff(options: DiffOptions = {}): Promise<Plan> {
    const wanted = this.#host.schema
    if (wanted === undefined) throw new SchemaError('diffWithoutSchema')
    return await difference(this.#host, await this.reflect(options), wanted, options)
  }

  /**
   * Carries a plan out, step by step, while no other plan or migration is at work. A step that cannot have its lock at once waits a little, lets
   * others pass, and tries again.
   * @throws MigrationError for hazards that are not allowed, before anything is done; and for a change that fails: what was done before it stays
   * @example await engine.metadata.apply(await engine.metadata.diff(), { allow: ['drop-column:users.name'] })
   */
  async apply(plan: Pick<Plan, 'changes'>, options: ApplyOptions = {}): Promise<void> {
    await apply(this.#host, plan, options)
  }

  /**
   * The hazards of a plan that `allow` does not take, less those to the rows of tables that have none.
   * @example const open = await engine.metadata.hazards(plan, ['drop-column:users.name'])
   */
  async hazards(plan: Pick<Plan, 'changes'>, allow: readonly string[] = []): Promise<readonly Hazard[]> {
    await using lease = await this.#host.connect()
    return await openHazards(lease, plan, allow)
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
