/** Whether a default must be worked out for each row of a table that stands. */

/** Functions of Postgres's that are stable or immutable, so that one value does for all rows. */
const steady: ReadonlySet<string> = new Set(
  [
    'now',
    'current_setting',
    'transaction_timestamp',
    'statement_timestamp',
    'timezone',
    'date_trunc',
    'lower',
    'upper',
  ].concat(
    [
      'to_jsonb',
      'jsonb_build_object',
      'jsonb_build_array',
      'coalesce',
      'nullif',
      'concat',
      'md5',
      'make_interval',
      'int4range',
    ],
    ['daterange', 'tstzrange', 'numrange', 'varchar', 'numeric', 'bit', 'timestamp', 'interval', 'char', 'time'],
  ),
)

/**
 * `add column` keeps one value for all old rows unless the default is volatile (PostgreSQL 11 and later). A function that is not known
 * is taken for volatile, as Postgres takes it.
 */
export function isVolatile(expression: string): boolean {
  const code = expression.replaceAll(/'(?:[^']|'')*'/g, "''")
  return [...code.matchAll(/([a-z_][\w$]*)"?\s*\(/gi)].some(([, name = '']) => !steady.has(name.toLowerCase()))
}
