/**
 * What few databases have: transforms, parsers and templates of text search, members of operator families, labels, subscriptions; and what goes
 * with an extension.
 */
import { arm, named } from './other-arm.ts'
import { own, type SchemaFilter, starred } from './read.ts'

export function moreArms(filter: SchemaFilter, readsConnections: boolean): string[] {
  const inSchema = (catalogue: string, alias: string): string => `${filter} and ${own(catalogue, `${alias}.oid`)}`
  const textSearch = (catalogue: string, column: string, alias: string): string =>
    `'select from ${catalogue} where ${column}name = ' || quote_literal(${alias}.${column}name) || ' and ${column}namespace = ' || quote_literal(quote_ident(n.nspname)) || '::regnamespace'`
  const functions = (pairs: Readonly<Record<string, string>>): string =>
    Object.entries(pairs)
      .map(([word, column]) => `'${word} = ' || nullif(${column}, 0)::regproc`)
      .join(', ')
  return [
    arm({
      object: `'pg_transform ' || f.oid`,
      kind: `'transform'`,
      identity: `'for ' || format_type(f.trftype, null) || ' language ' || quote_ident(l.lanname)`,
      sql: `'create or replace transform for ' || format_type(f.trftype, null) || ' language ' || quote_ident(l.lanname) || ' (' || concat_ws(', ',
        'from sql with function ' || nullif(f.trffromsql, 0)::regprocedure, 'to sql with function ' || nullif(f.trftosql, 0)::regprocedure) || ')'`,
      drop: `'drop transform if exists for ' || format_type(f.trftype, null) || ' language ' || quote_ident(l.lanname)`,
      first: true,
      from: `pg_transform f join pg_language l on l.oid = f.trflang where ${own('pg_transform', 'f.oid')}`,
    }),
    arm({
      object: `'pg_ts_parser ' || p.oid`,
      kind: `'text search parser'`,
      identity: named('n.nspname', 'p.prsname'),
      sql: `'create text search parser ' || ${named('n.nspname', 'p.prsname')} || ' (' || concat_ws(', ',
        ${functions({ start: 'p.prsstart', gettoken: 'p.prstoken', end: 'p.prsend', lextypes: 'p.prslextype', headline: 'p.prsheadline' })}) || ')'`,
      unless: textSearch('pg_ts_parser', 'prs', 'p'),
      drop: `'drop text search parser if exists ' || ${named('n.nspname', 'p.prsname')}`,
      first: true,
      from: `pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace where ${inSchema('pg_ts_parser', 'p')}`,
    }),
    arm({
      object: `'pg_ts_template ' || t.oid`,
      kind: `'text search template'`,
      identity: named('n.nspname', 't.tmplname'),
      sql: `'create text search template ' || ${named('n.nspname', 't.tmplname')} || ' (' || concat_ws(', ', ${functions({ init: 't.tmplinit', lexize: 't.tmpllexize' })}) || ')'`,
      unless: textSearch('pg_ts_template', 'tmpl', 't'),
      drop: `'drop text search template if exists ' || ${named('n.nspname', 't.tmplname')}`,
      first: true,
      from: `pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace where ${inSchema('pg_ts_template', 't')}`,
    }),
    ...members(filter),
    arm({
      object: `'pg_depend ' || d.classid || ' ' || d.objid || ' ' || d.refobjid`,
      kind: `'alter'`,
      identity: `i.type || ' ' || i.identity || ' depends on extension ' || quote_ident(e.extname)`,
      sql: `'alter ' || i.type || ' ' || i.identity || ' depends on extension ' || quote_ident(e.extname)`,
      from: `pg_depend d join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'x'
        cross join lateral pg_identify_object(d.classid, d.objid, 0) i
        left join pg_trigger t on t.oid = d.objid and d.classid = 'pg_trigger'::regclass left join pg_class c on c.oid = t.tgrelid
        join pg_namespace n on quote_ident(n.nspname) = coalesce(i.schema, c.relnamespace::regnamespace::text) where ${filter}`,
    }),
    arm({
      object: `'pg_seclabel ' || s.classoid || ' ' || s.objoid || ' ' || s.objsubid`,
      kind: `'security label'`,
      identity: `'for ' || quote_ident(s.provider) || ' on ' || s.subject`,
      sql: `'security label for ' || quote_ident(s.provider) || ' on ' || s.subject || ' is ' || quote_literal(s.label)`,
      from: `(select l.*, case when i.type like '%column' then 'column' when i.type = 'composite type' then 'type' else i.type end || ' ' || case i.type when 'aggregate' then ${starred('i.identity')} else i.identity end as subject
        from (select classoid, objoid, objsubid, provider, label from pg_seclabel where classoid <> 'pg_largeobject'::regclass${readsConnections ? labelsOfSubscriptions : ''}) l
        cross join lateral pg_identify_object(l.classoid, l.objoid, l.objsubid) i
        left join pg_namespace n on quote_ident(n.nspname) = case when i.type = 'schema' then i.name else i.schema end
        where n.oid is null or (${filter})) s`,
    }),
    ...(readsConnections ? [subscriptions()] : []),
  ]
}

/** Those that belong to a family and to none of its classes, where they are not an extension's. */
function members(filter: SchemaFilter): string[] {
  const loose = (catalogue: string): string =>
    `exists (select from pg_depend x where x.classid = '${catalogue}'::regclass and x.objid = m.oid and x.refclassid = 'pg_opfamily'::regclass)
      and not exists (select from pg_depend x where x.classid = '${catalogue}'::regclass and x.objid = m.oid and x.refclassid = 'pg_opclass'::regclass)`
  // Those that users add to a family of Postgres's own are read with their operator or function.
  const family = (part: string, oid: string, namespace: string): string => `join pg_am a on a.oid = f.opfmethod
      join pg_namespace fn on fn.oid = f.opfnamespace join ${part} p on p.oid = ${oid}
      join pg_namespace n on n.oid = case when f.oid < 16384 then p.${namespace} else f.opfnamespace end
      where m.oid >= 16384 and ${filter} and ${own('pg_opfamily', 'f.oid')} and ${own(part, 'p.oid')}`
  const of = `${named('fn.nspname', 'f.opfname')} || ' using ' || quote_ident(a.amname)`
  const found = (catalogue: string, column: string): string =>
    `'select from ${catalogue} m join pg_opfamily f on f.oid = m.${column}family join pg_am a on a.oid = f.opfmethod where f.opfname = ' || quote_literal(f.opfname) ||
      ' and f.opfnamespace = ' || quote_literal(quote_ident(fn.nspname)) || '::regnamespace and a.amname = ' || quote_literal(a.amname) || ' and m.${column}lefttype = ' ||
      quote_literal(format_type(m.${column}lefttype, null)) || '::regtype and m.${column}righttype = ' || quote_literal(format_type(m.${column}righttype, null)) || '::regtype and m.`
  const types = (column: string): string =>
    `'(' || format_type(m.${column}lefttype, null) || ', ' || format_type(m.${column}righttype, null) || ')'`
  return [
    arm({
      object: `'pg_amop ' || m.oid`,
      kind: `'operator family member'`,
      identity: `${of} || ' operator ' || m.amopstrategy || ' ' || ${types('amop')}`,
      sql: `'alter operator family ' || ${of} || ' add operator ' || m.amopstrategy || ' ' || (select quote_ident(pn.nspname) from pg_namespace pn where pn.oid = p.oprnamespace) || '.' ||
        p.oprname || ' ' || ${types('amop')} || coalesce(' for order by ' || (select ${named('sn.nspname', 's.opfname')} from pg_opfamily s
          join pg_namespace sn on sn.oid = s.opfnamespace where s.oid = m.amopsortfamily), '')`,
      unless: `${found('pg_amop', 'amop')}amopstrategy = ' || m.amopstrategy`,
      first: true,
      from: `pg_amop m join pg_opfamily f on f.oid = m.amopfamily ${family('pg_operator', 'm.amopopr', 'oprnamespace')} and ${loose('pg_amop')}`,
    }),
    arm({
      object: `'pg_amproc ' || m.oid`,
      kind: `'operator family member'`,
      identity: `${of} || ' function ' || m.amprocnum || ' ' || ${types('amproc')}`,
      sql: `'alter operator family ' || ${of} || ' add function ' || m.amprocnum || ' ' || ${types('amproc')} || ' ' || m.amproc::oid::regprocedure`,
      unless: `${found('pg_amproc', 'amproc')}amprocnum = ' || m.amprocnum`,
      first: true,
      from: `pg_amproc m join pg_opfamily f on f.oid = m.amprocfamily ${family('pg_proc', 'm.amproc::oid', 'pronamespace')} and ${loose('pg_amproc')}`,
    }),
  ]
}

/** The connection of a subscription without passwords; both ways of writing one. */
export const withoutPassword = (
  column: string,
): string => `regexp_replace(regexp_replace(regexp_replace(regexp_replace(${column},
  '(^|\\s)(?:ssl)?password\\s*=\\s*(?:''(?:[^''\\\\]|\\\\.)*''|\\S+)', '\\1', 'gi'),
  '^(postgres(?:ql)?://[^:/@?]*):[^@/]*@', '\\1@'), '(?<=[?&])(?:ssl)?password=[^&]*&?', '', 'gi'), '[?&]$', '')`

/** As it is made without asking the publisher: off, until somebody says \`alter subscription … enable\`. Its slot stays where it is when it goes. */
const labelsOfSubscriptions = `
          union all select h.classoid, h.objoid, 0, h.provider, h.label from pg_shseclabel h join pg_subscription s on s.oid = h.objoid
          where h.classoid = 'pg_subscription'::regclass and s.subdbid = (select oid from pg_database where datname = current_database())`

function subscriptions(): string {
  const option = (name: string, column: string, usual: string, wrap = 'quote_literal'): string =>
    `'${name} = ' || ${wrap}(nullif(to_jsonb(s) ->> '${column}', '${usual}'))`
  return arm({
    object: `'pg_subscription ' || s.oid`,
    kind: `'subscription'`,
    identity: `quote_ident(s.subname)`,
    sql: `'create subscription ' || quote_ident(s.subname) || ' connection ' || quote_literal(trim(${withoutPassword('s.subconninfo')})) || ' publication ' ||
      (select string_agg(quote_ident(p), ', ' order by at) from unnest(s.subpublications) with ordinality u(p, at)) || ' with (' || concat_ws(', ',
        'connect = false', 'slot_name = ' || coalesce(quote_literal(s.subslotname), 'none'),
        ${option('synchronous_commit', 'subsynccommit', 'off')}, ${option('binary', 'subbinary', 'false')},
        'streaming = ' || quote_literal(case to_jsonb(s) ->> 'substream' when 'true' then 'on' when 't' then 'on' when 'p' then 'parallel' else 'off' end),
        case when to_jsonb(s) ->> 'subtwophasestate' in ('p', 'e') then 'two_phase = true' end,
        ${option('disable_on_error', 'subdisableonerr', 'false')}, ${option('origin', 'suborigin', 'any')},
        ${option('password_required', 'subpasswordrequired', 'true')}, ${option('run_as_owner', 'subrunasowner', 'false')},
        ${option('failover', 'subfailover', 'false')}) || ')'`,
    unless: `'select from pg_subscription where subname = ' || quote_literal(s.subname) || ' and subdbid = (select oid from pg_database where datname = current_database())'`,
    drop: `'do ' || quote_literal('begin if exists (select from pg_subscription where subname = ' || quote_literal(s.subname) ||
      ' and subdbid = (select oid from pg_database where datname = current_database())) then alter subscription ' || quote_ident(s.subname) || ' disable; alter subscription ' ||
      quote_ident(s.subname) || ' set (slot_name = none); drop subscription ' || quote_ident(s.subname) || '; end if; end')`,
    from: `pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database())`,
  })
}
