/** Owners that are not the usual one. */
import { own, type Reader, type SchemaFilter, starred } from './read.ts'

export interface OwnerRow {
  /** As `alter` takes it: `table public.users`. */
  readonly subject: string
  readonly owner: string
}

/** The catalogues of what has an owner, each with the name of that column. */
const owned = {
  pg_class: 'relowner',
  pg_proc: 'proowner',
  pg_type: 'typowner',
  pg_namespace: 'nspowner',
  pg_operator: 'oprowner',
  pg_opclass: 'opcowner',
  pg_opfamily: 'opfowner',
  pg_collation: 'collowner',
  pg_conversion: 'conowner',
  pg_ts_dict: 'dictowner',
  pg_ts_config: 'cfgowner',
  pg_statistic_ext: 'stxowner',
  pg_publication: 'pubowner',
  pg_event_trigger: 'evtowner',
  pg_foreign_data_wrapper: 'fdwowner',
  pg_foreign_server: 'srvowner',
} as const

/** What has no owner that can be named apart: indexes, the types of tables and of arrays, sequences of columns; `public` is there before all else. */
const parts: Readonly<Record<string, string>> = {
  pg_class: `o.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and not exists (select from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = o.oid and d.deptype in ('a', 'i') and d.refobjsubid > 0)`,
  pg_namespace: `o.nspname <> 'public'`,
  pg_type: `o.typtype in ('b', 'c', 'd', 'e', 'r') and not (o.typcategory = 'A' and o.typelem <> 0)
    and (o.typrelid = 0 or (select relkind from pg_class where oid = o.typrelid) = 'c')`,
}

/** The role that `public` belongs to where nobody has said otherwise: the owner of the database, or before PostgreSQL 15 who set the server up. */
const firstOwner = `case when current_setting('server_version_num')::int >= 150000 then 6171 else 10 end`

/** What does not belong to the role that most relations belong to, which is taken for the one that makes them. */
export async function readOwners(reader: Reader, filter: SchemaFilter): Promise<readonly OwnerRow[]> {
  const things = Object.entries(owned).map(
    ([catalogue, column]) => `select '${catalogue}'::regclass as class, o.oid, o.${column} as owner from ${catalogue} o
      where o.oid >= 16384 and ${parts[catalogue] ?? 'true'} and ${own(catalogue, 'o.oid')}`,
  )
  return await reader.rows<OwnerRow>(`
    with usual as (
      select coalesce((select c.relowner from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'S') and ${filter}
        group by c.relowner order by count(*) desc, c.relowner limit 1), current_user::regrole) as owner
    ), things as (${things.join(' union all ')})
    select case i.type when 'composite type' then 'type' when 'statistics object' then 'statistics' when 'foreign-data wrapper' then 'foreign data wrapper'
        else i.type end || ' ' || case i.type when 'aggregate' then ${starred('i.identity')} else i.identity end as subject, quote_ident(r.rolname) as owner
    from things t cross join lateral pg_identify_object(t.class, t.oid, 0) i join pg_roles r on r.oid = t.owner
    left join pg_namespace n on quote_ident(n.nspname) = case when i.type = 'schema' then i.name else i.schema end
    where t.owner <> (select owner from usual) and (n.oid is null or (${filter}))
    union all
    select 'schema public', case n.nspowner when (select owner from usual) then 'current_user' else quote_ident(r.rolname) end
    from pg_namespace n join pg_roles r on r.oid = n.nspowner
    where n.nspname = 'public' and n.nspowner <> ${firstOwner} and (n.nspowner not in (10, 6171) or n.nspowner = (select owner from usual)) and ${filter}
    order by 1`)
}
