/** What a migration is, once its files are read. */
import type { Lease } from '../../engine/lease.ts'
import type { Transaction } from '../../engine/transaction.ts'
import type { SqlFile } from './read-steps.ts'

interface Named {
  /** The moment and the name, as `20261125213000_add_users`. */
  readonly name: string
  /** Of the text that leads up. */
  readonly checksum: string
  /** The file that leads up. */
  readonly path: string
}

/** A migration in SQL. */
export interface SqlMigration extends Named {
  readonly kind: 'sql'
  readonly up: SqlFile
  /** Null without a file that leads down. */
  readonly down: SqlFile | null
}

/** A migration that is a program. */
export interface CodeMigration extends Named {
  readonly kind: 'code'
  /** Imports it in another way than Node would. */
  readonly load?: LoadProgram
}

/** Imports the module in a file and gives what it exports. */
export type LoadProgram = (path: string) => Promise<unknown>

export type Migration = SqlMigration | CodeMigration

/**
 * What a migration in TypeScript exports. `up` and `down` may be run again from their start, when a lock could not be had in time; what a
 * try did is undone before the next.
 */
export interface MigrationModule {
  up(tx: Transaction): Promise<void>
  down?(tx: Transaction): Promise<void>
}

/** The same without a transaction around it: what it did stays when it fails, so it must be able to run again. */
export interface BareMigrationModule {
  readonly transaction: false
  up(connection: Lease): Promise<void>
  down?(connection: Lease): Promise<void>
}
