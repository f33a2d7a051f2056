import { MigrationError } from '../../base/errors.ts'

/** `20261125213000_add_users`: a moment in UTC to the second, and a name. */
export const migrationNamePattern = /^\d{14}_[A-Za-z0-9][\w-]*$/

/**
 * The name of a new migration: the moment in UTC, and its title with underscores for spaces.
 * @throws MigrationError for a title with other characters than letters of ASCII, digits, spaces, `_` and `-`
 * @example migrationName('add users', new Date('2026-11-25T21:30:00Z')) // => '20261125213000_add_users'
 */
export function migrationName(title: string, at: Date): string {
  const moment = at.toISOString().replace(/\D/g, '').slice(0, 14)
  const name = `${moment}_${title.trim().replace(/\s+/g, '_')}`
  if (!migrationNamePattern.test(name)) throw new MigrationError('migrationTitle', [title])
  return name
}
