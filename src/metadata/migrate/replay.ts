/** Migrations run from nothing, on a database that is for that alone. */
import type { AnySchema } from '../../../types/schema.ts'
import { foresee, reflectMode, reflectOn } from '../reflect-on.ts'
import { type Beside, emptyEngine } from '../../engine/beside.ts'
import type { Lease } from '../../engine/lease.ts'
import { History } from './history.ts'
import type { Migration } from './migration.ts'
import { stepsUp } from './runnable.ts'
import { Runner } from './runner.ts'
import { type Sampled, sampleRows } from './sample-rows.ts'
import { alone, type MigrationHost } from './runner-lock.ts'
import type { SessionState } from './session-state.ts'

/** An empty database that may be thrown away. */
export interface ScratchDatabase extends MigrationHost {
  dispose(): Promise<void>
}

/** One in memory, with these extensions at hand. */
export async function embeddedScratch(extensions: readonly string[]): Promise<ScratchDatabase> {
  return scratchOf(await emptyEngine(extensions))
}

/** What was made for the while, as migrations are tried on it. */
export function scratchOf({ engine, dispose }: Pick<Beside, 'engine' | 'dispose'>): ScratchDatabase {
  return { connect: () => engine.connect(), dispose }
}

/** What migrations lead to. */
export interface Replayed {
  readonly schema: AnySchema
  /** How many rows each table has, by its name as SQL writes it. */
  readonly rows: ReadonlyMap<string, number>
  /** The server's version, as `server_version_num` says it. */
  readonly version: number
}

/** Remembered beside the schema that is looked at. */
const history = new History({ schema: 'cupel_replay' })

/** A database that migrations are tried on. */
export class Rehearsal {
  readonly #lease: Lease
  readonly #state: SessionState

  private constructor(lease: Lease, state: SessionState) {
    this.#lease = lease
    this.#state = state
  }

  /** Tries something on one connection of an empty database. */
  static async on<Value>(host: MigrationHost, work: (rehearsal: Rehearsal) => Promise<Value>): Promise<Value> {
    return await alone(
      host,
      () => {},
      (lease, state) => work(new Rehearsal(lease, state)),
    )
  }

  /** Runs the way up of each. @throws MigrationError when one fails */
  async migrate(migrations: readonly Migration[]): Promise<void> {
    await history.create(this.#lease)
    const runner = new Runner(this.#lease, this.#state, history, {})
    const done: string[] = []
    for (const one of migrations) {
      const { name, checksum } = one
      await runner.run({ name, checksum, direction: 'up', steps: await stepsUp(one), row: null }, done)
      done.push(name)
    }
    await this.#lease.run({ text: 'drop schema cupel_replay cascade', values: [] })
  }

  /** Runs statements in one transaction. */
  async run(texts: readonly string[]): Promise<void> {
    const begun = await this.#lease.begin()
    await begun.complete(async tx => {
      for (const text of texts) await tx.run({ text, values: [] })
    })
  }

  /** What statements would lead to: they are run in one transaction, and taken back. */
  async foresee(texts: readonly string[]): Promise<Replayed> {
    const schema = await foresee(await this.#lease.begin(), texts)
    return { rows: new Map(), schema, version: await this.#version() }
  }

  /** Writes a few rows into every table that takes them. */
  sample(): Promise<Sampled> {
    return sampleRows(this.#lease)
  }

  /** What is there now. */
  async look(): Promise<Replayed> {
    const lease = this.#lease
    const version = await this.#version()
    const begun = await lease.begin(reflectMode)
    const schema = await begun.complete(tx => reflectOn(tx))
    return { rows: await countRows(lease), schema, version }
  }

  async #version(): Promise<number> {
    return Number((await this.#lease.execute(`select current_setting('server_version_num')::int`)).scalar())
  }
}

/**
 * Runs migrations on an empty database, part by part, and reads after each what is there then.
 * @throws MigrationError when one fails
 */
export async function replay<const Parts extends readonly (readonly Migration[])[]>(
  host: MigrationHost,
  parts: Parts,
): Promise<{ [At in keyof Parts]: Replayed }> {
  const replayed = await Rehearsal.on(host, async rehearsal => {
    const found: Replayed[] = []
    for (const part of parts) {
      await rehearsal.migrate(part)
      found.push(await rehearsal.look())
    }
    return found
  })
  // One for each part.
  return replayed as { [At in keyof Parts]: Replayed }
}

async function countRows(lease: Lease): Promise<Map<string, number>> {
  const tables = await lease.execute<{ name: string; alone: boolean }>(`
    select format('%I.%I', n.nspname, c.relname) as name, c.relkind = 'r' as alone from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      order by name`)
  const rows = new Map<string, number>()
  for (const { name, alone } of tables.rows) {
    // Without the rows of those that inherit from it.
    const from = alone ? `only ${name}` : name
    const counted = await lease.execute<{ count: number }>(`select count(*)::float8 as count from ${from}`)
    rows.set(name, counted.one().count)
  }
  return rows
}
