/** What may stand before a bracket in a statement that reads and does nothing else. */

/**
 * Functions of Postgres that give a value and do nothing: none takes a lock, moves a sequence, sends, signals or writes, in any of its
 * forms. Others are not known to be harmless, those of the program's own among them. test/plain-read.test.ts asks the database.
 */
const functions = `
  count sum avg min max bool_and bool_or every string_agg array_agg any_value bit_and bit_or bit_xor stddev stddev_pop stddev_samp
  variance var_pop var_samp corr covar_pop covar_samp regr_count regr_slope regr_intercept regr_r2 regr_avgx regr_avgy
  json_agg jsonb_agg json_object_agg jsonb_object_agg range_agg range_intersect_agg mode percentile_cont percentile_disc
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
  abs ceil ceiling floor round trunc sign mod power sqrt cbrt exp ln log log10 pi degrees radians gcd lcm div factorial width_bucket
  sin cos tan cot asin acos atan atan2 random scale trim_scale min_scale
  lower upper initcap length char_length character_length octet_length bit_length concat concat_ws format left right lpad rpad ltrim
  rtrim btrim replace translate reverse repeat split_part strpos starts_with substr ascii chr md5 sha224 sha256 sha384 sha512 encode
  decode convert_from convert_to to_hex quote_ident quote_literal quote_nullable regexp_replace regexp_match regexp_matches
  regexp_split_to_array regexp_split_to_table regexp_count regexp_instr regexp_like regexp_substr string_to_array string_to_table
  unistr get_byte get_bit
  now transaction_timestamp statement_timestamp clock_timestamp timeofday age date_part date_trunc date_bin to_char to_date to_number
  to_timestamp make_date make_time make_timestamp make_timestamptz make_interval justify_days justify_hours justify_interval isfinite
  array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions array_prepend
  array_remove array_replace array_to_string array_upper cardinality unnest generate_series generate_subscripts trim_array
  to_json to_jsonb json_build_object json_build_array jsonb_build_object jsonb_build_array json_object jsonb_object array_to_json
  row_to_json json_array_length jsonb_array_length json_each jsonb_each json_each_text jsonb_each_text json_extract_path
  jsonb_extract_path json_extract_path_text jsonb_extract_path_text json_object_keys jsonb_object_keys json_array_elements
  jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_typeof jsonb_typeof json_strip_nulls
  jsonb_strip_nulls jsonb_set jsonb_insert jsonb_pretty jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
  jsonb_path_query_first json_to_record jsonb_to_record json_to_recordset jsonb_to_recordset json_populate_record
  jsonb_populate_record json_populate_recordset jsonb_populate_recordset
  isempty lower_inc upper_inc lower_inf upper_inf range_merge multirange int4range int8range numrange tsrange tstzrange daterange
  to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline setweight strip
  numnode querytree
  area center diameter height width radius npoints isclosed isopen point box circle line lseg path polygon
  host network netmask masklen broadcast family text abbrev
  gen_random_uuid num_nulls num_nonnulls pg_typeof format_type col_description obj_description pg_get_expr
  pg_get_constraintdef pg_get_indexdef pg_get_viewdef pg_table_is_visible inet_server_addr inet_server_port current_database version
  pg_sleep pg_sleep_for
`

/** Words of the grammar that are not reserved and stand before a bracket, and types that take a length or a precision. */
const grammar = `
  exists values over filter within by row rowset coalesce nullif greatest least extract position substring overlay trim normalize
  grouping rollup cube sets between lateral recursive materialized interval numeric decimal dec varchar char character bpchar
  nchar bit varbit varying float time timestamp timestamptz timetz xmlelement xmlforest json_exists json_value json_query
  bernoulli system
`

const known: ReadonlySet<string> = new Set(`${functions} ${grammar}`.trim().split(/\s+/))

/** Whether a name before a bracket is known to do nothing but give a value. */
export function isPlainFunction(name: string): boolean {
  return known.has(name)
}

/** The functions alone. */
export const plainFunctions: readonly string[] = functions.trim().split(/\s+/)
