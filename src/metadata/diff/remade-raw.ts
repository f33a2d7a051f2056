/** Things kept as SQL that cannot stay while what they are made of changes. */
import { createIndex } from '../../ddl/index-statement.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Model, QualifiedName, TableModel } from '../../schema/model.ts'
import type { ColumnFates } from './column-fates.ts'
import { mentions, namesColumn } from './mention.ts'
import type { Pairs } from './pairs.ts'
import { rawName } from './raw-locks.ts'

type Raw = Model['raw'][number]

/** Kinds of things that others name. */
const objects =
  /^(?:aggregate|operator|operator class|operator family|foreign table|range|type|collation|text search configuration|text search dictionary)$/

/** Whether views, columns and parts of tables may be made of it, so that it goes after them. */
export function isObject({ kind, when }: Raw): boolean {
  return objects.test(kind) || when === 'first'
}

/** The name by which others know it. */
export function rawObject({ kind, name }: Raw): QualifiedName[] {
  if (!objects.test(kind)) return []
  const identity = name.startsWith(`${kind} `) ? name.slice(kind.length + 1) : name
  const [, schema = 'public', own] =
    /^(?:"?((?:[^".(]|"")+)"?\.)?"?((?:[^"(]|"")+?)"?(?:\(| using |$)/.exec(identity) ?? []
  return own === undefined ? [] : [{ schema, name: own.replaceAll('""', '"') }]
}

export interface RawSurroundings {
  readonly from: Model
  readonly to: Model
  readonly tables: Pairs<TableModel>
  readonly columns: ColumnFates
  namesDropped(text: string): boolean
  broken(text: string): boolean
}

export function isRawBroken([was, is]: readonly [Raw, Raw], around: RawSurroundings): boolean {
  const text = rawStatement(was)
  if (text !== rawStatement(is) || around.namesDropped(text)) return true
  if (was.kind === 'rule') return around.broken(text)
  if (was.kind === 'constraint') return isConstraintBroken(text, around) || namesRemadeColumn(text, around)
  if (was.kind === 'trigger') {
    const looks = / update of | when \(/i.test(text)
    return looks && [...changedTables(around.columns)].some(table => mentions(text, table))
  }
  if (was.kind.startsWith('publication')) return /\) where \(| where \(/i.test(text) && around.broken(text)
  return (was.kind === 'index' || was.kind === 'statistics') && namesRemadeColumn(text, around)
}

function changedTables({ retyped, remade }: ColumnFates): ReadonlySet<TableModel> {
  return new Set([...retyped.keys(), ...remade.keys()])
}

function namesRemadeColumn(text: string, { columns }: RawSurroundings): boolean {
  return [...columns.remade].some(
    ([table, names]) => mentions(text, table) && [...names].some(name => namesColumn(text, name)),
  )
}

const foreignKey = /^alter table (.+?) add constraint .+? foreign key \(.+?\) references (.+?)\((.+?)\)/i

/** A foreign key whose columns change on either side, or which loses the key or the index that it points to. */
function isConstraintBroken(text: string, { from, to, tables, columns }: RawSurroundings): boolean {
  const [, own, target, named = ''] = foreignKey.exec(text) ?? []
  if (own === undefined || target === undefined) return false
  const changes = [...changedTables(columns)].filter(table => [own, target].includes(rawName(table)))
  const names = (table: TableModel): string[] => [
    ...(columns.retyped.get(table) ?? []),
    ...(columns.remade.get(table) ?? []),
  ]
  if (changes.some(table => names(table).some(name => namesColumn(text, name)))) return true
  if (tables.fresh.some(table => rawName(table) === target)) return true
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
