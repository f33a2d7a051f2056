/** The relations of a schema by what they are read off: the same key leads both ways. */
import type { ForeignKeyModel, Model, RelationModel, TableModel } from '../schema/model.ts'

export type To<Kind extends RelationModel['kind']> = Extract<RelationModel, { readonly kind: Kind }>

/** A foreign key with the table that has it, and the relations over it. */
export interface KeyWays {
  readonly key: ForeignKeyModel
  readonly table: TableModel
  readonly target: TableModel
  /** From the table that has the key. */
  readonly one: To<'one'> | null
  /** From the table that it points to. */
  readonly many: To<'many'> | null
}

export interface RelationMap {
  ways(key: ForeignKeyModel): KeyWays
  /** The keys that point to a table. */
  to(table: TableModel): readonly KeyWays[]
  /** The keys of a table. */
  from(table: TableModel): readonly KeyWays[]
  /** The ways over a join table. */
  through(table: TableModel): readonly To<'link'>[]
  /** The way back over a join table. */
  back(relation: To<'link'>): To<'link'> | null
}

const maps = new WeakMap<Model, RelationMap>()

export function relationMap(model: Model): RelationMap {
  const known = maps.get(model)
  if (known !== undefined) return known
  const made = build(model)
  maps.set(model, made)
  return made
}

function build(model: Model): RelationMap {
  const byKey = new Map<ForeignKeyModel, KeyWays>()
  const to = new Map<TableModel, KeyWays[]>(model.tables.map(table => [table, []]))
  const from = new Map<TableModel, KeyWays[]>(model.tables.map(table => [table, []]))
  for (const table of model.tables) {
    for (const key of table.foreignKeys) {
      const target = model.tableByKey.get(key.target)
      if (target === undefined) continue
      const one = [...table.relations.values()].find(
        (each): each is To<'one'> => each.kind === 'one' && each.key === key,
      )
      const many = [...target.relations.values()].find(
        (each): each is To<'many'> => each.kind === 'many' && each.key === key,
      )
      const ways: KeyWays = { key, table, target, one: one ?? null, many: many ?? null }
      byKey.set(key, ways)
      to.get(target)?.push(ways)
      from.get(table)?.push(ways)
    }
  }
  const through = new Map<string, To<'link'>[]>()
  for (const table of model.tables) {
    for (const relation of table.relations.values()) {
      if (relation.kind !== 'link') continue
      const known = through.get(relation.through) ?? []
      through.set(relation.through, known)
      known.push(relation)
    }
  }
  return {
    through: table => through.get(table.key) ?? [],
    // Every key of the model is in the map.
    ways: key => byKey.get(key) as KeyWays,
    to: table => to.get(table) ?? [],
    from: table => from.get(table) ?? [],
    back: ({ target, near, far }) =>
      [...(model.tableByKey.get(target)?.relations.values() ?? [])].find(
        (each): each is To<'link'> => each.kind === 'link' && each.near === far && each.far === near,
      ) ?? null,
  }
}
