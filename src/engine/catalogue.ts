/**
 * What the database says of the types and tables that results mention by oid. Oids are looked up once; a column that was
 * added since is looked up again.
 */
import { type KindName, kinds } from '../base/kinds.ts'
import type { Statement } from '../base/statement.ts'
import type { CompositeModel, Model, TableModel, TypeModel } from '../schema/model.ts'
import { plainType } from '../schema/plain-type.ts'
import type { RawField, RawResult } from './driver.ts'

/** A table that results come from: which of the literal's it is, and the names of its columns by number. */
interface KnownTable {
  readonly table: TableModel | null
  readonly columns: ReadonlyMap<number, string>
}

interface TypeRow {
  readonly schema: string
  readonly name: string
  /** `pg_type.typtype`: b(ase), c(omposite), d(omain), e(num), p(seudo), r(ange), m(ultirange). */
  readonly type: string
  /** What it is the array of; 0 for what is none. */
  readonly element: number
  readonly base: number
  /** What stands between elements of its arrays. */
  readonly delimiter: string
  readonly fields: readonly { readonly name: string; readonly oid: number }[] | null
}

interface TableRow {
  readonly schema: string
  readonly name: string
  readonly visible: boolean
  readonly columns: { readonly [attnum: string]: string }
}

const builtin = new Map<number, KindName>()
for (const [name, { oid }] of Object.entries(kinds)) {
  // The serial types share their oid with the integer they are; the first row of each is the type itself.
  if (oid !== 0 && !builtin.has(oid)) builtin.set(oid, name as KindName)
}
const builtinArrays = new Map<number, KindName>()
for (const name of builtin.values()) builtinArrays.set(kinds[name].array, name)

export class Catalogue {
  readonly #model: Model | null
  readonly #tables = new Map<number, KnownTable>()
  readonly #types = new Map<number, TypeModel>()

  constructor(model: Model | null) {
    this.#model = model
  }

  /** The query for what these fields mention and is not known; null when all is known. */
  missing(fields: readonly RawField[]): Statement | null {
    const tables = new Set<number>()
    const types = new Set<number>()
    for (const { tableOid, column, typeOid } of fields) {
      if (this.#model !== null && tableOid !== 0 && !this.#tables.get(tableOid)?.columns.has(column)) {
        // System columns as `ctid` have negative numbers and no place in a literal.
        if (column > 0) tables.add(tableOid)
      }
      if (!isBuiltin(typeOid) && !this.#types.has(typeOid)) types.add(typeOid)
    }
    if (tables.size === 0 && types.size === 0) return null
    return { text: lookup, values: [oids(tables), oids(types)] }
  }

  /** Takes the answer to `missing`. */
  learn(answer: RawResult): void {
    const types = new Map<number, TypeRow>()
    for (const [what, oid, json] of answer.rows) {
      const found: unknown = JSON.parse(json ?? 'null')
      if (what === 'table') this.#learnTable(Number(oid), found as TableRow)
      else types.set(Number(oid), found as TypeRow)
    }
    for (const oid of types.keys()) this.#types.set(oid, this.#typeModel(oid, types, 0))
  }

  /** A field's type as the literal has it; null when it does not come from a column of the literal. */
  columnType(field: RawField): TypeModel | null {
    const known = this.#tables.get(field.tableOid)
    const name = known?.columns.get(field.column)
    const type = name === undefined ? undefined : known?.table?.columnByName.get(name)?.type
    return type !== undefined && agrees(type, field.typeOid) ? type : null
  }

  /** How a field is read: as the literal says, or as the database does; as text when neither knows its type. */
  typeOf(field: RawField): TypeModel {
    return this.columnType(field) ?? builtinType(field.typeOid) ?? this.#types.get(field.typeOid) ?? plainType('text')
  }

  #learnTable(oid: number, { schema, name, visible, columns }: TableRow): void {
    const named = this.#model?.tables.filter(table => table.name === name) ?? []
    const table =
      named.find(candidate => candidate.schema === schema) ??
      // `public` in a literal stands for whatever the search path puts there.
      (visible ? named.find(candidate => candidate.schema === 'public') : undefined)
    const byNumber = new Map(Object.entries(columns).map(([number, column]) => [Number(number), column]))
    this.#tables.set(oid, { table: table ?? null, columns: byNumber })
  }

  #typeModel(oid: number, rows: ReadonlyMap<number, TypeRow>, depth: number): TypeModel {
    const known = this.#types.get(oid)
    if (known !== undefined) return known
    const own = builtinType(oid)
    if (own !== null) return own
    const row = rows.get(oid)
    // A table's row type may hold itself, by way of an array.
    if (row === undefined || depth > 16) return plainType('text')
    const inner = (next: number): TypeModel => this.#typeModel(next, rows, depth + 1)
    if (row.type === 'd') return inner(row.base)
    if (row.element !== 0) return { ...plainType('array'), element: inner(row.element) }
    const { schema, name, fields, delimiter } = row
    if (row.type !== 'c' || fields === null) {
      return delimiter === ',' ? plainType('text') : { ...plainType('custom'), custom: { sql: name, delimiter } }
    }
    return {
      ...plainType('composite'),
      composite: this.#composite(schema, name) ?? {
        schema,
        name,
        fields: fields.map(field => ({ key: field.name, name: field.name, type: inner(field.oid) })),
      },
    }
  }

  #composite(schema: string, name: string): CompositeModel | undefined {
    return this.#model?.types.find(
      (type): type is { kind: 'composite' } & CompositeModel =>
        type.kind === 'composite' && type.schema === schema && type.name === name,
    )
  }
}

/** What the kinds table knows of an oid; null when nothing. */
function builtinType(oid: number): TypeModel | null {
  const base = builtin.get(oid)
  if (base !== undefined) return plainType(base)
  const array = builtinArrays.get(oid)
  return array === undefined ? null : { ...plainType('array'), element: plainType(array) }
}

/** Whether the kinds table knows what an oid is, or is an array of. */
function isBuiltin(oid: number): boolean {
  return builtin.has(oid) || builtinArrays.has(oid)
}

/**
 * Whether a column may be read as the literal says: where the database has another built-in type, it has drifted from the
 * literal, and what it sends is the truth. A domain is sent as the type under it.
 */
function agrees(type: TypeModel, oid: number): boolean {
  if (type.domain !== null) return agrees(type.domain.base, oid)
  if (type.kind === 'array') {
    let element = type.element
    while (element?.kind === 'array') element = element.element
    return element === null || kinds[element.kind].array === 0 || kinds[element.kind].array === oid
  }
  return kinds[type.kind].oid === 0 || kinds[type.kind].oid === oid
}

function oids(set: ReadonlySet<number>): string {
  return `{${[...set].join(',')}}`
}

/** A partition answers as the table it is a partition of, with its own numbers of the columns. */
const lookup = `
with recursive needed(oid) as (
  select unnest($2::oid[])
  union
  select part.oid
  from needed
  join pg_catalog.pg_type t on t.oid = needed.oid
  cross join lateral (
    select t.typelem
    union all select t.typbasetype
    union all
    select a.atttypid from pg_catalog.pg_attribute a
    where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
  ) as part(oid)
  where part.oid >= 16384
)
select 'type', t.oid, pg_catalog.json_build_object(
  'schema', n.nspname, 'name', t.typname, 'type', t.typtype,
  'element', case when exists (select from pg_catalog.pg_type e where e.oid = t.typelem and e.typarray = t.oid)
    then t.typelem::int8 else 0 end,
  'base', t.typbasetype::int8, 'delimiter', t.typdelim,
  'fields', (
    select pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname, 'oid', a.atttypid::int8) order by a.attnum)
    from pg_catalog.pg_attribute a
    where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
  ))
from needed
join pg_catalog.pg_type t on t.oid = needed.oid
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
union all
select 'table', own.oid, pg_catalog.json_build_object(
  'schema', n.nspname, 'name', c.relname, 'visible', pg_catalog.pg_table_is_visible(c.oid),
  'columns', (
    select pg_catalog.json_object_agg(a.attnum, a.attname)
    from pg_catalog.pg_attribute a
    where a.attrelid = own.oid and a.attnum > 0 and not a.attisdropped
  ))
from unnest($1::oid[]) as own(oid)
join pg_catalog.pg_class c on c.oid = coalesce(pg_catalog.pg_partition_root(own.oid), own.oid)
join pg_catalog.pg_namespace n on n.oid = c.relnamespace`
