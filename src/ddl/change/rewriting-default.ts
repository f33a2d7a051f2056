/** Whether a default must be worked out for each row of a table that stands. */
import { isReserved } from '../../base/sql-words.ts'

/** Functions of Postgres's that are stable or immutable in all their forms, so that one value does for all rows; a test asks the database. */
const functions = `
  now transaction_timestamp statement_timestamp timezone age date_part date_trunc date_bin to_char to_date to_number to_timestamp
  make_date make_time make_timestamp make_timestamptz make_interval justify_days justify_hours justify_interval isfinite
  current_setting lower upper initcap length char_length octet_length concat concat_ws format lpad rpad ltrim rtrim btrim
  replace translate reverse repeat split_part strpos substr chr md5 sha224 sha256 sha384 sha512 encode decode convert_to
  convert_from to_hex quote_ident quote_literal regexp_replace string_to_array abs ceil ceiling floor round trunc sign mod
  power sqrt exp ln log pi array_append array_cat array_fill array_prepend array_remove array_to_string cardinality
  to_json to_jsonb json_build_object json_build_array jsonb_build_object jsonb_build_array json_object jsonb_object jsonb_set
  array_to_json row_to_json int4range int8range numrange daterange tsrange tstzrange int4multirange int8multirange
  nummultirange datemultirange tsmultirange tstzmultirange to_tsvector setweight point box circle lseg path polygon
  host network masklen text numeric bit varchar char interval timestamp timestamptz date time
`

/** Words of the grammar that are not reserved and stand before a bracket, and types that take a length or a precision. */
const grammar = `
  coalesce nullif greatest least extract substring position overlay trim normalize exists row values decimal character varying
  bpchar timetz
`

const steady: ReadonlySet<string> = new Set(`${functions} ${grammar}`.trim().split(/\s+/))

/** The functions alone. */
export const steadyFunctions: readonly string[] = functions.trim().split(/\s+/)

/**
 * `add column` keeps one value for all old rows unless the default is volatile (PostgreSQL 11 and later). A function that is not known
 * is taken for volatile, as Postgres takes it; so is one of another schema than Postgres's own.
 */
export function isVolatile(expression: string): boolean {
  const code = expression.replaceAll(/'(?:[^']|'')*'/g, "''")
  return [...code.matchAll(/((?:"(?:[^"]|"")*"|[\w$]+)\.)?(?:"((?:[^"]|"")*)"|([a-z_][\w$]*))\s*\(/gi)].some(
    ([, schema, quoted, plain = '']) => {
      const name = quoted ?? plain.toLowerCase()
      return (schema !== undefined && schema !== 'pg_catalog.') || !(steady.has(name) || isReserved(name))
    },
  )
}
