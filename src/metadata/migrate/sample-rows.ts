/** A few rows in every table of a database that is for trying things on, so that what is done to it meets rows. */
import { quote } from '../../base/identifier.ts'
import type { Lease } from '../../engine/lease.ts'
import { StatementError } from '../../engine/statement-error.ts'
import type { Transaction } from '../../engine/transaction.ts'

export interface Sampled {
  /** How many rows were written. */
  readonly rows: number
  /** Tables that took none, as SQL writes them, with why. */
  readonly empty: readonly { readonly table: string; readonly why: string }[]
}

interface Column {
  /** As SQL writes it. */
  readonly table: string
  readonly name: string
  /** Of a domain, its base. */
  readonly type: string
  /** The letter of `pg_type.typcategory`. */
  readonly category: string
  readonly isNullable: boolean
  /** The table and column that a key of this column leads to, as SQL writes them. */
  readonly target: string | null
  readonly key: string | null
}

// What the database gives by itself is left to it: defaults, identities and generated columns.
const columns = `
  with recursive base as (
    select oid as type, oid as base from pg_type where typtype <> 'd'
    union all select t.oid, b.base from pg_type t join base b on b.type = t.typbasetype where t.typtype = 'd'
  )
  select c.oid::regclass::text as table, a.attname as name, format_type(b.base, null) as type, t.typcategory as category,
      not a.attnotnull as "isNullable", k.confrelid::regclass::text as target, f.attname as key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join base b on b.type = a.atttypid join pg_type t on t.oid = b.base
      left join lateral (
        select k.confrelid, k.confkey[array_position(k.conkey, a.attnum)] as key from pg_constraint k
          where k.contype = 'f' and k.conrelid = c.oid and a.attnum = any(k.conkey) order by k.oid limit 1
      ) k on true
      left join pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.key
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and a.attidentity = '' and a.attgenerated = '' and not a.atthasdef
    order by c.oid, a.attnum`

const tables = `
  select c.oid::regclass::text as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by c.oid`

/** How much there is of all that depends on something, which is what most statements that change a schema add to or take from. */
const things = `select count(*)::int as things from pg_depend`

/**
 * Writes two rows into each table that takes them, parents before children. Nothing is made of what checks and triggers want. A table whose rows
 * make others, as triggers do that add a partition, takes none: the schema would be another.
 */
export async function sampleRows(lease: Lease): Promise<Sampled> {
  const ofTable = new Map<string, Column[]>()
  for (const { table } of (await lease.execute<{ table: string }>(tables)).rows) ofTable.set(table, [])
  for (const column of (await lease.execute<Column>(columns)).rows) ofTable.get(column.table)?.push(column)
  const before = await thingsOf(lease)
  let rows = 0
  let waiting = [...ofTable]
  let why = new Map<string, string>()
  for (let left = waiting.length + 1; waiting.length > 0 && waiting.length < left; ) {
    left = waiting.length
    const failed: typeof waiting = []
    why = new Map()
    for (const [table, own] of waiting) {
      const error = await insert(lease, table, own, before)
      if (error === null) rows += 2
      else {
        failed.push([table, own])
        why.set(table, error)
      }
    }
    waiting = failed
  }
  return { rows, empty: waiting.map(([table]) => ({ table, why: why.get(table) ?? '' })) }
}

/** Undoes rows that have made something else than rows. */
class OtherSchema extends Error {}

async function thingsOf(on: Lease | Transaction): Promise<number> {
  return (await on.execute<{ things: number }>(things)).one().things
}

/** Gives why it was refused; null when it was not. */
async function insert(lease: Lease, table: string, own: readonly Column[], before: number): Promise<string | null> {
  const begun = await lease.begin()
  try {
    await begun.complete(async tx => {
      for (const n of [1, 2]) {
        const values = own.map(column => sampleValue(column, n))
        const text =
          own.length === 0
            ? `insert into ${table} default values`
            : `insert into ${table} (${own.map(one => quote(one.name)).join(', ')}) values (${values.join(', ')})`
        await tx.run({ text, values: [] })
      }
      if ((await thingsOf(tx)) !== before) throw new OtherSchema()
    })
    return null
  } catch (error) {
    if (error instanceof StatementError) return error.message
    if (error instanceof OtherSchema) return 'its triggers change the schema'
    throw error
  }
}

/** An expression for the nth row; as a rule another for each. */
function sampleValue({ target, key, type, category, isNullable, table }: Column, n: number): string {
  if (target !== null && key !== null) {
    // A row may point to its own table before there is one.
    if (target === table && isNullable) return 'null'
    return `(select ${quote(key)} from ${target} order by 1 offset ${n - 1} limit 1)`
  }
  const known = byType[type]?.(n) ?? byCategory[category]?.(n, type)
  return known ?? 'null'
}

const byType: { readonly [type: string]: (n: number) => string } = {
  uuid: n => `md5('${n}')::uuid`,
  json: n => `'{"n": ${n}}'`,
  jsonb: n => `'{"n": ${n}}'`,
  bytea: n => `'\\x0${n}'`,
  xml: n => `'<n>${n}</n>'`,
  tsvector: n => `'n${n}'`,
  tsquery: n => `'n${n}'`,
  macaddr: n => `'08:00:2b:01:02:0${n}'`,
  macaddr8: n => `'08:00:2b:01:02:03:04:0${n}'`,
  'time without time zone': n => `'00:00:0${n}'`,
  'time with time zone': n => `'00:00:0${n}+00'`,
  point: n => `'(${n},1)'`,
  bit: n => `'${n % 2}'`,
}

const byCategory: { readonly [category: string]: (n: number, type: string) => string } = {
  A: () => `'{}'`,
  B: n => String(n % 2 === 0),
  D: n => `'2000-01-0${n}'`,
  E: (n, type) => `(enum_range(null::${type}))[1 + ${n - 1} % cardinality(enum_range(null::${type}))]`,
  I: n => `'127.0.0.${n}'`,
  N: n => String(n),
  R: (_, type) => (type.includes('multirange') ? `'{}'` : `'empty'`),
  S: n => `'${n}'`,
  T: n => `'${n} days'`,
  V: n => `'${n % 2}'`,
}
