/** A query for things without a typed form: each row is a thing, with the statement that makes it. */

export interface OtherRow {
  /** The catalogue and the oid, as `pg_operator 16400`. */
  readonly object: string
  readonly kind: string
  readonly identity: string
  readonly sql: string
  /** A query that finds it; null where the statement may be run again. */
  readonly unless: string | null
  readonly drop: string | null
  readonly first: boolean
}

/** A name with its schema, quoted where it must be. */
export const named = (schema: string, name: string): string => `quote_ident(${schema}) || '.' || quote_ident(${name})`

/** ` options (…)`, or nothing. `hidden` is a pattern of the names that are left out. */
export const options = (column: string, hidden = ''): string =>
  `coalesce(' options (' || (select string_agg(quote_ident(p.option_name) || ' ' || quote_literal(p.option_value), ', ')
    from pg_options_to_table(${column}) p${hidden === '' ? '' : ` where p.option_name !~ ${hidden}`}) || ')', '')`

/** One arm of the union: from the rows of a catalogue. What is said is SQL. */
export function arm(
  parts: Omit<Record<keyof OtherRow, string>, 'unless' | 'drop' | 'first'> & {
    unless?: string
    drop?: string
    first?: true
    from: string
  },
): string {
  const { object, kind, identity, sql, unless, drop, first, from } = parts
  return `select ${object} as object, ${kind} as kind, ${identity} as identity, ${sql} as sql, ${unless ?? 'null'}::text as unless,
    ${drop ?? 'null'}::text as drop, ${first ?? false} as first from ${from}`
}
