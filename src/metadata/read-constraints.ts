/** Constraints of tables and of domains from `pg_constraint`. */
import type { Reader, SchemaFilter } from './read.ts'

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
      coalesce(i.reloptions, '{}') as storage, o.conindid::text as "indexOid"
    from pg_constraint o
    join pg_namespace n on n.oid = o.connamespace
    left join pg_class i on i.oid = o.conindid and o.contype in ('p', 'u', 'x')
    where o.contype in ('p', 'u', 'c', 'f', 'x', 'n') and ${filter}
    order by o.conrelid, o.contypid, o.conname`)
}
