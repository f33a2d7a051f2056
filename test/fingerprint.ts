/** Everything in a database's schemas as lines of text, read in another way than `reflect` reads it. */
import type { Engine } from '../src/index.ts'

const user = (namespace: string): string => `${namespace}::regnamespace::text !~ '^pg_|^information_schema$'`
const free = (catalogue: string, oid: string): string =>
  `not exists (select from pg_depend x where x.classid = '${catalogue}'::regclass and x.objid = ${oid} and x.deptype = 'e')`

const queries = [
  `select format('schema %I %s', nspname, obj_description(oid, 'pg_namespace')) from pg_namespace where ${user('oid')}`,
  `select format('extension %I %s %s', extname, extnamespace::regnamespace, obj_description(oid, 'pg_extension')) from pg_extension`,
  `select format('relation %s %s %s %s %s %s %s %s %s %s %s', oid::regclass, relkind, relpersistence, reloptions, relrowsecurity, relforcerowsecurity,
     relreplident, pg_get_expr(relpartbound, oid), case when relkind = 'p' then pg_get_partkeydef(oid) end,
     case when relkind in ('v', 'm') then pg_get_viewdef(oid) || relispopulated end, obj_description(oid, 'pg_class'))
   from pg_class where ${user('relnamespace')} and ${free('pg_class', 'oid')} and relkind not in ('i', 'I')`,
  `select format('toast %s %s', c.oid::regclass, t.reloptions) from pg_class c join pg_class t on t.oid = c.reltoastrelid where ${user('c.relnamespace')}`,
  `select format('column %s %s %I %s %s %s %s %s %s %s %s %s %s %s %s %s', c.oid::regclass,
     row_number() over (partition by c.oid order by a.attnum), a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
     a.attidentity, a.attgenerated, a.attcollation::regcollation, a.attislocal, a.attinhcount, a.attstorage, a.attcompression, a.attstattarget, a.attoptions,
     col_description(c.oid, a.attnum))
   from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where a.attnum > 0 and not a.attisdropped and c.relkind not in ('i', 'I') and ${user('c.relnamespace')} and ${free('pg_class', 'c.oid')}`,
  `select format('constraint %I on %s %s %s %s %s %s %s', case when contype = 'n' and not conislocal then '' else conname end, conrelid::regclass, contypid::regtype, pg_get_constraintdef(oid), conislocal, coninhcount, convalidated,
     obj_description(oid, 'pg_constraint')) from pg_constraint where ${user('connamespace')} and not (contype = 'f' and conparentid <> 0)`,
  `select format('index %s %s %s %s %s', pg_get_indexdef(indexrelid), indisclustered, indisreplident, obj_description(indexrelid, 'pg_class'),
     (select inhparent::regclass from pg_inherits where inhrelid = indexrelid))
   from pg_index join pg_class c on c.oid = indexrelid where ${user('c.relnamespace')}`,
  `select format('inherits %s %s %s', inhrelid::regclass, inhparent::regclass, inhseqno) from pg_inherits join pg_class c on c.oid = inhrelid where ${user('c.relnamespace')} and c.relkind not in ('i', 'I')`,
  `select format('trigger %s %s %s', pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger')) from pg_trigger where not tgisinternal`,
  `select format('policy %I on %s %s %s %s %s %s %s', polname, polrelid::regclass, polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid),
     pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy')) from pg_policy`,
  `select format('rule %s', pg_get_ruledef(r.oid)) from pg_rewrite r join pg_class c on c.oid = r.ev_class where ${user('c.relnamespace')} and ${free('pg_class', 'c.oid')}`,
  `select format('function %s %s %s', oid::regprocedure, case when prokind <> 'a' then pg_get_functiondef(oid) end, obj_description(oid, 'pg_proc')) from pg_proc where ${user('pronamespace')} and ${free('pg_proc', 'oid')}`,
  `select format('aggregate %s %s %s %s %s', aggfnoid, aggtransfn, aggfinalfn, aggtranstype::regtype, agginitval) from pg_aggregate join pg_proc p on p.oid = aggfnoid where ${user('p.pronamespace')}`,
  `select format('type %s %s %s %s %s %s %s', oid::regtype, typtype, format_type(typbasetype, typtypmod), typnotnull, typdefault, typcollation::regcollation, obj_description(oid, 'pg_type'))
   from pg_type where ${user('typnamespace')} and ${free('pg_type', 'oid')} and typcategory <> 'A'`,
  `select format('enum %s %s', enumtypid::regtype, string_agg(quote_literal(enumlabel), ',' order by enumsortorder)) from pg_enum group by enumtypid`,
  `select format('range %s %s %s %s', rngtypid::regtype, rngsubtype::regtype, rngmultitypid::regtype, rngsubdiff) from pg_range where rngtypid >= 16384`,
  `select format('sequence %s %s %s %s %s %s %s %s %s', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle,
     (select format('%s %s %s', deptype, refobjid::regclass, refobjsubid > 0) from pg_depend where classid = 'pg_class'::regclass and objid = seqrelid and deptype in ('a', 'i')))
   from pg_sequence`,
  `select format('operator %s %s %s %s', oid::regoperator, oprcode, oprcom::regoper, oprnegate::regoper) from pg_operator where ${user('oprnamespace')} and ${free('pg_operator', 'oid')}`,
  `select format('cast %s %s %s %s', castsource::regtype, casttarget::regtype, castmethod, castcontext) from pg_cast where oid >= 16384`,
  `select format('collation %s %s %s', oid::regcollation, collprovider, collisdeterministic) from pg_collation where ${user('collnamespace')}`,
  `select format('dictionary %s %s', oid::regdictionary, dictinitoption) from pg_ts_dict where ${user('dictnamespace')}`,
  `select format('mapping %s %s %s %s', mapcfg::regconfig, maptokentype, mapseqno, mapdict::regdictionary) from pg_ts_config_map join pg_ts_config c on c.oid = mapcfg where ${user('cfgnamespace')}`,
  `select format('statistics %s', pg_get_statisticsobjdef(oid)) from pg_statistic_ext`,
]

/** The lines in order, each thing on one. */
export async function fingerprint(engine: Engine): Promise<string[]> {
  return await engine.transaction(async tx => {
    await tx.execute(`set local search_path = ''`)
    const lines: string[] = []
    for (const query of queries) lines.push(...((await tx.execute(query)).scalars() as string[]))
    return lines.sort()
  })
}
