/** Privileges that are not those which everything has when it is made. */
import type { Reader, SchemaFilter } from './read.ts'

export interface PrivilegeRow {
  /** What it is on, as `grant` takes it: `table public.users`. */
  readonly subject: string
  readonly column: string | null
  /** False: everything of its kind has it, and this has not. */
  readonly granted: boolean
  /** The role as SQL, or `public`. */
  readonly role: string
  readonly privileges: readonly string[]
  readonly grantable: boolean
  /** Who gave it, as SQL, where that is not the owner. */
  readonly grantor: string | null
}

/** What `public` has in a new database, once it belongs to whom it belongs: it may have been dropped and made again without that. */
const firstOfPublic = `acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', false) ||
  case when current_setting('server_version_num')::int < 150000 then array[makeaclitem(0, n.nspowner, 'CREATE', false)] else '{}' end`

/** In the order in which they must be said to be kept in the same order. */
export async function readPrivileges(reader: Reader, filter: SchemaFilter): Promise<readonly PrivilegeRow[]> {
  const initial = (catalogue: string, oid: string, usual: string): string =>
    `coalesce((select p.initprivs from pg_init_privs p where p.classoid = '${catalogue}'::regclass and p.objoid = ${oid} and p.objsubid = 0), ${usual})`
  return await reader.rows<PrivilegeRow>(`
    with things as (
      select case c.relkind when 'S' then 'sequence ' else 'table ' end || c.oid::regclass as subject, null as "column", c.relacl as acl,
        ${initial('pg_class', 'c.oid', `acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)`)} as usual, c.relowner as owner
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relacl is not null and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${filter}
      union all
      select 'table ' || c.oid::regclass, quote_ident(a.attname), a.attacl, acldefault('c', c.relowner), c.relowner
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where a.attacl is not null and a.attnum > 0 and not a.attisdropped and ${filter}
      union all
      select case f.prokind when 'p' then 'procedure ' else 'function ' end || f.oid::regprocedure, null, f.proacl, ${initial('pg_proc', 'f.oid', `acldefault('f', f.proowner)`)}, f.proowner
      from pg_proc f join pg_namespace n on n.oid = f.pronamespace where f.proacl is not null and ${filter}
      union all
      select 'type ' || format_type(t.oid, null), null, t.typacl, ${initial('pg_type', 't.oid', `acldefault('T', t.typowner)`)}, t.typowner
      from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typacl is not null and ${filter}
      union all
      select 'schema ' || quote_ident(n.nspname), null, n.nspacl, ${initial('pg_namespace', 'n.oid', `acldefault('n', n.nspowner)`)}, n.nspowner
      from pg_namespace n where n.nspacl is not null and n.nspname <> 'public' and ${filter}
      union all
      select 'schema public', null, coalesce(n.nspacl, acldefault('n', n.nspowner)), ${firstOfPublic}, n.nspowner
      from pg_namespace n where n.nspname = 'public' and ${filter}
      union all
      select 'foreign data wrapper ' || quote_ident(w.fdwname), null, w.fdwacl, ${initial('pg_foreign_data_wrapper', 'w.oid', `acldefault('F', w.fdwowner)`)}, w.fdwowner
      from pg_foreign_data_wrapper w where w.fdwacl is not null
      union all
      select 'foreign server ' || quote_ident(s.srvname), null, s.srvacl, ${initial('pg_foreign_server', 's.oid', `acldefault('S', s.srvowner)`)}, s.srvowner
      from pg_foreign_server s where s.srvacl is not null
      union all
      select 'language ' || quote_ident(l.lanname), null, l.lanacl, ${initial('pg_language', 'l.oid', `acldefault('l', l.lanowner)`)}, l.lanowner
      from pg_language l where l.lanacl is not null
    ), differing as (
      select t.subject, t."column", false as granted, u.grantee, u.privilege_type, u.is_grantable, u.at, null::oid as grantor
      from things t cross join lateral aclexplode(t.usual) with ordinality u(grantor, grantee, privilege_type, is_grantable, at)
      where not exists (select from aclexplode(t.acl) a where a.grantee = u.grantee and a.privilege_type = u.privilege_type and a.is_grantable = u.is_grantable)
      union all
      select t.subject, t."column", true, a.grantee, a.privilege_type, a.is_grantable, a.at, nullif(a.grantor, t.owner)
      from things t cross join lateral aclexplode(t.acl) with ordinality a(grantor, grantee, privilege_type, is_grantable, at)
      where not exists (select from aclexplode(t.usual) u where a.grantee = u.grantee and a.privilege_type = u.privilege_type and a.is_grantable = u.is_grantable)
    )
    select d.subject, d."column", d.granted, coalesce(quote_ident(r.rolname), 'public') as role,
      array_agg(lower(d.privilege_type) order by d.at) as privileges, d.is_grantable as grantable, quote_ident(g.rolname) as grantor
    from differing d left join pg_roles r on r.oid = d.grantee left join pg_roles g on g.oid = d.grantor
    group by d.subject, d."column", d.granted, r.rolname, d.is_grantable, g.rolname
    order by d.subject, d."column" nulls first, d.granted, min(d.at)`)
}

/** The statement that says it; what somebody else than the owner gave is given in that one's name. */
export function privilegeStatement(row: PrivilegeRow): string {
  const { subject, column, granted, role, privileges, grantable, grantor } = row
  const what = privileges.map(privilege => (column === null ? privilege : `${privilege} (${column})`)).join(', ')
  if (!granted) return `revoke ${what} on ${subject} from ${role}`
  const grant = `grant ${what} on ${subject} to ${role}${grantable ? ' with grant option' : ''}`
  return grantor === null ? grant : `set local role ${grantor}; ${grant}; reset role`
}

export interface DefaultPrivilegeRow {
  readonly identity: string
  readonly sql: string
}

/** What `alter default privileges` has said. */
export async function readDefaultPrivileges(
  reader: Reader,
  filter: SchemaFilter,
): Promise<readonly DefaultPrivilegeRow[]> {
  const kinds = `case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' end`
  return await reader.rows<DefaultPrivilegeRow>(`
    with said as (
      select 'for role ' || quote_ident(r.rolname) || coalesce(' in schema ' || quote_ident(n.nspname), '') as place, ${kinds} as kind, d.defaclacl as acl,
        case when d.defaclnamespace = 0 then acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) end as usual
      from pg_default_acl d join pg_roles r on r.oid = d.defaclrole left join pg_namespace n on n.oid = d.defaclnamespace
      where d.defaclobjtype in ('r', 'S', 'f', 'T', 'n') and (d.defaclnamespace = 0 or (${filter}))
    ), differing as (
      select s.place, s.kind, false as granted, u.*
      from said s cross join lateral aclexplode(s.usual) u
      where not exists (select from aclexplode(s.acl) a where a.grantee = u.grantee and a.privilege_type = u.privilege_type and a.is_grantable = u.is_grantable)
      union all
      select s.place, s.kind, true, a.*
      from said s cross join lateral aclexplode(s.acl) a
      where not exists (select from aclexplode(s.usual) u where a.grantee = u.grantee and a.privilege_type = u.privilege_type and a.is_grantable = u.is_grantable)
    ), merged as (
      select d.place, d.kind, d.granted, coalesce(quote_ident(r.rolname), 'public') as role, d.is_grantable,
        string_agg(lower(d.privilege_type), ', ' order by d.privilege_type) as privileges
      from differing d left join pg_roles r on r.oid = d.grantee group by 1, 2, 3, 4, 5
    )
    select m.place || ' ' || (case when m.granted then 'grant ' else 'revoke ' end) || 'on ' || m.kind || (case when m.granted then ' to ' else ' from ' end) || m.role ||
        (case when m.is_grantable and m.granted then ' with grant option' else '' end) as identity,
      'alter default privileges ' || m.place || (case when m.granted then ' grant ' else ' revoke ' end) || m.privileges || ' on ' || m.kind ||
        (case when m.granted then ' to ' else ' from ' end) || m.role || (case when m.is_grantable and m.granted then ' with grant option' else '' end) as sql
    from merged m order by m.place, m.kind, m.granted, m.role, m.is_grantable`)
}
