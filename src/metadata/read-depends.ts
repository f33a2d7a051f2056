/** What depends on what, from `pg_depend`. */
import type { Reader } from './read.ts'

/** Both ends by their catalogue and oid, as `pg_class 16390`. */
export interface DependRow {
  readonly from: string
  readonly to: string
}

/**
 * The ordinary dependencies among things that were made after the database was. A default is its table, a rule its view, the type of a row
 * its table, an array its element: what is made together is one thing. Indexes, foreign keys, triggers and policies come after all they need,
 * and are left out.
 */
export async function readDepends(reader: Reader): Promise<readonly DependRow[]> {
  const ofClass = (catalogue: string): string => `select '${catalogue}'::regclass, d.objid, 'pg_opclass ' || d.refobjid
      from pg_depend d where d.classid = '${catalogue}'::regclass and d.refclassid = 'pg_opclass'::regclass and d.objid >= 16384`
  const ofFamily = (catalogue: string): string => `select '${catalogue}'::regclass, m.oid, '${catalogue} ' || m.oid
      from ${catalogue} m where m.oid >= 16384 and not exists (select from pg_depend d
        where d.classid = '${catalogue}'::regclass and d.objid = m.oid and d.refclassid = 'pg_opclass'::regclass)`
  const key = (side: 'obj' | 'refobj', catalogue: string, whole: string): string =>
    `case when d.${catalogue} in (select class from wholes) then ${whole}.thing
      else replace(d.${catalogue}::regclass::text, 'pg_catalog.', '') || ' ' || d.${side}id end`
  return await reader.rows<DependRow>(`
    with places (class, oid, thing) as materialized (
      select 'pg_attrdef'::regclass, oid, 'pg_class ' || adrelid from pg_attrdef where oid >= 16384
      union all
      select 'pg_rewrite'::regclass, oid, case when rulename = '_RETURN' then 'pg_class ' || ev_class else 'pg_rewrite ' || oid end
      from pg_rewrite where oid >= 16384
      union all
      select 'pg_constraint'::regclass, oid, case when contypid <> 0 then 'pg_type ' || contypid else 'pg_class ' || conrelid end
      from pg_constraint where contype not in ('f', 't') and oid >= 16384
      union all ${ofClass('pg_amop')}
      union all ${ofClass('pg_amproc')}
      union all ${ofFamily('pg_amop')}
      union all ${ofFamily('pg_amproc')}
      union all
      select 'pg_type'::regclass, t.oid, case
          when c.relkind <> 'c' then 'pg_class ' || t.typrelid
          when t.typcategory = 'A' and ec.relkind <> 'c' then 'pg_class ' || e.typrelid
          when t.typcategory = 'A' and e.oid is not null then 'pg_type ' || e.oid
          when t.typtype = 'm' then (select 'pg_type ' || rngtypid from pg_range where rngmultitypid = t.oid)
          else 'pg_type ' || t.oid end
      from pg_type t left join pg_class c on c.oid = t.typrelid
      left join pg_type e on e.oid = t.typelem left join pg_class ec on ec.oid = e.typrelid where t.oid >= 16384
      union all
      select 'pg_class'::regclass, oid, case when relkind = 'c' then 'pg_type ' || reltype else 'pg_class ' || oid end
      from pg_class where relkind not in ('i', 'I') and oid >= 16384
    ), wholes as (
      select unnest(array['pg_attrdef', 'pg_rewrite', 'pg_constraint', 'pg_amop', 'pg_amproc', 'pg_type', 'pg_class', 'pg_trigger', 'pg_policy']::regclass[]) as class
    ), edges as materialized (
      select ${key('obj', 'classid', 'one')} as "from", ${key('refobj', 'refclassid', 'other')} as "to"
      from pg_depend d
      left join places one on one.class = d.classid and one.oid = d.objid
      left join places other on other.class = d.refclassid and other.oid = d.refobjid
      where (d.deptype = 'n' or d.refclassid = 'pg_opfamily'::regclass) and d.objid >= 16384 and d.refobjid >= 16384
    )
    select distinct "from", "to" from edges where "from" <> "to" order by 1, 2`)
}
