/** Tables, views and their like from `pg_class`. */
import { own, type Reader, type SchemaFilter } from './read.ts'

/** r table, p partitioned table, v view, m materialized view, f foreign table, c composite type. */
export type RelationKind = 'r' | 'p' | 'v' | 'm' | 'f' | 'c'

export interface RelationRow {
  readonly oid: string
  /** The name as SQL, with its schema. */
  readonly text: string
  readonly schema: string
  readonly name: string
  readonly kind: RelationKind
  readonly unlogged: boolean
  /** `name=value`, those of the toast table with `toast.` before them. */
  readonly storage: readonly string[]
  readonly rowSecurity: boolean
  readonly forceRowSecurity: boolean
  /** d default, n nothing, f full, i index. */
  readonly replicaIdentity: string
  readonly replicaIndex: string | null
  readonly clusterIndex: string | null
  readonly bound: string | null
  readonly partitionKey: string | null
  /** The oids of what it inherits from, or is a partition of, in order. */
  readonly parents: readonly string[]
  readonly definition: string | null
  readonly populated: boolean
  /** The access method, where it is not the ordinary one. */
  readonly method: string | null
  /** The type that a typed table is of. */
  readonly ofType: string | null
  readonly comment: string | null
}

export async function readRelations(reader: Reader, filter: SchemaFilter): Promise<readonly RelationRow[]> {
  return await reader.rows<RelationRow>(`
    select c.oid::text as oid, c.oid::regclass::text as text, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind,
      c.relpersistence = 'u' as unlogged,
      coalesce(c.reloptions, '{}') || coalesce((select array_agg('toast.' || o) from unnest(toast.reloptions) o), '{}') as storage,
      c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as "forceRowSecurity",
      c.relreplident::text as "replicaIdentity",
      (select r.relname::text from pg_index i join pg_class r on r.oid = i.indexrelid where i.indrelid = c.oid and i.indisreplident) as "replicaIndex",
      (select r.relname::text from pg_index i join pg_class r on r.oid = i.indexrelid where i.indrelid = c.oid and i.indisclustered) as "clusterIndex",
      case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as bound,
      case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as "partitionKey",
      array(select inhparent::text from pg_inherits where inhrelid = c.oid order by inhseqno) as parents,
      case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
      c.relispopulated as populated,
      case when c.relkind in ('r', 'm') and a.amname <> 'heap' then a.amname::text end as method,
      case when c.reloftype <> 0 then format_type(c.reloftype, null) end as "ofType",
      obj_description(c.oid, 'pg_class') as comment
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_class toast on toast.oid = c.reltoastrelid
    left join pg_am a on a.oid = c.relam
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and ${filter} and ${own('pg_class', 'c.oid')}
    order by n.nspname, c.relname`)
}
