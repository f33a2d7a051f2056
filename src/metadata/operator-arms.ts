/** What Postgres itself is extended by: languages, access methods, base types, operators with their classes, casts, conversions. */
import { arm, named } from './other-arm.ts'
import { own, type SchemaFilter } from './read.ts'

export function operatorArms(filter: SchemaFilter): string[] {
  const inSchema = (catalogue: string, alias: string): string => `${filter} and ${own(catalogue, `${alias}.oid`)}`
  const unnamed = (catalogue: string, column: string, name: string): string =>
    `'select from ${catalogue} where ${column} = ' || quote_literal(${name})`
  const isBase = `t.typtype = 'b' and not (t.typcategory = 'A' and t.typelem <> 0)`
  const typeAt = `' where typname = ' || quote_literal(t.typname) || ' and typnamespace = ' || quote_literal(quote_ident(n.nspname)) || '::regnamespace'`
  return [
    arm({
      object: `'pg_language ' || l.oid`,
      kind: `'language'`,
      identity: `quote_ident(l.lanname)`,
      sql: `'create or replace' || (case when l.lanpltrusted then ' trusted' else '' end) || ' language ' || quote_ident(l.lanname) || ' handler ' || l.lanplcallfoid::regproc ||
        coalesce(' inline ' || nullif(l.laninline, 0)::regproc, '') || coalesce(' validator ' || nullif(l.lanvalidator, 0)::regproc, '')`,
      drop: `'drop language if exists ' || quote_ident(l.lanname)`,
      first: true,
      from: `pg_language l where l.lanispl and l.oid >= 16384 and ${own('pg_language', 'l.oid')}`,
    }),
    arm({
      object: `'pg_am ' || m.oid`,
      kind: `'access method'`,
      identity: `quote_ident(m.amname)`,
      sql: `'create access method ' || quote_ident(m.amname) || ' type ' || (case m.amtype when 't' then 'table' else 'index' end) || ' handler ' || m.amhandler::regproc`,
      unless: unnamed('pg_am', 'amname', 'm.amname'),
      drop: `'drop access method if exists ' || quote_ident(m.amname)`,
      first: true,
      from: `pg_am m where m.oid >= 16384 and ${own('pg_am', 'm.oid')}`,
    }),
    arm({
      object: `'pg_type ' || t.oid || ' shell'`,
      kind: `'shell type'`,
      identity: named('n.nspname', 't.typname'),
      sql: `'create type ' || ${named('n.nspname', 't.typname')}`,
      unless: `'select from pg_type' || ${typeAt}`,
      // One that is defined goes with what defines it.
      drop: `case when not t.typisdefined then 'drop type if exists ' || ${named('n.nspname', 't.typname')} end`,
      first: true,
      from: `pg_type t join pg_namespace n on n.oid = t.typnamespace where (${isBase} or not t.typisdefined) and ${inSchema('pg_type', 't')}`,
    }),
    arm({
      object: `'pg_type ' || t.oid`,
      kind: `'base type'`,
      identity: named('n.nspname', 't.typname'),
      sql: `'create type ' || ${named('n.nspname', 't.typname')} || ' (' || concat_ws(', ',
        'input = ' || t.typinput::regproc, 'output = ' || t.typoutput::regproc, 'receive = ' || nullif(t.typreceive, 0)::regproc,
        'send = ' || nullif(t.typsend, 0)::regproc, 'typmod_in = ' || nullif(t.typmodin, 0)::regproc, 'typmod_out = ' || nullif(t.typmodout, 0)::regproc,
        'analyze = ' || nullif(t.typanalyze, 0)::regproc, 'subscript = ' || nullif(t.typsubscript, 0)::regproc,
        'internallength = ' || (case when t.typlen < 0 then 'variable' else t.typlen::text end), case when t.typbyval then 'passedbyvalue' end,
        'alignment = ' || (case t.typalign when 'c' then 'char' when 's' then 'int2' when 'i' then 'int4' else 'double' end),
        'storage = ' || (case t.typstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end),
        'category = ' || quote_literal(t.typcategory::text), case when t.typispreferred then 'preferred = true' end, 'default = ' || quote_literal(t.typdefault),
        'element = ' || format_type(nullif(t.typelem, 0), null), case when t.typdelim <> ',' then 'delimiter = ' || quote_literal(t.typdelim::text) end,
        case when t.typcollation <> 0 then 'collatable = true' end) || ')'`,
      unless: `'select from pg_type' || ${typeAt} || ' and typisdefined'`,
      drop: `'drop type if exists ' || ${named('n.nspname', 't.typname')} || ' cascade'`,
      first: true,
      from: `pg_type t join pg_namespace n on n.oid = t.typnamespace where ${isBase} and t.typisdefined and ${inSchema('pg_type', 't')}`,
    }),
    arm({
      object: `'pg_operator ' || o.oid`,
      kind: `'operator'`,
      identity: `o.oid::regoperator::text`,
      sql: `'create operator ' || quote_ident(n.nspname) || '.' || o.oprname || ' (' || concat_ws(', ',
        'function = ' || o.oprcode::regproc, 'leftarg = ' || format_type(nullif(o.oprleft, 0), null), 'rightarg = ' || format_type(nullif(o.oprright, 0), null),
        (select 'commutator = operator(' || quote_ident(cn.nspname) || '.' || co.oprname || ')' from pg_operator co join pg_namespace cn on cn.oid = co.oprnamespace where co.oid = o.oprcom),
        (select 'negator = operator(' || quote_ident(cn.nspname) || '.' || co.oprname || ')' from pg_operator co join pg_namespace cn on cn.oid = co.oprnamespace where co.oid = o.oprnegate),
        'restrict = ' || nullif(o.oprrest, 0)::regproc, 'join = ' || nullif(o.oprjoin, 0)::regproc,
        case when o.oprcanmerge then 'merges' end, case when o.oprcanhash then 'hashes' end) || ')'`,
      unless: `'select from pg_operator where oid = to_regoperator(' || quote_literal(o.oid::regoperator::text) || ') and oprcode <> 0'`,
      drop: `'drop operator if exists ' || o.oid::regoperator`,
      first: true,
      from: `pg_operator o join pg_namespace n on n.oid = o.oprnamespace where o.oprcode <> 0 and ${inSchema('pg_operator', 'o')}`,
    }),
    arm({
      object: `'pg_opfamily ' || f.oid`,
      kind: `'operator family'`,
      identity: `${named('n.nspname', 'f.opfname')} || ' using ' || m.amname`,
      sql: `'create operator family ' || ${named('n.nspname', 'f.opfname')} || ' using ' || quote_ident(m.amname)`,
      unless: `'select from pg_opfamily f join pg_am m on m.oid = f.opfmethod where f.opfname = ' || quote_literal(f.opfname) || ' and f.opfnamespace = ' ||
        quote_literal(quote_ident(n.nspname)) || '::regnamespace and m.amname = ' || quote_literal(m.amname)`,
      drop: `'drop operator family if exists ' || ${named('n.nspname', 'f.opfname')} || ' using ' || quote_ident(m.amname)`,
      first: true,
      from: `pg_opfamily f join pg_am m on m.oid = f.opfmethod join pg_namespace n on n.oid = f.opfnamespace where ${inSchema('pg_opfamily', 'f')}`,
    }),
    arm({
      object: `'pg_opclass ' || c.oid`,
      kind: `'operator class'`,
      identity: `${named('n.nspname', 'c.opcname')} || ' using ' || m.amname`,
      sql: `'create operator class ' || ${named('n.nspname', 'c.opcname')} || (case when c.opcdefault then ' default' else '' end) || ' for type ' ||
        format_type(c.opcintype, null) || ' using ' || quote_ident(m.amname) || ' family ' || (select ${named('fn.nspname', 'f.opfname')}
          from pg_opfamily f join pg_namespace fn on fn.oid = f.opfnamespace where f.oid = c.opcfamily) || ' as ' || coalesce(nullif(concat_ws(', ',
        (select string_agg('operator ' || a.amopstrategy || ' ' || a.amopopr::regoperator || coalesce(' for order by ' || (select ${named('sn.nspname', 's.opfname')}
            from pg_opfamily s join pg_namespace sn on sn.oid = s.opfnamespace where s.oid = a.amopsortfamily), ''), ', ' order by a.amopstrategy)
          from pg_depend d join pg_amop a on a.oid = d.objid
          where d.classid = 'pg_amop'::regclass and d.refclassid = 'pg_opclass'::regclass and d.refobjid = c.oid),
        (select string_agg('function ' || a.amprocnum || ' (' || format_type(a.amproclefttype, null) || ', ' || format_type(a.amprocrighttype, null) || ') ' ||
            a.amproc::oid::regprocedure, ', ' order by a.amprocnum)
          from pg_depend d join pg_amproc a on a.oid = d.objid
          where d.classid = 'pg_amproc'::regclass and d.refclassid = 'pg_opclass'::regclass and d.refobjid = c.oid),
        'storage ' || format_type(nullif(c.opckeytype, 0), null)), ''), 'storage ' || format_type(c.opcintype, null))`,
      unless: `'select from pg_opclass c join pg_am m on m.oid = c.opcmethod where c.opcname = ' || quote_literal(c.opcname) || ' and c.opcnamespace = ' ||
        quote_literal(quote_ident(n.nspname)) || '::regnamespace and m.amname = ' || quote_literal(m.amname)`,
      drop: `'drop operator class if exists ' || ${named('n.nspname', 'c.opcname')} || ' using ' || quote_ident(m.amname)`,
      first: true,
      from: `pg_opclass c join pg_am m on m.oid = c.opcmethod join pg_namespace n on n.oid = c.opcnamespace where ${inSchema('pg_opclass', 'c')}`,
    }),
    arm({
      object: `'pg_cast ' || c.oid`,
      kind: `'cast'`,
      identity: `'(' || format_type(c.castsource, null) || ' as ' || format_type(c.casttarget, null) || ')'`,
      sql: `'create cast (' || format_type(c.castsource, null) || ' as ' || format_type(c.casttarget, null) || ') ' ||
        (case c.castmethod when 'f' then 'with function ' || c.castfunc::regprocedure when 'i' then 'with inout' else 'without function' end) ||
        (case c.castcontext when 'a' then ' as assignment' when 'i' then ' as implicit' else '' end)`,
      unless: `'select from pg_cast where castsource = ' || quote_literal(format_type(c.castsource, null)) || '::regtype and casttarget = ' || quote_literal(format_type(c.casttarget, null)) || '::regtype'`,
      drop: `'drop cast if exists (' || format_type(c.castsource, null) || ' as ' || format_type(c.casttarget, null) || ')'`,
      first: true,
      // That of a range to its multirange comes with the range.
      from: `pg_cast c where c.oid >= 16384 and ${own('pg_cast', 'c.oid')}
        and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i')`,
    }),
    arm({
      object: `'pg_conversion ' || c.oid`,
      kind: `'conversion'`,
      identity: named('n.nspname', 'c.conname'),
      sql: `'create' || (case when c.condefault then ' default' else '' end) || ' conversion ' || ${named('n.nspname', 'c.conname')} || ' for ' ||
        quote_literal(pg_encoding_to_char(c.conforencoding)) || ' to ' || quote_literal(pg_encoding_to_char(c.contoencoding)) || ' from ' || c.conproc`,
      unless: `'select from pg_conversion where conname = ' || quote_literal(c.conname) || ' and connamespace = ' || quote_literal(quote_ident(n.nspname)) || '::regnamespace'`,
      drop: `'drop conversion if exists ' || ${named('n.nspname', 'c.conname')}`,
      from: `pg_conversion c join pg_namespace n on n.oid = c.connamespace where ${inSchema('pg_conversion', 'c')}`,
    }),
  ]
}
