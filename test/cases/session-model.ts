/** What the rows of a session are meant to be: maps, and what a flush makes of them. */
import { isDeepStrictEqual } from 'node:util'
import { kindOf, type KeyInfo, type SchemaInfo, type TableInfo } from './session-schemas.ts'

export interface ModelRow {
  readonly id: number
  readonly table: string
  /** What callers gave, and the key that the database gave. Values are never changed, but replaced. */
  readonly values: Map<string, unknown>
  /** The rows that it is under, by key. */
  readonly parents: Map<string, number | null>
  /** Not flushed yet. */
  isNew: boolean
  /** Keys by whose collections it was taken out and came into no other. */
  readonly orphaned: Set<string>
  /** Collections that were loaded and have been told of everything since. */
  readonly fresh: Set<string>
}

export interface World {
  readonly rows: Map<number, ModelRow>
  readonly doomed: Set<number>
  /** Pairs of each join table, `near,far`. */
  readonly links: Map<string, Set<string>>
}

export const emptyWorld = (): World => ({ rows: new Map(), doomed: new Set(), links: new Map() })

export function copyOf({ rows, doomed, links }: World): World {
  return {
    rows: new Map(
      [...rows].map(([id, row]) => [
        id,
        {
          ...row,
          values: new Map(row.values),
          parents: new Map(row.parents),
          orphaned: new Set(row.orphaned),
          fresh: new Set(row.fresh),
        },
      ]),
    ),
    doomed: new Set(doomed),
    links: new Map([...links].map(([name, pairs]) => [name, new Set(pairs)])),
  }
}

/** What a column is known to have; an undefined stands for what the database has not given yet. */
export function cellOf(
  schema: SchemaInfo,
  world: World,
  row: ModelRow,
  column: string,
  unknown: (row: ModelRow) => unknown = () => undefined,
): unknown {
  const table = tableOf(schema, row)
  for (const key of table.keys) {
    const at = key.columns.indexOf(column)
    if (at < 0) continue
    const parent = row.parents.get(key.name) ?? null
    const target = parent === null ? undefined : world.rows.get(parent)
    if (target === undefined) return null
    const value = cellOf(schema, world, target, key.targetColumns[at] ?? '', unknown)
    return value === undefined ? undefined : key.convert(value)
  }
  if (column === 'g') return (row.values.get('n') as number) * 2
  return row.values.get(column) ?? (tableOf(schema, row).given === column ? unknown(row) : row.values.get(column))
}

export function tableOf(schema: SchemaInfo, row: ModelRow): TableInfo {
  return schema.tables.get(row.table) as TableInfo
}

/** All columns of a row but its version. */
export function columnsOf(schema: SchemaInfo, world: World, row: ModelRow): Record<string, unknown> {
  const { given, natural, columns, keys, generated } = tableOf(schema, row)
  const names = [
    ...(given === null ? [] : [given]),
    ...[...natural, ...columns].map(({ name }) => name),
    ...keys.flatMap(key => key.columns),
    ...(generated ? ['g'] : []),
  ]
  return Object.fromEntries([...new Set(names)].map(name => [name, cellOf(schema, world, row, name)]))
}

/** Values as text, to be compared. */
export function placeOf(values: readonly unknown[]): string {
  return JSON.stringify(
    values.map(value =>
      typeof value === 'bigint'
        ? `${value}n`
        : value instanceof Uint8Array
          ? [...value]
          : value instanceof Date
            ? +value
            : value,
    ),
  )
}

function uniquePlaces(schema: SchemaInfo, world: World): Map<string, number> | null {
  const places = new Map<string, number>()
  for (const row of world.rows.values()) {
    for (const unique of tableOf(schema, row).uniques) {
      const values = unique.map(column => cellOf(schema, world, row, column, ({ id }) => `new ${id}`))
      if (values.some(value => value === null || value === undefined)) continue
      const place = placeOf([row.table, unique, ...values])
      if (places.has(place)) return null
      places.set(place, row.id)
    }
  }
  return places
}

/** Whether a value that must be unique passes from one row to another, in an order that the database may not allow. */
export function hasTransfers(schema: SchemaInfo, before: World, after: World): boolean {
  const was = uniquePlaces(schema, before)
  const is = uniquePlaces(schema, after)
  return [...(is ?? [])].some(([place, id]) => (was?.get(place) ?? id) !== id)
}

/**
 * Whether a key moves, and with it the keys of rows that yet others point to. Of a row that was written in the same transaction Postgres
 * looks at such a key before it has moved along.
 */
export function movesTwice(schema: SchemaInfo, before: World, after: World): boolean {
  return [...after.rows.values()].some(row => {
    const old = before.rows.get(row.id)
    if (old === undefined) return false
    return schema.to(row.table).some(key => {
      const { primary, uniques } = schema.tables.get(key.table) as TableInfo
      const isInKey = [primary, ...uniques].some(columns => key.columns.some(column => columns.includes(column)))
      const hasMoved = key.targetColumns.some(
        column => !isDeepStrictEqual(cellOf(schema, before, old, column), cellOf(schema, after, row, column)),
      )
      return hasMoved && isInKey && schema.to(key.table).length > 0
    })
  })
}

/**
 * What a flush makes of a world; null where it, or the database, would refuse.
 * @param before what the database has
 * @param known whether the session has an object of a row
 */
export function settled(schema: SchemaInfo, before: World, given: World, known: (id: number) => boolean): World | null {
  const world = copyOf(given)
  const { rows, doomed } = world
  const gone = new Set(doomed)
  const forgotten = new Set<number>()
  for (const row of rows.values()) {
    for (const name of row.orphaned) {
      const key = keyOf(schema, row, name)
      if (gone.has(row.id)) continue
      if (key.cascade.includes('orphan')) (row.isNew ? forgotten : gone).add(row.id)
      else if (key.required) return null
    }
    row.orphaned.clear()
  }
  for (let size = -1; size !== gone.size + forgotten.size; ) {
    size = gone.size + forgotten.size
    for (const row of rows.values()) {
      if (gone.has(row.id) || forgotten.has(row.id)) continue
      const isBelow = [...row.parents].some(
        ([name, parent]) => parent !== null && gone.has(parent) && keyOf(schema, row, name).cascade.includes('delete'),
      )
      if (isBelow) (row.isNew ? forgotten : gone).add(row.id)
    }
  }
  for (const pairs of world.links.values()) {
    for (const pair of pairs) if (pair.split(',').some(id => forgotten.has(Number(id)))) return null
  }
  if (!movesKeys(schema, before, world, gone)) return null
  const removed = follow(schema, world, gone, forgotten, known)
  if (removed === null) return null
  for (const id of [...gone, ...forgotten]) rows.delete(id)
  // What the database deletes with others was written before, when others may have had what it takes.
  const [was, is] = [uniquePlaces(schema, before), uniquePlaces(schema, world)]
  if (is === null || [...is].some(([place, id]) => removed.has(id) && (was?.get(place) ?? id) !== id)) return null
  for (const id of removed) rows.delete(id)
  for (const pairs of world.links.values()) {
    for (const pair of pairs) if (pair.split(',').some(id => !rows.has(Number(id)))) pairs.delete(pair)
  }
  doomed.clear()
  for (const row of rows.values()) row.isNew = false
  for (const row of rows.values()) {
    for (const key of tableOf(schema, row).keys)
      if (key.required && (row.parents.get(key.name) ?? null) === null) return null
  }
  return uniquePlaces(schema, world) === null ? null : world
}

/** What becomes of rows under those that go. @returns those that the database deletes; null where one stands in the way */
export function follow(
  schema: SchemaInfo,
  { rows }: World,
  gone: ReadonlySet<number>,
  forgotten: ReadonlySet<number>,
  known: ((id: number) => boolean) | null,
): Set<number> | null {
  const removed = new Set<number>()
  const loosened: (readonly [ModelRow, string])[] = []
  for (let size = -1; size !== removed.size; ) {
    size = removed.size
    for (const row of rows.values()) {
      if (gone.has(row.id) || forgotten.has(row.id) || removed.has(row.id)) continue
      for (const [name, parent] of row.parents) {
        if (parent === null) continue
        if (forgotten.has(parent)) return null
        if (!gone.has(parent) && !removed.has(parent)) continue
        const { onDelete } = keyOf(schema, row, name)
        if (row.isNew) return null
        if (onDelete === 'cascade') removed.add(row.id)
      }
    }
  }
  for (const row of rows.values()) {
    if (gone.has(row.id) || forgotten.has(row.id) || removed.has(row.id)) continue
    for (const [name, parent] of row.parents) {
      if (parent === null || !(gone.has(parent) || removed.has(parent))) continue
      const { onDelete, required } = keyOf(schema, row, name)
      // The session lets go of rows under those that it deletes itself, as far as it knows them.
      const isLetGo = known !== null && !required && gone.has(parent) && known(row.id)
      if (onDelete !== 'set null' && !isLetGo) return null
      loosened.push([row, name])
    }
  }
  // A row that the database deletes may itself be in the way of nobody: rows that go with it point to it no more.
  for (const id of removed) {
    for (const row of rows.values()) {
      if (!gone.has(row.id)) continue
      for (const [name, parent] of row.parents) {
        const { onDelete } = keyOf(schema, row, name)
        if (parent === id && onDelete !== 'cascade' && onDelete !== 'set null' && row.table !== rows.get(id)?.table)
          return null
      }
    }
  }
  // Postgres looks at the keys of a row in an order of its own: one that goes by one of them may be in the way by another.
  for (const id of removed) {
    for (const [name, parent] of rows.get(id)?.parents ?? []) {
      const row = rows.get(id)
      if (row === undefined || parent === null || !(gone.has(parent) || removed.has(parent))) continue
      const { onDelete, required } = keyOf(schema, row, name)
      if (onDelete === 'cascade') continue
      if (onDelete === 'set null') return null
      if (known === null || required || !gone.has(parent) || !known(id)) return null
    }
  }
  // Nor does it look at a row twice in one way, when two of its keys are taken from it.
  if (new Set(loosened.map(([row]) => row)).size < loosened.length) return null
  for (const [row, name] of loosened) row.parents.set(name, null)
  return removed
}

/** What becomes of rows under those whose keys change. @returns whether all of them may */
function movesKeys(schema: SchemaInfo, before: World, world: World, gone: ReadonlySet<number>): boolean {
  for (const row of world.rows.values()) {
    const old = before.rows.get(row.id)
    if (old === undefined || gone.has(row.id)) continue
    for (const key of schema.to(row.table)) {
      const hasMoved = key.targetColumns.some(
        column => !isDeepStrictEqual(cellOf(schema, before, old, column), cellOf(schema, world, row, column)),
      )
      if (!hasMoved) continue
      for (const child of world.rows.values()) {
        if (child.table !== key.table) continue
        const wasBelow = before.rows.get(child.id)?.parents.get(key.name) === row.id
        const isBelow = child.parents.get(key.name) === row.id
        if (!wasBelow && !isBelow) continue
        if (key.onUpdate === 'cascade') continue
        if (key.onUpdate !== 'set null' || !wasBelow || !isBelow) return false
        child.parents.set(key.name, null)
        row.fresh.delete(key.inverse ?? '')
      }
    }
  }
  return true
}

export function keyOf(schema: SchemaInfo, row: ModelRow, name: string): KeyInfo {
  return tableOf(schema, row).keys.find(key => key.name === name) as KeyInfo
}

/** Rows that the database deletes with others, without the session's help. @returns null where it refuses */
export function deletedInBulk(schema: SchemaInfo, given: World, ids: ReadonlySet<number>): World | null {
  const world = copyOf(given)
  const removed = follow(schema, world, ids, new Set(), null)
  if (removed === null) return null
  for (const id of [...ids, ...removed]) world.rows.delete(id)
  for (const pairs of world.links.values()) {
    for (const pair of pairs) if (pair.split(',').some(id => !world.rows.has(Number(id)))) pairs.delete(pair)
  }
  return world
}

/** A value that is another's equal and not itself. */
export const makeValue = (kind: Parameters<typeof kindOf>[0], seed: number): unknown => kindOf(kind).make(seed)
