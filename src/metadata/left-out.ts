/** What a database has and a schema value does not keep. */
import { withoutPassword } from './more-arms.ts'
import type { Reader } from './read.ts'

export interface LeftOut {
  /** What Postgres calls it, as `user mapping`. */
  readonly kind: string
  /** Its name, as SQL writes it. */
  readonly name: string
  /** What of it is not there, and why. */
  readonly message: string
}

/** Whether the role may read where subscriptions come from. */
export async function readsConnections(reader: Reader): Promise<boolean> {
  const [row] = await reader.rows<{ readonly may: boolean }>(
    `select has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select') as may`,
  )
  return row?.may === true
}

export async function readLeftOut(reader: Reader, mayReadConnections: boolean): Promise<readonly LeftOut[]> {
  const sorted = (acl: string): string => `array(select one::text from unnest(${acl}) one order by 1)`
  const own = (kind: string, catalogue: string, acl: string, initial: string, what: string): string => `
      select 'privilege', '${kind} ' || s.oid::${what}, 'it is Postgres''s own, so that who may use it is not kept'
      from ${catalogue} s where s.${acl}namespace = 'pg_catalog'::regnamespace and s.${acl}acl is not null
        and ${sorted(`s.${acl}acl`)} <> ${sorted(`coalesce((select p.initprivs from pg_init_privs p
          where p.classoid = '${catalogue}'::regclass and p.objoid = s.oid and p.objsubid = 0), ${initial})`)}`
  const here = `s.subdbid = (select oid from pg_database where datname = current_database())`
  return await reader.rows<LeftOut>(`
    select * from (
      select 'user mapping' as kind, 'for ' || quote_ident(u.usename) || ' server ' || quote_ident(u.srvname) as name,
        case when u.umoptions is null then 'its options, if it has any, may not be read by this role' else 'its password is not kept' end as message
      from pg_user_mappings u
      where case when u.umoptions is null then not (select rolsuper from pg_roles where rolname = current_user)
          and not (u.usename = current_user and has_server_privilege(u.srvid, 'usage'))
        else exists (select from pg_options_to_table(u.umoptions) o where o.option_name ~ 'password|passcode|secret') end
      union all
      select 'subscription', quote_ident(s.subname), ${mayReadConnections ? `'the password of its connection is not kept'` : `'its connection may not be read by this role, so it is left out'`}
      from pg_subscription s where ${here}${mayReadConnections ? ` and ${withoutPassword('s.subconninfo')} <> s.subconninfo` : ''}
      union all ${own('function', 'pg_proc', 'pro', `acldefault('f', s.proowner)`, 'regprocedure')}
      union all ${own('table', 'pg_class', 'rel', `acldefault('r', s.relowner)`, 'regclass')}
    ) l order by 1, 2`)
}
