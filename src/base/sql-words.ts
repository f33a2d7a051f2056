/** Words of Postgres that are never the bare name of a column. */

/**
 * Categories R and T of `pg_get_keywords()` in PostgreSQL 18: reserved, and reserved but for functions and types. Words that
 * a later version adds must be added here; test/sql-words.test.ts asks the database.
 */
const reserved: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full
  grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime
  localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right
  select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using
  variadic verbose when where window with`.split(/\s+/),
)

/** Whether a word is the grammar's own, so that a name which is the same must be quoted. */
export function isReserved(word: string): boolean {
  return reserved.has(word)
}
