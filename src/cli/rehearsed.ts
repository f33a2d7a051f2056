/** Migrations that are tried before they are for a database. */
import { MigrationError } from '../base/errors.ts'
import type { Output } from './output.ts'

/** Runs what tries migrations on empty databases; when one fails, it is said that this was there. */
export async function rehearsed<Value>(output: Output, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MigrationError && error.code === 'migrationFailed')
      output.note('on an empty database, made for the while; yours is as it was:')
    throw error
  }
}
