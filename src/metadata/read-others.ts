/** Things without a typed form, each as the statement that makes it. */
import { foreignArms } from './foreign-arms.ts'
import { operatorArms } from './operator-arms.ts'
import { moreArms } from './more-arms.ts'
import { arm, named, type OtherRow } from './other-arm.ts'
import { own, type Reader, type SchemaFilter, starred } from './read.ts'

function arms(filter: SchemaFilter): string[] {
  const inSchema = (catalogue: string, alias: string, oid = `${alias}.oid`): string =>
    `${filter} and ${own(catalogue, oid)}`
  return [
    arm({
      object: `'pg_namespace ' || n.oid`,
      kind: `'schema'`,
      identity: `quote_ident(n.nspname)`,
      sql: `'create schema if not exists ' || quote_ident(n.nspname)`,
      first: true,
      from: `pg_namespace n where n.nspname <> 'public' and ${inSchema('pg_namespace', 'n')}
        and not exists (select from pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'S') and ${own('pg_class', 'c.oid')})
        and not exists (select from pg_extension e where e.extnamespace = n.oid)`,
    }),
    arm({
      object: `'pg_rewrite ' || r.oid`,
      kind: `'rule'`,
      identity: `quote_ident(r.rulename) || ' on ' || c.oid::regclass`,
      sql: `regexp_replace(pg_get_ruledef(r.oid), '^CREATE RULE', 'create or replace rule')`,
      from: `pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
        where r.rulename <> '_RETURN' and ${inSchema('pg_class', 'c')}`,
    }),
    arm({
      object: `'pg_rewrite ' || r.oid || ' enabled'`,
      kind: `'alter'`,
      identity: `'rule ' || quote_ident(r.rulename) || ' on ' || c.oid::regclass`,
      sql: `'alter table ' || c.oid::regclass || (case r.ev_enabled when 'D' then ' disable rule ' when 'R' then ' enable replica rule ' else ' enable always rule ' end) || quote_ident(r.rulename)`,
      from: `pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
        where r.rulename <> '_RETURN' and r.ev_enabled <> 'O' and ${inSchema('pg_class', 'c')}`,
    }),
    arm({
      object: `'pg_collation ' || c.oid`,
      kind: `'collation'`,
      identity: named('n.nspname', 'c.collname'),
      sql: `'create collation if not exists ' || ${named('n.nspname', 'c.collname')} || ' (' || concat_ws(', ',
        'provider = ' || case c.collprovider when 'i' then 'icu' when 'c' then 'libc' when 'b' then 'builtin' end,
        'locale = ' || quote_literal(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale')),
        case when to_jsonb(c) ->> 'collcollate' = to_jsonb(c) ->> 'collctype' then 'locale = ' || quote_literal(to_jsonb(c) ->> 'collcollate') end,
        case when to_jsonb(c) ->> 'collcollate' <> to_jsonb(c) ->> 'collctype' then 'lc_collate = ' || quote_literal(to_jsonb(c) ->> 'collcollate') ||
          ', lc_ctype = ' || quote_literal(to_jsonb(c) ->> 'collctype') end,
        'rules = ' || quote_literal(to_jsonb(c) ->> 'collicurules'),
        case when not c.collisdeterministic then 'deterministic = false' end) || ')'`,
      drop: `'drop collation if exists ' || ${named('n.nspname', 'c.collname')}`,
      first: true,
      from: `pg_collation c join pg_namespace n on n.oid = c.collnamespace where ${inSchema('pg_collation', 'c')}`,
    }),
    arm({
      object: `'pg_ts_dict ' || d.oid`,
      kind: `'text search dictionary'`,
      identity: named('n.nspname', 'd.dictname'),
      sql: `'create text search dictionary ' || ${named('n.nspname', 'd.dictname')} || ' (template = ' ||
        (select ${named('tn.nspname', 't.tmplname')} from pg_ts_template t join pg_namespace tn on tn.oid = t.tmplnamespace where t.oid = d.dicttemplate) ||
        coalesce(', ' || d.dictinitoption, '') || ')'`,
      unless: `'select from pg_ts_dict where dictname = ' || quote_literal(d.dictname) || ' and dictnamespace = ' || quote_literal(quote_ident(n.nspname)) || '::regnamespace'`,
      drop: `'drop text search dictionary if exists ' || ${named('n.nspname', 'd.dictname')}`,
      first: true,
      from: `pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace where ${inSchema('pg_ts_dict', 'd')}`,
    }),
    arm({
      object: `'pg_ts_config ' || f.oid`,
      kind: `'text search configuration'`,
      identity: named('n.nspname', 'f.cfgname'),
      sql: `'create text search configuration ' || ${named('n.nspname', 'f.cfgname')} || ' (parser = ' ||
        (select ${named('pn.nspname', 'p.prsname')} from pg_ts_parser p join pg_namespace pn on pn.oid = p.prsnamespace where p.oid = f.cfgparser) || ')' ||
        coalesce((select string_agg('; alter text search configuration ' || ${named('n.nspname', 'f.cfgname')} || ' add mapping for ' || quote_ident(m.alias) || ' with ' || m.dicts, '' order by m.type)
          from (select tt.alias, m.maptokentype as type, string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno) as dicts
            from pg_ts_config_map m join ts_token_type(f.cfgparser) tt on tt.tokid = m.maptokentype where m.mapcfg = f.oid group by 1, 2) m), '')`,
      unless: `'select from pg_ts_config where cfgname = ' || quote_literal(f.cfgname) || ' and cfgnamespace = ' || quote_literal(quote_ident(n.nspname)) || '::regnamespace'`,
      drop: `'drop text search configuration if exists ' || ${named('n.nspname', 'f.cfgname')}`,
      first: true,
      from: `pg_ts_config f join pg_namespace n on n.oid = f.cfgnamespace where ${inSchema('pg_ts_config', 'f')}`,
    }),
    arm({
      object: `'pg_statistic_ext ' || s.oid`,
      kind: `'statistics'`,
      identity: named('n.nspname', 's.stxname'),
      sql: `regexp_replace(pg_get_statisticsobjdef(s.oid), '^CREATE STATISTICS', 'create statistics if not exists')`,
      from: `pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where ${inSchema('pg_statistic_ext', 's')}`,
    }),
    arm({
      object: `'pg_statistic_ext ' || s.oid || ' target'`,
      kind: `'alter'`,
      identity: `'statistics ' || ${named('n.nspname', 's.stxname')} || ' set statistics'`,
      sql: `'alter statistics ' || ${named('n.nspname', 's.stxname')} || ' set statistics ' || s.stxstattarget`,
      from: `pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where s.stxstattarget >= 0 and ${inSchema('pg_statistic_ext', 's')}`,
    }),
    arm({
      object: `'pg_event_trigger ' || e.oid`,
      kind: `'event trigger'`,
      identity: `quote_ident(e.evtname)`,
      sql: `'create event trigger ' || quote_ident(e.evtname) || ' on ' || e.evtevent ||
        coalesce(' when tag in (' || (select string_agg(quote_literal(tag), ', ') from unnest(e.evttags) tag) || ')', '') || ' execute function ' || e.evtfoid::regproc || '()' ||
        case e.evtenabled when 'O' then '' else '; alter event trigger ' || quote_ident(e.evtname) || (case e.evtenabled when 'D' then ' disable' when 'R' then ' enable replica' else ' enable always' end) end`,
      unless: `'select from pg_event_trigger where evtname = ' || quote_literal(e.evtname)`,
      drop: `'drop event trigger if exists ' || quote_ident(e.evtname)`,
      from: `pg_event_trigger e where ${own('pg_event_trigger', 'e.oid')}`,
    }),
    arm({
      object: `'pg_publication ' || p.oid`,
      kind: `'publication'`,
      identity: `quote_ident(p.pubname)`,
      sql: `'create publication ' || quote_ident(p.pubname) || (case when p.puballtables then ' for all tables' else coalesce(
        ' for ' || nullif(concat_ws(', ',
          (select string_agg('table only ' || r.prrelid::regclass || coalesce(' (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[])) || ')', '') ||
            coalesce(' where (' || pg_get_expr(r.prqual, r.prrelid) || ')', ''), ', ' order by r.prrelid::regclass::text) from pg_publication_rel r where r.prpubid = p.oid),
          (select string_agg('tables in schema ' || pn.pnnspid::regnamespace, ', ' order by pn.pnnspid::regnamespace::text) from pg_publication_namespace pn where pn.pnpubid = p.oid)), ''), '') end) ||
        ' with (publish = ' || quote_literal(concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end)) ||
        (case when p.pubviaroot then ', publish_via_partition_root = true' else '' end) || ')'`,
      unless: `'select from pg_publication where pubname = ' || quote_literal(p.pubname)`,
      drop: `'drop publication if exists ' || quote_ident(p.pubname)`,
      from: `pg_publication p`,
    }),
  ]
}

export async function readOthers(
  reader: Reader,
  filter: SchemaFilter,
  readsConnections: boolean,
): Promise<readonly OtherRow[]> {
  const all = [...operatorArms(filter), ...foreignArms(filter), ...arms(filter), ...moreArms(filter, readsConnections)]
  return await reader.rows<OtherRow>(
    `select * from (${all.join('\n    union all ')}) o order by o.first desc, o.kind <> 'schema', o.kind <> 'shell type', o.kind in ('alter', 'partition', 'security label'), o.kind, o.identity`,
  )
}

export interface ExtensionRow {
  readonly name: string
  readonly schema: string
}

/** The extensions, but for the language that every database has. */
export async function readExtensions(reader: Reader): Promise<readonly ExtensionRow[]> {
  return await reader.rows<ExtensionRow>(`
    select e.extname::text as name, n.nspname::text as schema
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname <> 'plpgsql' order by e.oid`)
}

export interface CommentRow {
  /** What is commented on, as `comment on` takes it. */
  readonly subject: string
  /** Null where it has been taken from what has one in a new database. */
  readonly comment: string | null
}

/** Comments on what has no typed place for one: not on tables, their columns, views, indexes and sequences. */
export async function readComments(reader: Reader, filter: SchemaFilter): Promise<readonly CommentRow[]> {
  return await reader.rows<CommentRow>(`
    select case i.type
        when 'table constraint' then 'constraint ' || i.identity
        when 'domain constraint' then 'constraint ' || replace(i.identity, ' on ', ' on domain ')
        when 'view column' then 'column ' || i.identity
        when 'materialized view column' then 'column ' || i.identity
        when 'composite type column' then 'column ' || i.identity
        when 'foreign table column' then 'column ' || i.identity
        when 'composite type' then 'type ' || i.identity
        when 'statistics object' then 'statistics ' || i.identity
        when 'cast' then 'cast ' || i.identity
        when 'aggregate' then 'aggregate ' || ${starred('i.identity')}
        else i.type || ' ' || i.identity end as subject, d.description as comment
    from pg_description d
    cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
    left join pg_namespace n on quote_ident(n.nspname) = coalesce(i.schema,
      case when d.classoid = 'pg_namespace'::regclass then i.name
           when d.classoid in ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_rewrite'::regclass, 'pg_constraint'::regclass)
           then (select quote_ident(cn.nspname) from pg_class c join pg_namespace cn on cn.oid = c.relnamespace
             where c.oid = coalesce((select tgrelid from pg_trigger where oid = d.objoid and d.classoid = 'pg_trigger'::regclass),
               (select polrelid from pg_policy where oid = d.objoid and d.classoid = 'pg_policy'::regclass),
               (select ev_class from pg_rewrite where oid = d.objoid and d.classoid = 'pg_rewrite'::regclass),
               (select conrelid from pg_constraint where oid = d.objoid and d.classoid = 'pg_constraint'::regclass))) end)
    where d.objoid >= 16384 and i.type not in ('table', 'table column', 'view', 'materialized view', 'index', 'sequence', 'large object')
      and (i.type <> 'extension' or d.description is distinct from (select e.comment from pg_available_extensions e where quote_ident(e.name) = i.identity))
      and (n.oid is null or (${filter})) and not exists (select from pg_depend x where x.classid = d.classoid and x.objid = d.objoid and x.deptype = 'e')
      and not (d.classoid = 'pg_namespace'::regclass and i.name = 'public')
    union all
    select 'schema public', obj_description(n.oid, 'pg_namespace') from pg_namespace n
    where n.nspname = 'public' and obj_description(n.oid, 'pg_namespace') is distinct from 'standard public schema' and ${filter}
    union all
    select 'extension ' || quote_ident(e.extname), null from pg_extension e join pg_available_extensions a on a.name = e.extname
    where e.extname <> 'plpgsql' and a.comment is not null and obj_description(e.oid, 'pg_extension') is null
    order by 1`)
}
