/** Indexes that no constraint made, from `pg_index`. */
import type { Reader, SchemaFilter } from './read.ts'

export interface IndexRow {
  readonly oid: string
  readonly relation: string
  readonly schema: string
  readonly name: string
  readonly method: string
  readonly unique: boolean
  readonly nullsNotDistinct: boolean
  /** As `pg_get_indexdef` prints it. */
  readonly definition: string
  /** False: on a partitioned table some of whose partitions have no index for it. */
  readonly valid: boolean
  /** The indexes of partitions that belong to it, as SQL. */
  readonly attached: readonly string[]
  readonly predicate: string | null
  readonly storage: readonly string[]
  readonly elements: readonly IndexElementRow[]
  /** The columns of `include`. */
  readonly include: readonly string[]
  readonly comment: string | null
  /** Statistics targets of expressions: `number target`. */
  readonly statistics: readonly string[]
}

export interface IndexElementRow {
  /** Null where it is an expression. */
  readonly column: string | null
  readonly expression: string
  /** Where it is not the one of the type. */
  readonly opclass: string | null
  readonly opclassSchema: string
  readonly opclassOptions: readonly string[] | null
  /** Where it is not the column's own. */
  readonly collation: string | null
  readonly collationSchema: string
  /** 1: descending, 2: nulls first. */
  readonly option: number
}

/** What an index is built on, as JSON. @param index the row of `pg_index` */
export function elementsOf(index: string): string {
  return `(select json_agg(json_build_object(
        'column', a.attname, 'expression', pg_get_indexdef(${index}.indexrelid, k, false),
        'opclass', case when not p.opcdefault or ia.attoptions is not null then p.opcname end, 'opclassSchema', pn.nspname,
        'opclassOptions', ia.attoptions,
        'collation', case when co.oid is not null and co.oid <> coalesce(a.attcollation, 100) then co.collname end,
        'collationSchema', cn.nspname, 'option', ${index}.indoption[k - 1]) order by k)
       from generate_series(1, ${index}.indnkeyatts) k
       left join pg_attribute a on a.attrelid = ${index}.indrelid and a.attnum = ${index}.indkey[k - 1] and ${index}.indkey[k - 1] <> 0
       join pg_attribute ia on ia.attrelid = ${index}.indexrelid and ia.attnum = k
       join pg_opclass p on p.oid = ${index}.indclass[k - 1]
       join pg_namespace pn on pn.oid = p.opcnamespace
       left join pg_collation co on co.oid = ${index}.indcollation[k - 1]
       left join pg_namespace cn on cn.oid = co.collnamespace)`
}

export async function readIndexes(reader: Reader, filter: SchemaFilter): Promise<readonly IndexRow[]> {
  return await reader.rows<IndexRow>(`
    select c.oid::text as oid, i.indrelid::text as relation, n.nspname::text as schema, c.relname::text as name,
      m.amname::text as method, i.indisunique as unique, i.indnullsnotdistinct as "nullsNotDistinct",
      pg_get_indexdef(c.oid) as definition, pg_get_expr(i.indpred, i.indrelid) as predicate,
      coalesce(c.reloptions, '{}') as storage, i.indisvalid as valid,
      array(select h.inhrelid::regclass::text from pg_inherits h where h.inhparent = c.oid order by 1) as attached,
      ${elementsOf('i')} as elements,
      array(select a.attname::text from generate_series(i.indnkeyatts + 1, i.indnatts) k
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k - 1] order by k) as include,
      array(select a.attnum || ' ' || a.attstattarget from pg_attribute a
       where a.attrelid = c.oid and coalesce(a.attstattarget, -1) >= 0 order by a.attnum) as statistics,
      obj_description(c.oid, 'pg_class') as comment
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class r on r.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_am m on m.oid = c.relam
    where ${filter} and r.relkind in ('r', 'p', 'm') and (i.indisvalid or r.relkind = 'p')
      and not exists (select from pg_constraint o where o.conindid = c.oid and o.contype in ('p', 'u', 'x'))
    order by n.nspname, c.relname`)
}
