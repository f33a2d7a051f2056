/** The ways from one table's rows to another's, read off the foreign keys. Twin: types/relation.ts. */
import type { AnyTables } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { columnIn } from './constraints.ts'
import { type Bare, isKey, type NamedForeignKey } from './foreign-keys.ts'
import type { RelationModel } from './model.ts'

/**
 * Every relation by the table it leaves from.
 * @throws SchemaError when two would have one name, or one the name of a column
 */
export function relationModels(
  tables: AnyTables,
  bare: ReadonlyMap<string, Bare>,
  keys: ReadonlyMap<string, readonly NamedForeignKey[]>,
): Map<string, Map<string, RelationModel>> {
  const relations = new Map([...bare.keys()].map(key => [key, new Map<string, RelationModel>()]))
  const add = (from: string, relation: RelationModel): void => {
    const known = relations.get(from)
    if (known?.has(relation.name)) throw new SchemaError('sameRelation', from, relation.name)
    if (bare.get(from)?.columnByKey.has(relation.name)) throw new SchemaError('relationIsColumn', from, relation.name)
    known?.set(relation.name, relation)
  }
  for (const [table, own] of keys) {
    for (const key of own) {
      if (key.as !== null) add(table, { kind: 'one', name: key.as, target: key.target, key })
      if (key.inverse !== null) {
        const unique = isKey(bare.get(table) as Bare, key.columns)
        add(key.target, { kind: 'many', name: key.inverse, target: table, key, unique })
      }
    }
  }
  for (const [table, given] of Object.entries(tables)) {
    if (given.link !== undefined) addLink(bare.get(table) as Bare, given.link, keys.get(table) ?? [], add)
  }
  return relations
}

/** Both ways over a join table: each column's name leads from the other column's target to this column's. */
function addLink(
  table: Bare,
  link: Readonly<Record<string, string>>,
  keys: readonly NamedForeignKey[],
  add: (from: string, relation: RelationModel) => void,
): void {
  const ends = Object.entries(link).map(([column, name]) => {
    const own = columnIn(table.columnByKey, column, 'the link')
    const key = keys.find(candidate => candidate.columns.length === 1 && candidate.columns[0] === own)
    if (key === undefined) throw new SchemaError('linkNotKey', table.key, column)
    return { key, name }
  })
  const [first, second] = ends
  if (first === undefined || second === undefined || ends.length > 2) {
    throw new SchemaError('linkColumns', table.key, String(ends.length))
  }
  for (const [near, far] of [
    [second, first],
    [first, second],
  ] as const) {
    add(near.key.target, {
      kind: 'link',
      name: far.name,
      target: far.key.target,
      through: table.key,
      near: near.key,
      far: far.key,
    })
  }
}
