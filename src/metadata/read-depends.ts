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
  const whole = (side: 'obj' | 'refobj', catalogue: string): string => {
    const id = `d.${side}id`
    return `case d.${catalogue}
      when 'pg_attrdef'::regclass then (select 'pg_class ' || adrelid from pg_attrdef where oid = ${id})
      when 'pg_rewrite'::regclass then (select case when rulename = '_RETURN' then 'pg_class ' || ev_class else 'pg_rewrite ' || oid end from pg_rewrite where oid = ${id})
      when 'pg_constraint'::regclass then (select case when contype in ('f', 't') then null when contypid <> 0 then 'pg_type ' || contypid else 'pg_class ' || conrelid end from pg_constraint where oid = ${id})
      when 'pg_amop'::regclass then (select 'pg_opclass ' || refobjid from pg_depend where classid = 'pg_amop'::regclass and objid = ${id} and refclassid = 'pg_opclass'::regclass)
      when 'pg_amproc'::regclass then (select 'pg_opclass ' || refobjid from pg_depend where classid = 'pg_amproc'::regclass and objid = ${id} and refclassid = 'pg_opclass'::regclass)
      when 'pg_trigger'::regclass then null
      when 'pg_policy'::regclass then null
      when 'pg_type'::regclass then (select case
          when t.typrelid <> 0 and c.relkind <> 'c' then 'pg_class ' || t.typrelid
          when t.typcategory = 'A' and t.typelem <> 0 then (select case when e.typrelid <> 0 and ec.relkind <> 'c' then 'pg_class ' || e.typrelid else 'pg_type ' || e.oid end
            from pg_type e left join pg_class ec on ec.oid = e.typrelid where e.oid = t.typelem)
          when t.typtype = 'm' then (select 'pg_type ' || rngtypid from pg_range where rngmultitypid = t.oid)
          else 'pg_type ' || t.oid end
        from pg_type t left join pg_class c on c.oid = t.typrelid where t.oid = ${id})
      when 'pg_class'::regclass then (select case
          when relkind in ('i', 'I') then null
          when relkind = 'c' then 'pg_type ' || reltype
          else 'pg_class ' || oid end from pg_class where oid = ${id})
      else d.${catalogue}::regclass::text || ' ' || ${id} end`
  }
  return await reader.rows<DependRow>(`
    select distinct replace(x."from", 'pg_catalog.', '') as "from", replace(x."to", 'pg_catalog.', '') as "to" from (
      select ${whole('obj', 'classid')} as "from", ${whole('refobj', 'refclassid')} as "to"
      from pg_depend d
      where (d.deptype = 'n' or d.refclassid = 'pg_opfamily'::regclass) and d.objid >= 16384 and d.refobjid >= 16384
    ) x where x."from" <> x."to" order by 1, 2`)
}
