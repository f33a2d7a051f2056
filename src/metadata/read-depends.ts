/** What depends on what, from `pg_depend`. */
import type { Reader } from './read.ts'

/** Both ends by their catalogue and oid, as `pg_class 16390`. */
export interface DependRow {
  readonly from: string
  readonly to: string
}

interface PlaceRow {
  readonly object: string
  /** What the object is a part of, or itself; null where it is a part of nothing that is kept. */
  readonly whole: string | null
}

/** The catalogues whose objects are parts of others. */
const partly = ['attrdef', 'rewrite', 'constraint', 'amop', 'amproc', 'type', 'class', 'trigger', 'policy'] as const
const partOfAnother = new RegExp(`^pg_(?:${partly.join('|')}) `)

/**
 * The ordinary dependencies among things that were made after the database was. A default is its table, a rule its view, the type of a row
 * its table, an array its element: what is made together is one thing. Indexes, foreign keys, triggers and policies come after all they need,
 * and are left out.
 *
 * What is part of what is looked up here and not by a join: of what a transaction itself has made, the planner has no statistics, takes it for
 * next to nothing and joins it in nested loops. 148 tables and 1,638 views took 101 s (Postgres 15).
 */
export async function readDepends(reader: Reader): Promise<readonly DependRow[]> {
  const wholes = new Map((await reader.rows<PlaceRow>(places())).map(({ object, whole }) => [object, whole]))
  const whole = (object: string): string | null => wholes.get(object) ?? (partOfAnother.test(object) ? null : object)
  const found = new Map<string, Set<string>>()
  for (const row of await reader.rows<DependRow>(edges)) {
    const [from, to] = [whole(row.from), whole(row.to)]
    if (from === null || to === null || from === to) continue
    const known = found.get(from)
    if (known === undefined) found.set(from, new Set([to]))
    else known.add(to)
  }
  return [...found].flatMap(([from, all]) => [...all].map(to => ({ from, to })))
}

function places(): string {
  const ofClass = (catalogue: string): string => `select '${catalogue} ' || d.objid, 'pg_opclass ' || d.refobjid
      from pg_depend d where d.classid = '${catalogue}'::regclass and d.refclassid = 'pg_opclass'::regclass and d.objid >= 16384`
  const ofFamily = (catalogue: string): string => `select '${catalogue} ' || m.oid, '${catalogue} ' || m.oid
      from ${catalogue} m where m.oid >= 16384 and not exists (select from pg_depend d
        where d.classid = '${catalogue}'::regclass and d.objid = m.oid and d.refclassid = 'pg_opclass'::regclass)`
  return `
    select 'pg_attrdef ' || oid as object, 'pg_class ' || adrelid as whole from pg_attrdef where oid >= 16384
    union all
    select 'pg_rewrite ' || oid, case when rulename = '_RETURN' then 'pg_class ' || ev_class else 'pg_rewrite ' || oid end
    from pg_rewrite where oid >= 16384
    union all
    select 'pg_constraint ' || oid, case when contypid <> 0 then 'pg_type ' || contypid else 'pg_class ' || conrelid end
    from pg_constraint where contype not in ('f', 't') and oid >= 16384
    union all ${ofClass('pg_amop')}
    union all ${ofClass('pg_amproc')}
    union all ${ofFamily('pg_amop')}
    union all ${ofFamily('pg_amproc')}
    union all
    select 'pg_type ' || t.oid, case
        when c.relkind <> 'c' then 'pg_class ' || t.typrelid
        when t.typcategory = 'A' and ec.relkind <> 'c' then 'pg_class ' || e.typrelid
        when t.typcategory = 'A' and e.oid is not null then 'pg_type ' || e.oid
        when t.typtype = 'm' then (select 'pg_type ' || rngtypid from pg_range where rngmultitypid = t.oid)
        else 'pg_type ' || t.oid end
    from pg_type t left join pg_class c on c.oid = t.typrelid
    left join pg_type e on e.oid = t.typelem left join pg_class ec on ec.oid = e.typrelid where t.oid >= 16384
    union all
    select 'pg_class ' || oid, case when relkind = 'c' then 'pg_type ' || reltype else 'pg_class ' || oid end
    from pg_class where relkind not in ('i', 'I') and oid >= 16384`
}

// A loose member of an operator family goes with its function of its own accord, and is made after it all the same.
const edges = `
  select distinct replace(d.classid::regclass::text, 'pg_catalog.', '') || ' ' || d.objid as "from",
    replace(d.refclassid::regclass::text, 'pg_catalog.', '') || ' ' || d.refobjid as "to"
  from pg_depend d
  where (d.deptype = 'n' or d.refclassid = 'pg_opfamily'::regclass or d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass)) and d.objid >= 16384 and d.refobjid >= 16384
  order by 1, 2`
