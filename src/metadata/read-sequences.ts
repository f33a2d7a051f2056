/** Sequences, those of identity columns too, from `pg_sequence`. */
import { own, type Reader, type SchemaFilter } from './read.ts'

export interface SequenceRow {
  readonly oid: string
  /** The name as SQL, with its schema. */
  readonly text: string
  readonly schema: string
  readonly name: string
  readonly type: 'smallint' | 'integer' | 'bigint'
  readonly start: string
  readonly increment: string
  readonly minValue: string
  readonly maxValue: string
  readonly cache: string
  readonly cycle: boolean
  readonly unlogged: boolean
  /** a owned by a column, i of an identity column; null belongs to itself. */
  readonly tie: 'a' | 'i' | null
  readonly table: string | null
  readonly column: string | null
  readonly comment: string | null
}

export async function readSequences(reader: Reader, filter: SchemaFilter): Promise<readonly SequenceRow[]> {
  return await reader.rows<SequenceRow>(`
    select c.oid::text as oid, c.oid::regclass::text as text, n.nspname::text as schema, c.relname::text as name, format_type(s.seqtypid, null) as type,
      s.seqstart::text as start, s.seqincrement::text as increment, s.seqmin::text as "minValue", s.seqmax::text as "maxValue",
      s.seqcache::text as cache, s.seqcycle as cycle, c.relpersistence = 'u' as unlogged, d.deptype::text as tie,
      d.refobjid::text as table, a.attname::text as column, obj_description(c.oid, 'pg_class') as comment
    from pg_sequence s
    join pg_class c on c.oid = s.seqrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
      and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
    left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    where ${filter} and ${own('pg_class', 'c.oid')}
    order by n.nspname, c.relname`)
}
