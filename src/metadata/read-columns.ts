/** Columns and the fields of composites from `pg_attribute`. */
import { own, type Reader, type SchemaFilter } from './read.ts'

export interface ColumnRow {
  readonly relation: string
  readonly number: number
  readonly name: string
  /** As `format_type` prints it, with modifiers. */
  readonly type: string
  readonly typeOid: string
  readonly notNull: boolean
  /** The collation, where it is not the type's own, and its schema. */
  readonly collation: string | null
  readonly collationSchema: string | null
  readonly default: string | null
  /** '' none, a always, d by default. */
  readonly identity: string
  /** '' none, s stored, v virtual. */
  readonly generated: string
  readonly local: boolean
  readonly inherited: boolean
  /** p, e, m or x, where it is not the type's own. */
  readonly storage: string | null
  /** '' none, p pglz, l lz4. */
  readonly compression: string
  readonly statistics: number
  readonly options: readonly string[]
  readonly comment: string | null
}

export async function readColumns(reader: Reader, filter: SchemaFilter): Promise<readonly ColumnRow[]> {
  return await reader.rows<ColumnRow>(`
    select a.attrelid::text as relation, a.attnum::int as number, a.attname::text as name,
      format_type(a.atttypid, a.atttypmod) as type, a.atttypid::text as "typeOid", a.attnotnull as "notNull",
      case when a.attcollation <> t.typcollation then co.collname::text end as collation,
      case when a.attcollation <> t.typcollation then cn.nspname::text end as "collationSchema",
      pg_get_expr(d.adbin, d.adrelid) as default, a.attidentity::text as identity, a.attgenerated::text as generated,
      a.attislocal as local, a.attinhcount > 0 as inherited,
      case when a.attstorage <> t.typstorage then a.attstorage::text end as storage,
      a.attcompression::text as compression, coalesce(a.attstattarget, -1)::int as statistics,
      coalesce(a.attoptions, '{}') as options, col_description(c.oid, a.attnum) as comment
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_collation co on co.oid = a.attcollation
    left join pg_namespace cn on cn.oid = co.collnamespace
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and ${filter}
      and ${own('pg_class', 'c.oid')}
    order by a.attrelid, a.attnum`)
}
