/** Names for the relations of tables that were read from a database. */
import type { AnyColumn, AnyTable, AnyTables, Cascade, ForeignKey } from '../../types/literal.ts'
import { relationName } from '../schema/foreign-keys.ts'
import { present } from './text-fragment.ts'

/** What a person said of a relation. */
export interface KeptRelation {
  readonly as?: string | undefined
  readonly inverse?: string | undefined
  readonly cascade?: readonly string[] | undefined
}

/** By table and column (or constraint), as `posts.authorId`. */
export type KeptRelations = ReadonlyMap<string, KeptRelation>

/** A foreign key, wherever it is said. */
interface Said {
  readonly table: string
  /** The column, or the constraint. */
  readonly id: string
  /** The constraint by its name, where a column has it. */
  readonly constraint?: string | undefined
  readonly target: string
  /** What its relation is called when nothing is said. */
  readonly usual: string | null
  /** What it should be called; null where its columns give it no name. */
  readonly wanted: string | null
  /** What tells it from others of the same tables. */
  readonly label: string
  name(said: KeptRelation): void
}

/**
 * The tables with a name for each relation that would have none of its own: on this side where the usual one is a column's or another relation's,
 * on the other side the name of this table, or with `by` and the relation's name behind it where several keys lead there. What would clash still has none.
 */
export function nameRelations(given: AnyTables, kept: KeptRelations = new Map()): AnyTables {
  const tables: Record<string, AnyTable> = { ...given }
  const taken = new Map(Object.entries(given).map(([key, table]) => [key, new Set(Object.keys(table.columns))]))
  const keys = Object.keys(given).flatMap(table => keysOf(tables, table))
  const isCamel = Object.entries(given).some(([key, table]) =>
    /[a-z][A-Z]/.test([key, ...Object.keys(table.columns)].join(' ')),
  )
  const joined = (table: string, relation: string): string =>
    isCamel ? `${table}By${relation.charAt(0).toUpperCase()}${relation.slice(1)}` : `${table}_by_${relation}`
  // What a person has said of a table's key is said of the column's from then on, whose relation has a name always.
  const saidOfTable = (key: Said): KeptRelation | undefined => {
    const said = kept.get(`${key.table}.${key.constraint}`)
    if (said === undefined || said.as !== undefined) return said
    const as = forwardName(key, taken.get(key.table) ?? new Set(), joined)
    return { ...said, as: as === (key.usual ?? undefined) ? undefined : as }
  }
  const all = new Map(keys.map(key => [key, kept.get(`${key.table}.${key.id}`) ?? saidOfTable(key)]))
  const keptOf = (key: Said): KeptRelation | undefined => all.get(key)
  for (const key of keys) {
    const { as, inverse } = keptOf(key) ?? {}
    const forward = keptOf(key) === undefined ? undefined : (as ?? key.usual ?? undefined)
    if (forward !== undefined) taken.get(key.table)?.add(forward)
    if (inverse !== undefined) taken.get(key.target)?.add(inverse)
  }
  const names = keys.map(key =>
    keptOf(key) !== undefined ? undefined : forwardName(key, taken.get(key.table) ?? new Set(), joined),
  )
  for (const [at, key] of keys.entries()) {
    const said = keptOf(key)
    if (said !== undefined) {
      key.name(said)
      continue
    }
    const as = names[at]
    const pairs = keys.filter(other => other.table === key.table && other.target === key.target)
    const wanted = pairs.length === 1 ? key.table : joined(key.table, as ?? key.label)
    const places = taken.get(key.target)
    const inverse = places === undefined || places.has(wanted) ? undefined : wanted
    if (inverse !== undefined) places?.add(inverse)
    key.name({ as: as === (key.usual ?? undefined) ? undefined : as, inverse })
  }
  return tables
}

function forwardName(
  key: Said,
  taken: Set<string>,
  joined: (name: string, other: string) => string,
): string | undefined {
  const { wanted } = key
  if (wanted === null) return undefined
  let name = wanted
  for (let count = 1; taken.has(name); count++) name = count === 1 ? joined(wanted, key.target) : `${wanted}${count}`
  taken.add(name)
  return name
}

function keysOf(tables: Record<string, AnyTable>, table: string): Said[] {
  const { columns = {}, foreignKeys = {} } = tables[table] ?? {}
  const ofColumns = Object.entries(columns).flatMap(([key, column]): Said[] => {
    if (column.references === undefined) return []
    const dot = column.references.indexOf('.')
    const name = (said: KeptRelation): void => {
      const current = tables[table] as AnyTable
      const named: AnyColumn = { ...(current.columns[key] as AnyColumn), ...names(said) }
      tables[table] = { ...current, columns: { ...current.columns, [key]: named } }
    }
    const usual = relationName(key, column.references.slice(dot + 1))
    const target = column.references.slice(0, dot)
    return [{ table, id: key, constraint: column.foreignKey, target, usual, wanted: usual, label: key, name }]
  })
  const ofTable = Object.entries(foreignKeys).map(([constraint, key]): Said => {
    const name = (said: KeptRelation): void => {
      const current = tables[table] as AnyTable
      const named: ForeignKey = { ...key, ...names(said) }
      tables[table] = { ...current, foreignKeys: { ...current.foreignKeys, [constraint]: named } }
    }
    const [column = '', ...more] = key.columns
    const wanted = more.length === 0 ? relationName(column, key.target?.[0] ?? '') : null
    return {
      table,
      id: constraint,
      target: key.references,
      usual: null,
      wanted,
      label: more.length === 0 ? column : constraint,
      name,
    }
  })
  return [...ofColumns, ...ofTable]
}

function names({ as, inverse, cascade }: KeptRelation): Pick<ForeignKey, 'as' | 'inverse' | 'cascade'> {
  // The cast: whoever wrote it is told by the compiler, or by `defineSchema`.
  return present({ as, inverse, cascade: cascade as readonly Cascade[] | undefined })
}
