/** Things kept as SQL that cannot stay while what they are made of changes. */
import { createIndex } from '../../ddl/index-statement.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Model, QualifiedName, TableModel } from '../../schema/model.ts'
import type { ColumnFates } from './column-fates.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { mentions, namesColumn } from './mention.ts'
import { isAlterableKey } from './raw-keys.ts'
import { rawName } from './raw-locks.ts'
import { changesFields, isOfType } from './typed-tables.ts'

type Raw = Model['raw'][number]

/** Kinds of things that others name. */
const objects =
  /^(?:aggregate|operator|operator class|operator family|foreign table|range|type|collation|text search configuration|text search dictionary)$/

/** Whether views, columns and parts of tables may be made of it, so that it goes after them. */
export function isObject({ kind, when }: Raw): boolean {
  return objects.test(kind) || when === 'first'
}

/** The name by which others know it. */
export function rawObject(raw: Raw): QualifiedName[] {
  const { kind, name } = raw
  if (!objects.test(kind)) return []
  const identity = name.startsWith(`${kind} `) ? name.slice(kind.length + 1) : name
  // A range comes and goes with its multirange.
  const [, many] = /[(,] ?multirange_type_name = ([^,)]+)/.exec(kind === 'range' ? rawStatement(raw) : '') ?? []
  return [identity, ...(many === undefined ? [] : [many])].flatMap(qualifiedName)
}

function qualifiedName(identity: string): QualifiedName[] {
  const [, schema = 'public', own] =
    /^(?:"?((?:[^".(]|"")+)"?\.)?"?((?:[^"(]|"")+?)"?(?:\(| using |$)/.exec(identity) ?? []
  return own === undefined ? [] : [{ schema, name: own.replaceAll('""', '"') }]
}

/** What is known before it is known what is made again. */
export type Unmade = Pick<Comparison, 'from' | 'to' | 'tables' | 'columns' | 'refilled'>

export interface RawSurroundings extends Unmade {
  namesDropped(text: string): boolean
  /** Whether it may read a column that has another type or is made again. */
  readsChanged(text: string): boolean
  broken(text: string): boolean
}

export function isRawBroken([was, is]: readonly [Raw, Raw], around: RawSurroundings): boolean {
  const text = rawStatement(was)
  if (text !== rawStatement(is) && !isAlterableKey(was, is)) return true
  if (around.namesDropped(text)) return true
  if (isOfType(was)) return changesFields(text, around)
  if (was.kind === 'rule') return around.broken(text)
  if (was.kind === 'constraint') return isConstraintBroken(text, around) || namesRemadeColumn(text, around)
  if (was.kind === 'trigger') {
    const looks = / update of | when \(/i.test(text)
    return looks && around.readsChanged(text)
  }
  if (was.kind.startsWith('publication')) return /\) where \(| where \(/i.test(text) && around.broken(text)
  return (was.kind === 'index' || was.kind === 'statistics') && namesRemadeColumn(text, around)
}

function changedTables({ retyped, remade, altered }: ColumnFates): ReadonlySet<TableModel> {
  return new Set([...retyped.keys(), ...remade.keys(), ...altered.keys()])
}

function namesRemadeColumn(text: string, { columns }: RawSurroundings): boolean {
  return [...columns.remade, ...columns.held].some(
    ([table, names]) => mentions(text, table) && [...names].some(name => namesColumn(text, name)),
  )
}

const foreignKey = /^alter table (.+?) add constraint .+? foreign key \(.+?\) references (.+?)\((.+?)\)/i

/** A foreign key whose columns change on either side, or which loses the key or the index that it points to. */
function isConstraintBroken(text: string, { from, to, tables, columns, refilled }: RawSurroundings): boolean {
  const [, own, target, named = ''] = foreignKey.exec(text) ?? []
  if (own === undefined || target === undefined) return false
  const changes = [...changedTables(columns)].filter(table => [own, target].includes(rawName(table)))
  const names = (table: TableModel): string[] => [
    ...(columns.retyped.get(table) ?? []),
    ...(columns.remade.get(table) ?? []),
    ...(columns.altered.get(table) ?? []),
  ]
  if (changes.some(table => names(table).some(name => namesColumn(text, name)))) return true
  if (tables.fresh.some(table => rawName(table) === target)) return true
  if (tables.both.some(([, table]) => rawName(table) === target && refilled.has(nameOf(table)))) return true
  const [was, is] = [from, to].map(model => uniques(model, target, named))
  return was !== is
}

/** What is unique over these columns of a table, as a text that two can be compared by. */
function uniques(model: Model, relation: string, named: string): string {
  const table = model.tables.find(one => rawName(one) === relation)
  if (table === undefined) return ''
  const wanted = named.replaceAll('"', '').split(', ').sort().join()
  const covers = (names: readonly string[]): boolean => [...names].sort().join() === wanted
  const { primaryKey, indexes } = table
  return [
    ...(primaryKey !== null && covers(primaryKey.columns.map(one => one.name)) ? [primaryKey.name] : []),
    ...table.uniques
      .filter(key => covers(key.columns.map(one => one.name)))
      .map(key => `${key.name} ${key.deferrable}`),
    ...indexes
      .filter(index => index.unique && index.where === null)
      .filter(({ elements }) => covers(elements.map(one => ('column' in one ? one.column.name : ''))))
      .map(index => createIndex(table, index, 'plain')),
  ].join()
}
