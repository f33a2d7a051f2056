/**
 * The rows that relations lead to, read for many objects at once: one statement for each relation and level, or, for those that are
 * joined, one with the rows that they leave from.
 */
import { SessionError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import type { RowReaders } from '../engine/driver.ts'
import type { ColumnModel, RelationModel, TableModel } from '../schema/model.ts'
import { type RelatedSelection, select, selectRelated, type SelectOptions } from '../sql/select.ts'
import { type Branch, nearColumns, selectTree, type TreeSelection } from '../sql/select-tree.ts'
import type { TreeRow } from '../sql/tree-reader.ts'
import { isContinued, isView, type View } from '../sql/view.ts'
import { openCollection } from './agree.ts'
import { Collection, restoreList } from './collection.ts'
import { completeRows } from './complete-rows.ts'
import { hydrationOf } from './find-options.ts'
import { hydrateRows } from './hydrate-rows.ts'
import { comparable } from './identity-map.ts'
import { KeyGroups } from './key-groups.ts'
import { LeftOut } from './left-out.ts'
import { keyValue } from './key-value.ts'
import { readRows } from './read-rows.ts'
import { partWith, type RowRecord, type Values } from './record.ts'
import { showRelation } from './relation-property.ts'
import { type Led, ledReaders } from './returned.ts'
import { rowsByLevel, treeReaders } from './tree-readers.ts'
import type { Unit } from './unit.ts'
import type { Wanted } from './wanted.ts'

/** A relation that is to be loaded for some objects. */
interface Waiting {
  readonly wanted: Wanted
  readonly parents: readonly RowRecord[]
}

/** A row, and before it what tells whose it is, where that is not in the row itself. */
type Found = Values | Led

/** A statement to be run, and what becomes of its rows. */
interface Load {
  readonly statement: Statement
  readonly readers: RowReaders<unknown>
  /** Whether there is nothing to look for. */
  readonly isEmpty: boolean
  /** Of rows that go on in other tables, how they are read, and where in what was read they are; null for all others. */
  readonly heads: { readonly view: View; own(row: unknown): Values } | null
  /** Gives what is to be loaded afterwards. */
  settle(rows: readonly unknown[]): Waiting[]
}

/** Objects, and of each the row that it was found by. */
interface Rows {
  readonly records: readonly RowRecord[]
  readonly rows: readonly Values[]
}

/**
 * Reads rows of a table with the relations that were asked for.
 * @throws SessionError for whatever is wrong in the options, by its path
 */
export async function readWith(
  unit: Unit,
  table: TableModel,
  options: SelectOptions,
  wanted: readonly Wanted[],
): Promise<RowRecord[]> {
  const joined = wanted.filter(({ load }) => load === 'joined')
  if (joined[0] !== undefined && options.lock !== undefined) {
    throw new SessionError('joinedLock', table.key, joined[0].relation.name)
  }
  if (joined.length === 0) {
    const records = await readRows(unit, table, select(unit, table, options), options.lock)
    await loadRelations(unit, records, wanted)
    return records
  }
  const { tx } = await unit.open()
  const selection = selectTree(unit, { table, options }, branchesOf(joined))
  const { rows } = await tx.read(selection.statement, treeReaders(table, selection))
  const levels = rowsByLevel(selection, rows)
  const found = objectsOf(unit, table, selection.levels[0], levels[0] ?? [])
  await loadWaiting(unit, settleTree(unit, { wanted, from: found, first: 1 }, { selection, levels }))
  return [...found.records]
}

/** Loads relations of objects, and those within. */
export async function loadRelations(
  unit: Unit,
  records: readonly RowRecord[],
  wanted: readonly Wanted[],
): Promise<void> {
  await loadWaiting(
    unit,
    wanted.map(one => ({ wanted: one, parents: records })),
  )
}

/** A round trip for each level. */
async function loadWaiting(unit: Unit, given: readonly Waiting[]): Promise<void> {
  let waiting = given
  while (waiting.length > 0)
    waiting = await readLevel(
      unit,
      waiting.map(each => loadOf(unit, each)),
    )
}

/** Reads relations in one round trip, and gives what is to be loaded for the objects that they lead to. */
async function readLevel(unit: Unit, loads: readonly Load[]): Promise<Waiting[]> {
  const asked = loads.filter(({ isEmpty }) => !isEmpty)
  const rowsOf = new Map<Load, readonly unknown[]>()
  const [first] = asked
  if (first !== undefined) {
    const { tx } = await unit.open()
    const fetched =
      asked.length === 1
        ? [await tx.read(first.statement, first.readers)]
        : await tx.readAll(
            asked.map(({ statement }) => statement),
            asked.map(({ readers }) => readers),
          )
    for (const [at, load] of asked.entries()) rowsOf.set(load, fetched[at]?.rows ?? [])
    if (unit.views !== null) await completeLoads(unit, rowsOf)
  }
  return loads.flatMap(load => load.settle(rowsOf.get(load) ?? []))
}

/** Gives rows what they go on with in other tables. */
async function completeLoads(unit: Unit, rowsOf: Map<Load, readonly unknown[]>): Promise<void> {
  const gone = await completeRows(
    unit,
    [...rowsOf].flatMap(([{ heads }, rows]) =>
      heads === null ? [] : [{ view: heads.view, rows: rows.map(heads.own) }],
    ),
  )
  if (gone.size === 0) return
  for (const [load, rows] of rowsOf) {
    const { heads } = load
    if (heads === null) continue
    rowsOf.set(
      load,
      rows.filter(row => !gone.has(heads.own(row))),
    )
  }
}

function loadOf(unit: Unit, { wanted, parents: given }: Waiting): Load {
  const { relation, target, options, inner } = wanted
  const parents = keyed(
    [...new Set(given)].map(parent => partWith(parent, relation)),
    relation,
    target,
  )
  const keys = uniqueKeys(parents)
  const isEmpty = keys.length === 0
  const joined = inner.filter(({ load }) => load === 'joined')
  // Even of none it is worked out, so that what is wrong in the options is told.
  if (joined.length === 0) {
    const selection = selectRelated(unit, relation, keys, options)
    return {
      statement: selection.statement,
      readers: readersOf(target, relation, selection),
      isEmpty,
      heads: headsOf(target, selection),
      settle(rows) {
        // Which of the two they are, the readers have said.
        const { records } = settle(unit, wanted, selection, parents, rows as readonly Found[])
        return inner.map(one => ({ wanted: one, parents: records }))
      },
    }
  }
  const selection = selectTree(unit, { relation, keys, options }, branchesOf(joined))
  const readers = treeReaders(target, selection)
  return {
    statement: selection.statement,
    readers,
    isEmpty,
    // What goes on in other tables is not read together with others.
    heads: null,
    settle(rows) {
      const levels = rowsByLevel(selection, rows as readonly TreeRow[])
      const [level] = selection.levels
      if (level === undefined) return []
      const found = settle(unit, wanted, level, parents, levels[0] ?? [])
      return settleTree(unit, { wanted: inner, from: found, first: 1 }, { selection, levels })
    },
  }
}

function branchesOf(joined: readonly Wanted[]): Branch[] {
  return joined.map(({ relation, options, inner }) => ({
    relation,
    options,
    inner: branchesOf(inner.filter(({ load }) => load === 'joined')),
  }))
}

function readersOf(target: TableModel, relation: RelationModel, selection: RelatedSelection): RowReaders<Found> {
  const { readers, slots } = hydrationOf(target, selection)
  return relation.kind === 'link' && selection.lead.length > 0 ? ledReaders(selection.lead, slots) : readers
}

function headsOf(target: TableModel, { columns, lead }: RelatedSelection): Load['heads'] {
  if (!isView(target) || !isContinued(target, columns)) return null
  // Which of the two they are, the readers have said.
  return { view: target, own: row => (lead.length > 0 ? (row as Led).row : (row as Values)) }
}

/** What one statement gave of several levels. */
interface Tree {
  readonly selection: TreeSelection
  readonly levels: readonly (readonly Found[])[]
}

/** The relations of some objects, and where those that were read with them begin among the levels of a tree. */
interface Node {
  readonly wanted: readonly Wanted[]
  readonly from: Rows
  readonly first: number
}

/**
 * Gives objects what their relations lead to, as far as it was read with them, and says what remains to be loaded. Goes level by level, as
 * statements of their own would: where an object is come by twice, the later way to load its relations stands.
 */
function settleTree(unit: Unit, root: Node, tree: Tree): Waiting[] {
  const waiting: Waiting[] = []
  let nodes: readonly Node[] = [root]
  while (nodes.length > 0) {
    const steps = nodes.flatMap(({ wanted, from, first }) => {
      const records = [...new Set(from.records)]
      let next = first
      return wanted.flatMap(one => {
        const at = next
        if (one.load === 'joined') next += 1 + countJoined(one.inner)
        // The statement went by the keys in the database. Objects may have others: what was changed and not written, or read before.
        if (one.load !== 'joined' || hasMoved(one.relation, from)) {
          waiting.push({ wanted: one, parents: records })
          return []
        }
        return [{ one, at, parents: keyed(records, one.relation, one.target) }]
      })
    })
    nodes = steps.flatMap(({ one, at, parents }): Node[] => {
      const level = tree.selection.levels[at]
      if (level === undefined) return []
      const from = settle(unit, one, level, parents, tree.levels[at] ?? [])
      return [{ wanted: one.inner, from, first: at + 1 }]
    })
  }
  return waiting
}

function countJoined(wanted: readonly Wanted[]): number {
  return wanted.filter(({ load }) => load === 'joined').reduce((count, { inner }) => count + 1 + countJoined(inner), 0)
}

/** Whether an object has another key than its row, by which a relation goes. */
function hasMoved(relation: RelationModel, { records, rows }: Rows): boolean {
  return records.some((record, at) => {
    const { values, table } = record
    const row = rows[at]
    // PERF: most objects are their rows.
    if (row === undefined || row === values) return false
    return nearColumns(relation, table).some(
      ({ key }) =>
        Object.hasOwn(row, key) && Object.hasOwn(values, key) && comparable(row[key]) !== comparable(values[key]),
    )
  })
}

type Keyed = readonly { readonly parent: RowRecord; readonly key: readonly unknown[] | null }[]

/** Makes objects of the rows of a relation, and gives them to their parents. */
function settle(
  unit: Unit,
  { relation, target }: Wanted,
  level: Omit<RelatedSelection, 'statement'>,
  parents: Keyed,
  rows: readonly Found[],
): Rows {
  const isLed = level.lead.length > 0
  const names = level.by.map(({ key }, at) => (isLed ? String(at) : key))
  // Which of the two it is, its readers have said.
  const leads = isLed ? rows.map(row => (row as Led).lead) : (rows as readonly Values[])
  // Before the rows become objects, of which a class may make something else.
  const keys = names.length > 1 || !unit.host.classes.isNone ? leads.map(lead => names.map(name => lead[name])) : null
  const found = objectsOf(unit, target, level, rows)
  const children = new KeyGroups<RowRecord>()
  for (let at = 0; at < leads.length; at++) {
    const [lead, record] = [leads[at], found.records[at]]
    if (lead === undefined || record === undefined) continue
    if (keys === null) children.addOne(lead[names[0] ?? ''], record)
    else children.add(keys[at] ?? [], record)
  }
  for (const { parent, key } of parents) attach(unit, parent, relation, key === null ? null : children.of(key))
  return found
}

function objectsOf(
  unit: Unit,
  table: TableModel,
  level: Omit<RelatedSelection, 'statement'> | undefined,
  rows: readonly Found[],
): Rows {
  const hydrating = hydrationOf(table, level ?? table)
  const isLed = level !== undefined && level.lead.length > 0
  const own = isLed ? rows.map(row => (row as Led).row) : (rows as readonly Values[])
  return { records: hydrateRows(unit, hydrating, own), rows: own }
}

/** The values by which a relation of parents goes, in the types of the columns where they are looked for. */
function keyed(parents: readonly RowRecord[], relation: RelationModel, target: TableModel): Keyed {
  const [first] = parents
  if (first === undefined) return []
  const near = relation.kind === 'link' ? relation.near : relation.key
  const ways = near.columns.map((column, at) => {
    const wanted = near.targetColumns[at] ?? ''
    return relation.kind === 'one'
      ? { own: column, other: target.columnByKey.get(wanted) }
      : { own: first.table.columnByKey.get(wanted), other: column }
  })
  return parents.map(parent => ({ parent, key: keyOf(parent, ways) }))
}

function keyOf(
  { values, table }: RowRecord,
  ways: readonly { readonly own: ColumnModel | undefined; readonly other: ColumnModel | undefined }[],
): unknown[] | null {
  const key: unknown[] = []
  for (const { own, other } of ways) {
    if (own === undefined || other === undefined) return null
    if (!Object.hasOwn(values, own.key)) throw new SessionError('columnNotLoaded', table.key, own.key)
    const value = values[own.key]
    if (value === null || value === undefined) return null
    key.push(keyValue(value, own, other))
  }
  return key
}

function uniqueKeys(parents: Keyed): (readonly unknown[])[] {
  const parts = new Set<unknown>()
  const seen = new KeyGroups<true>()
  const keys: (readonly unknown[])[] = []
  for (const { key } of parents) {
    if (key === null) continue
    if (key.length === 1) {
      const part = comparable(key[0])
      if (parts.has(part)) continue
      parts.add(part)
    } else {
      if (seen.of(key).length > 0) continue
      seen.add(key, true)
    }
    keys.push(key)
  }
  return keys
}

/** Gives a parent what its relation leads to. @param found null where the parent's key leads nowhere */
function attach(unit: Unit, parent: RowRecord, relation: RelationModel, found: readonly RowRecord[] | null): void {
  parent.related ??= new Map()
  if (relation.kind === 'one') {
    const one = found === null ? null : (found[0] ?? new LeftOut(relation.key, parent.values))
    parent.related.set(relation.name, one)
  } else {
    const rows = found === null ? [] : found.map(child => child.values)
    const known = parent.related.get(relation.name)
    if (known instanceof Collection) {
      unit.level?.list(known)
      restoreList(known, rows)
    } else {
      const collection = openCollection(parent, relation, rows)
      parent.related.set(relation.name, collection)
      unit.collections.add(collection)
    }
  }
  showRelation(parent, relation)
}
