/** Types that users made, from `pg_type`: enums, domains, composites, ranges. */
import { own, type Reader, type SchemaFilter } from './read.ts'

export interface TypeRow {
  readonly oid: string
  readonly array: string
  readonly schema: string
  readonly name: string
  /** e enum, d domain, c composite, r range, m multirange, b base. */
  readonly kind: 'e' | 'd' | 'c' | 'r' | 'm' | 'b'
  readonly labels: readonly string[]
  /** The type under a domain. */
  readonly base: string | null
  readonly baseOid: string
  readonly notNull: boolean
  readonly default: string | null
  readonly collation: string | null
  readonly collationSchema: string | null
  /** The table or the composite that it is the row of; '0' is none. */
  readonly relation: string
  /** The options of `create type … as range`, as SQL. */
  readonly range: string | null
  /** Whether a range has a function that makes its values alike. It takes the range, and is there before it. */
  readonly canonical: boolean
}

export async function readTypes(reader: Reader, filter: SchemaFilter): Promise<readonly TypeRow[]> {
  return await reader.rows<TypeRow>(`
    select t.oid::text as oid, t.typarray::text as array, n.nspname::text as schema, t.typname::text as name,
      t.typtype::text as kind,
      array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels,
      case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end as base, t.typbasetype::text as "baseOid",
      t.typnotnull as "notNull", case when t.typtype = 'd' then coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) end as default,
      case when t.typtype = 'd' and t.typcollation <> b.typcollation then co.collname::text end as collation,
      case when t.typtype = 'd' and t.typcollation <> b.typcollation then cn.nspname::text end as "collationSchema",
      t.typrelid::text as relation,
      case when t.typtype = 'r' then concat_ws(', ',
        'subtype = ' || format_type(r.rngsubtype, null),
        (select 'multirange_type_name = ' || format_type(r.rngmultitypid, null)),
        (select 'subtype_opclass = ' || quote_ident(pn.nspname) || '.' || quote_ident(p.opcname)
         from pg_opclass p join pg_namespace pn on pn.oid = p.opcnamespace where p.oid = r.rngsubopc and not p.opcdefault),
        (select 'collation = ' || quote_ident(rn.nspname) || '.' || quote_ident(rc.collname) from pg_collation rc join pg_namespace rn on rn.oid = rc.collnamespace
         where rc.oid = r.rngcollation and rc.oid <> (select typcollation from pg_type where oid = r.rngsubtype)),
        'canonical = ' || nullif(r.rngcanonical, 0)::regproc::text,
        'subtype_diff = ' || nullif(r.rngsubdiff, 0)::regproc::text) end as range, coalesce(r.rngcanonical <> 0, false) as canonical
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
    left join pg_type b on b.oid = t.typbasetype
    left join pg_collation co on co.oid = t.typcollation
    left join pg_namespace cn on cn.oid = co.collnamespace
    left join pg_range r on r.rngtypid = t.oid
    where t.typtype in ('e', 'd', 'c', 'r', 'm') and ${filter} and ${own('pg_type', 't.oid')}
    order by n.nspname, t.typname`)
}
