/** The settings of a project: what `cupel.config.ts` exports. */
import type { AnySchema } from '../../types/schema.ts'
import type { HistoryOptions } from './migrate/history.ts'

export interface Config {
  /** The schema, or the file that exports it as `schema` or as its default. Paths start from the folder of the settings. */
  readonly schema: string | AnySchema
  /** Where the database is; without it, `DATABASE_URL` says so. */
  readonly url?: string | undefined
  /** The folder of the migrations; 'migrations' unless stated. */
  readonly migrations?: string
  /** What `cupel pull` writes: a file, or a folder with a file for each table; the file of the schema unless stated. */
  readonly out?: string
  /** The table that remembers the migrations, `public.cupel_migrations` unless stated; it is no part of the schema. */
  readonly history?: HistoryOptions
  /** The Postgres schemas that are looked at; unless stated, all but the system's. */
  readonly schemas?: readonly string[]
}

/**
 * The settings, as they are given: it is there for the completion of its keys.
 * @example export default defineConfig({ schema: './src/schema.ts', url: process.env.DATABASE_URL })
 */
export function defineConfig(config: Config): Config {
  return config
}
