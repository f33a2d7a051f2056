/** What comes from elsewhere: wrappers, servers, users of servers, foreign tables. */
import { arm, options } from './other-arm.ts'
import { own, type SchemaFilter } from './read.ts'

/** Passwords of user mappings are left out: a schema is kept where others read it. */
export function foreignArms(filter: SchemaFilter): string[] {
  return [
    arm({
      object: `'pg_foreign_data_wrapper ' || w.oid`,
      kind: `'foreign data wrapper'`,
      identity: `quote_ident(w.fdwname)`,
      sql: `'create foreign data wrapper ' || quote_ident(w.fdwname) || coalesce(' handler ' || nullif(w.fdwhandler, 0)::regproc, '') ||
        coalesce(' validator ' || nullif(w.fdwvalidator, 0)::regproc, '') || ${options('w.fdwoptions')}`,
      unless: `'select from pg_foreign_data_wrapper where fdwname = ' || quote_literal(w.fdwname)`,
      drop: `'drop foreign data wrapper if exists ' || quote_ident(w.fdwname)`,
      first: true,
      from: `pg_foreign_data_wrapper w where ${own('pg_foreign_data_wrapper', 'w.oid')}`,
    }),
    arm({
      object: `'pg_foreign_server ' || s.oid`,
      kind: `'server'`,
      identity: `quote_ident(s.srvname)`,
      sql: `'create server if not exists ' || quote_ident(s.srvname) || coalesce(' type ' || quote_literal(s.srvtype), '') ||
        coalesce(' version ' || quote_literal(s.srvversion), '') || ' foreign data wrapper ' || quote_ident(w.fdwname) || ${options('s.srvoptions')}`,
      drop: `'drop server if exists ' || quote_ident(s.srvname)`,
      first: true,
      from: `pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw where ${own('pg_foreign_server', 's.oid')}`,
    }),
    arm({
      object: `'pg_user_mapping ' || u.umid`,
      kind: `'user mapping'`,
      identity: `'for ' || quote_ident(u.usename) || ' server ' || quote_ident(u.srvname)`,
      sql: `'create user mapping if not exists for ' || (case u.umuser when 0 then 'public' else quote_ident(u.usename) end) || ' server ' || quote_ident(u.srvname) ||
        ${options('u.umoptions', `'password|passcode|secret'`)}`,
      drop: `'drop user mapping if exists for ' || (case u.umuser when 0 then 'public' else quote_ident(u.usename) end) || ' server ' || quote_ident(u.srvname)`,
      from: `pg_user_mappings u where ${own('pg_foreign_server', 'u.srvid')}`,
    }),
    arm({
      object: `'pg_class ' || c.oid`,
      kind: `'foreign table'`,
      identity: `c.oid::regclass::text`,
      sql: `'create foreign table if not exists ' || c.oid::regclass || ' (' || concat_ws(', ', (
        select string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || ${options('a.attfdwoptions')} ||
          (case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation else '' end) ||
          (case when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
            when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end) ||
          (case when a.attnotnull then ' not null' else '' end), ', ' order by a.attnum)
        from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and (a.attislocal or c.relispartition)),
        (select string_agg('constraint ' || quote_ident(o.conname) || ' ' || pg_get_constraintdef(o.oid), ', ' order by o.conname)
        from pg_constraint o where o.conrelid = c.oid and o.contype = 'c' and (o.conislocal or c.relispartition))) || ')' ||
        coalesce(' inherits (' || (select string_agg(h.inhparent::regclass::text, ', ' order by h.inhseqno) from pg_inherits h where h.inhrelid = c.oid and not c.relispartition) || ')', '') ||
        ' server ' || quote_ident(s.srvname) || ${options('f.ftoptions')}`,
      drop: `'drop foreign table if exists ' || c.oid::regclass`,
      from: `pg_foreign_table f join pg_class c on c.oid = f.ftrelid join pg_foreign_server s on s.oid = f.ftserver
        join pg_namespace n on n.oid = c.relnamespace where ${filter} and ${own('pg_class', 'c.oid')}`,
    }),
    arm({
      object: `'pg_class ' || c.oid || ' attached'`,
      kind: `'partition'`,
      identity: `c.oid::regclass::text`,
      sql: `'alter table ' || h.inhparent::regclass || ' attach partition ' || c.oid::regclass || ' ' || pg_get_expr(c.relpartbound, c.oid)`,
      unless: `'select from pg_inherits where inhrelid = ' || quote_literal(c.oid::regclass::text) || '::regclass'`,
      from: `pg_class c join pg_inherits h on h.inhrelid = c.oid join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'f' and c.relispartition and ${filter} and ${own('pg_class', 'c.oid')}`,
    }),
  ]
}
