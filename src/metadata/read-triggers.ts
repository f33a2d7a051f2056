/** Triggers and policies of tables. */
import type { Reader, SchemaFilter } from './read.ts'

export interface TriggerRow {
  readonly relation: string
  readonly name: string
  /** As `pg_get_triggerdef` prints it. */
  readonly definition: string
  /** The bits of `tgtype`: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead of. */
  readonly type: number
  readonly columns: readonly string[]
  /** Whether it is a constraint, or sees the old and new rows as tables. */
  readonly special: boolean
  /** O always but in replicas, D disabled, R only in replicas, A always. */
  readonly enabled: string
  /** Whether a partitioned table's trigger made it; then it is read only where it fires at other times. */
  readonly fromParent: boolean
}

export async function readTriggers(reader: Reader, filter: SchemaFilter): Promise<readonly TriggerRow[]> {
  return await reader.rows<TriggerRow>(`
    select g.tgrelid::text as relation, g.tgname::text as name, pg_get_triggerdef(g.oid) as definition, g.tgtype::int as type,
      array(select a.attname::text from unnest(g.tgattr::int2[]) with ordinality k(num, at)
        join pg_attribute a on a.attrelid = g.tgrelid and a.attnum = k.num order by k.at) as columns,
      g.tgconstraint <> 0 or g.tgoldtable is not null or g.tgnewtable is not null as special, g.tgenabled::text as enabled, g.tgparentid <> 0 as "fromParent"
    from pg_trigger g
    join pg_class c on c.oid = g.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_trigger p on p.oid = g.tgparentid
    where (case when p.oid is null then not g.tgisinternal else not p.tgisinternal and p.tgenabled <> g.tgenabled end) and ${filter}
    order by g.tgrelid, g.tgname`)
}

export interface PolicyRow {
  readonly relation: string
  readonly name: string
  /** * all, r select, a insert, w update, d delete. */
  readonly command: '*' | 'r' | 'a' | 'w' | 'd'
  readonly permissive: boolean
  readonly roles: readonly string[]
  readonly using: string | null
  readonly check: string | null
}

export async function readPolicies(reader: Reader, filter: SchemaFilter): Promise<readonly PolicyRow[]> {
  return await reader.rows<PolicyRow>(`
    select p.polrelid::text as relation, p.polname::text as name, p.polcmd::text as command, p.polpermissive as permissive,
      array(select coalesce(r.rolname::text, 'public') from unnest(p.polroles) with ordinality k(role, at)
        left join pg_roles r on r.oid = k.role order by k.at) as roles,
      pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
    from pg_policy p
    join pg_class c on c.oid = p.polrelid
    join pg_namespace n on n.oid = c.relnamespace
    where ${filter}
    order by p.polrelid, p.polname`)
}
