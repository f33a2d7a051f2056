/** Constraints of tables and of domains from `pg_constraint`. */
import type { Reader, SchemaFilter } from './read.ts'
import { elementsOf, type IndexElementRow } from './read-indexes.ts'

export interface ConstraintRow {
  readonly oid: string
  readonly relation: string
  readonly domain: string
  readonly name: string
  /** p primary key, u unique, c check, f foreign key, x exclusion, n not null. Those of triggers are triggers. */
  readonly type: 'p' | 'u' | 'c' | 'f' | 'x' | 'n'
  /** As `pg_get_constraintdef` prints it. */
  readonly definition: string
  readonly expression: string | null
  readonly columns: readonly string[]
  readonly target: string
  readonly targetColumns: readonly string[]
  /** a no action, r restrict, c cascade, n set null, d set default. */
  readonly onUpdate: string
  readonly onDelete: string
  readonly matchFull: boolean
  readonly deferrable: boolean
  readonly deferred: boolean
  readonly validated: boolean
  readonly local: boolean
  readonly inherited: boolean
  readonly noInherit: boolean
  /** The oid of the partitioned table's constraint that it is a part of; '0' without one. */
  readonly parent: string
  /** The columns of `on delete set null (…)`. */
  readonly setColumns: boolean
  /** Of the index of a key or an exclusion. */
  readonly storage: readonly string[]
  readonly indexOid: string
  /** Whether it is the key or the exclusion of a partitioned table some of whose partitions do not have it. */
  readonly alone: boolean
  /** The indexes of partitions that belong to the key's, as SQL. */
  readonly attached: readonly string[]
  /** Of an exclusion: how its index finds what is excluded. */
  readonly exclusion: ExclusionRow | null
}

export interface ExclusionRow {
  readonly method: string
  readonly elements: readonly IndexElementRow[]
  /** Of each element: the operator that holds between rows that exclude each other. */
  readonly operators: readonly { readonly schema: string; readonly name: string }[]
  readonly include: boolean
  readonly predicate: string | null
}

export async function readConstraints(reader: Reader, filter: SchemaFilter): Promise<readonly ConstraintRow[]> {
  const names = (keys: string, relation: string): string =>
    `array(select a.attname::text from unnest(${keys}) with ordinality k(num, at)
      join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.num order by k.at)`
  return await reader.rows<ConstraintRow>(`
    select o.oid::text as oid, o.conrelid::text as relation, o.contypid::text as domain, o.conname::text as name,
      o.contype::text as type, pg_get_constraintdef(o.oid) as definition,
      pg_get_expr(o.conbin, o.conrelid) as expression, ${names('o.conkey', 'o.conrelid')} as columns,
      o.confrelid::text as target, ${names('o.confkey', 'o.confrelid')} as "targetColumns",
      o.confupdtype::text as "onUpdate", o.confdeltype::text as "onDelete", o.confmatchtype = 'f' as "matchFull",
      o.condeferrable as deferrable, o.condeferred as deferred, o.convalidated as validated,
      o.conislocal as local, o.coninhcount > 0 as inherited, o.connoinherit as "noInherit",
      o.conparentid::text as parent, coalesce(cardinality(o.confdelsetcols), 0) > 0 as "setColumns",
      coalesce(i.reloptions, '{}') as storage, o.conindid::text as "indexOid",
      coalesce((select not x.indisvalid from pg_index x where x.indexrelid = o.conindid and o.contype in ('p', 'u', 'x')), false) as alone,
      array(select h.inhrelid::regclass::text from pg_inherits h where h.inhparent = o.conindid and o.contype in ('p', 'u') order by 1) as attached,
      case when o.contype = 'x' then (
        select json_build_object('method', m.amname, 'elements', ${elementsOf('x')}, 'include', x.indnatts > x.indnkeyatts,
          'predicate', pg_get_expr(x.indpred, x.indrelid),
          'operators', (select json_agg(json_build_object('schema', pn.nspname, 'name', p.oprname) order by e.at)
            from unnest(o.conexclop) with ordinality e(oid, at) join pg_operator p on p.oid = e.oid join pg_namespace pn on pn.oid = p.oprnamespace))
        from pg_index x join pg_class c on c.oid = x.indexrelid join pg_am m on m.oid = c.relam where x.indexrelid = o.conindid) end as exclusion
    from pg_constraint o
    join pg_namespace n on n.oid = o.connamespace
    left join pg_class i on i.oid = o.conindid and o.contype in ('p', 'u', 'x')
    where o.contype in ('p', 'u', 'c', 'f', 'x', 'n') and ${filter}
    order by o.conrelid, o.contypid, o.conname`)
}
