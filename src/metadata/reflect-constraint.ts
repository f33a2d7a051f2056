/** The keys, checks and exclusions of a table as the literal writes them, or kept as SQL. */
import type { AnyColumn, Exclude, Key } from '../../types/literal.ts'
import type { Fragment } from '../base/fragment.ts'
import { derivedName, literal, quote } from '../base/identifier.ts'
import type { Catalogue } from './catalogue.ts'
import type { ConstraintRow } from './read-constraints.ts'
import type { RelationRow } from './read-relations.ts'
import { deferrable } from './reflect-foreign-key.ts'
import { excludeLiteral } from './reflect-index.ts'
import type { RawThings } from './reflect-raw.ts'
import { closing } from './printed-text.ts'
import { present, textFragment } from './text-fragment.ts'

/** What constraints are read from, and where those go that are kept as SQL. */
interface Source {
  readonly catalogue: Catalogue
  readonly raw: RawThings
}

interface Keys {
  readonly primaryKey: Key | undefined
  readonly uniques: readonly (readonly [string, Key])[]
  readonly checks: readonly (readonly [string, Fragment])[]
  readonly excludes: readonly (readonly [string, Exclude])[]
  readonly all: readonly (readonly string[])[]
}

/** Keys and checks in their places: on the column where they can stand there, in the options, or among the raw things. */
export function splitConstraints(source: Source, table: RelationRow, columns: Record<string, AnyColumn>): Keys {
  let primaryKey: Key | undefined
  const uniques: [string, Key][] = []
  const checks: [string, Fragment][] = []
  const excludes: [string, Exclude][] = []
  const all: (readonly string[])[] = []
  for (const row of source.catalogue.constraints.get(table.oid) ?? []) {
    const [name = ''] = row.columns
    const column = columns[name]
    if (row.type === 'f' || (row.type === 'n' && row.validated)) continue
    if (row.alone) addKeyAlone(source, table, row)
    else if ((row.type === 'p' || row.type === 'u') && isPlainKey(row)) {
      all.push(row.columns)
      const derived = derivedName(
        table.name,
        row.type === 'p' ? '' : row.columns.join('_'),
        row.type === 'p' ? 'pkey' : 'key',
      )
      const details = present({
        name: row.name === derived ? undefined : row.name,
        nullsNotDistinct: / NULLS NOT DISTINCT/.test(row.definition) ? true : undefined,
        deferrable: deferrable(row),
      })
      const isShort = Object.keys(details).length === 0
      const alone = row.columns.length === 1 && column !== undefined
      if (row.type === 'p' && alone && isShort) columns[name] = { ...column, primaryKey: true }
      else if (row.type === 'p') primaryKey = isShort ? row.columns : { columns: row.columns, ...details }
      else if (alone && column.unique === undefined) columns[name] = { ...column, unique: isShort ? true : details }
      else {
        const { name: _, ...rest } = details
        uniques.push([row.name, Object.keys(rest).length === 0 ? row.columns : { columns: row.columns, ...rest }])
      }
    } else if (row.type !== 'c' || row.local || table.bound !== null) {
      if (row.type === 'c' && !/(NOT VALID|NO INHERIT|NOT ENFORCED)$/.test(row.definition)) {
        checks.push([row.name, textFragment(row.expression ?? '')])
        continue
      }
      if (row.type === 'x' && row.parent !== '0') {
        namePart(source, table, row)
        continue
      }
      const exclude = excludeLiteral(row)
      if (exclude !== null) excludes.push([row.name, exclude])
      else source.raw.constraint(table.text, row.name, withStorage(row), partsOf(source, row))
    }
  }
  return { primaryKey, uniques, checks, excludes, all }
}

/** A key that the table has, and not all of its partitions: Postgres would give it to them. */
function addKeyAlone({ raw }: Source, table: RelationRow, row: ConstraintRow): void {
  raw.constraint(`only ${table.text}`, row.name, withStorage(row))
  const index = `${quote(table.schema)}.${quote(row.name)}`
  for (const child of row.attached)
    raw.alter(`index ${index} attach partition ${child}`, `alter index ${index} attach partition ${child}`)
}

/** An exclusion of a partition, which comes with that of the table above and never before it: its name, where it has another by then. */
function namePart(
  { catalogue, raw }: Source,
  { name: own, text }: RelationRow,
  { name, parent, exclusion }: ConstraintRow,
): void {
  const columns = (exclusion?.elements ?? []).map(one => one.column ?? 'expr').join('_')
  if (name === derivedName(own, columns, 'excl')) return
  const above = [...catalogue.constraints.values()].flat().find(one => one.oid === parent)
  const table = catalogue.relationByOid.get(above?.relation ?? '')
  if (above === undefined || table === undefined) return
  const key = (relation: string): string => `conrelid = ${literal(relation)}::regclass`
  const found = `select conname from pg_constraint where ${key(text)} and conparentid = (select oid from pg_constraint where ${key(table.text)} and conname = ${literal(above.name)})`
  const rename = `execute format('alter table %s rename constraint %I to %I', ${literal(text)}, (${found}), ${literal(name)})`
  raw.alter(
    `${text} rename constraint ${quote(name)}`,
    `do $$ begin if (${found}) <> ${literal(name)} then ${rename}; end if; end $$`,
  )
}

/** Those of partitions. */
function partsOf({ catalogue }: Source, { oid, type }: ConstraintRow): (readonly [relation: string, name: string])[] {
  if (type === 'x') return []
  return [...catalogue.constraints.values()]
    .flat()
    .filter(one => one.parent === oid)
    .map(one => [catalogue.relationByOid.get(one.relation)?.text ?? '', one.name])
}

/** The definition with the storage parameters of its index, which Postgres leaves out of that of a key. */
function withStorage({ type, definition, storage }: ConstraintRow): string {
  if (storage.length === 0 || type === 'x') return definition
  let at = definition.indexOf('(')
  let end = closing(definition, at)
  at = definition.indexOf(' INCLUDE (', end)
  if (at === end + 1) end = closing(definition, at + ' INCLUDE '.length)
  const parameters = storage.map(pair =>
    pair.replace(/^([^=]*)=(.*)$/s, (_, name: string, value: string) => `${name} = ${literal(value)}`),
  )
  return `${definition.slice(0, end + 1)} with (${parameters.join(', ')})${definition.slice(end + 1)}`
}

function isPlainKey(row: ConstraintRow): boolean {
  return row.storage.length === 0 && !/ INCLUDE \(|WITHOUT OVERLAPS/.test(row.definition)
}
