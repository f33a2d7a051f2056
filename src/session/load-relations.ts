/** The rows that relations lead to, read for many objects at once: one statement for each relation and level. */
import { SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { RowReaders } from '../engine/driver.ts'
import type { RelationModel, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { columnsNamed, type RelatedSelection, selectRelated } from '../sql/select.ts'
import { openCollection } from './agree.ts'
import { Collection, restoreList } from './collection.ts'
import { checkOptions, type GivenFind, hydrationOf } from './find-options.ts'
import { hydrate } from './hydrate.ts'
import { KeyGroups } from './key-groups.ts'
import { keyValue } from './key-value.ts'
import type { RowRecord, Values } from './record.ts'
import { showRelation } from './relation-property.ts'
import { type Led, ledReaders } from './returned.ts'
import type { Unit } from './unit.ts'

/** Relations by name, each with how it is to be loaded. */
export interface GivenWith {
  readonly [relation: string]: true | false | GivenFind | undefined
}

const optionNames: readonly string[] = ['where', 'with', 'columns', 'orderBy', 'limit', 'offset']

/** What is to be read for one relation of some objects. */
interface Load {
  readonly relation: RelationModel
  readonly target: TableModel
  readonly selection: RelatedSelection
  readonly parents: readonly { readonly parent: RowRecord; readonly key: readonly unknown[] | null }[]
  readonly isEmpty: boolean
  readonly inner: GivenWith | undefined
  readonly path: string
}

/**
 * Loads relations of objects, and those within: a statement for each relation, and a round trip for each level.
 * @throws SessionError for a relation that the table does not have, or for what is wrong in its options
 */
export async function loadRelations(
  unit: Unit,
  table: TableModel,
  records: readonly RowRecord[],
  given: GivenWith | undefined,
  path: string,
): Promise<void> {
  let loads = loadsOf(unit, table, records, given, path)
  while (loads.length > 0) {
    const found = await readLevel(unit, loads)
    loads = loads.flatMap(({ target, inner, path: own }, at) =>
      loadsOf(unit, target, found[at] ?? [], inner, `${own}.with`),
    )
  }
}

function loadsOf(
  unit: Unit,
  table: TableModel,
  records: readonly RowRecord[],
  given: GivenWith | undefined,
  path: string,
): Load[] {
  if (given === undefined) return []
  if (typeof given !== 'object' || given === null) {
    throw new SessionError('whereValue', path, 'an object of relations', typeName(given))
  }
  const parents = [...new Set(records)]
  return Object.entries(given).flatMap(([name, options]): Load[] => {
    const relation = table.relations.get(name)
    if (relation === undefined) {
      throw new SessionError('unknownRelation', table.key, name, suggestion(name, table.relations.keys()))
    }
    if (options === false || options === undefined) return []
    if (options !== true) checkOptions(options, optionNames)
    const { with: inner, columns, ...others } = options === true ? ({} as GivenFind) : options
    const target = unit.model.tableByKey.get(relation.target) ?? table
    const keyed = parents.map(parent => ({ parent, key: parentKey(parent, relation, target) }))
    const keys = uniqueKeys(keyed.flatMap(({ key }) => (key === null ? [] : [key])))
    // Even of none it is worked out, so that what is wrong in the options is told.
    const selection = selectRelated(unit, relation, keys, {
      ...others,
      columns: columnsNamed(target, columns) ?? target.columns,
    })
    const own = { relation, target, selection, parents: keyed, isEmpty: keys.length === 0, path: `${path}.${name}` }
    return [{ ...own, inner: inner as GivenWith | undefined }]
  })
}

/** Reads relations in one round trip, and gives of each the objects that it leads to. */
async function readLevel(unit: Unit, loads: readonly Load[]): Promise<RowRecord[][]> {
  const asked = loads.filter(({ isEmpty }) => !isEmpty)
  const rowsOf = new Map<Load, readonly (Values | Led)[]>()
  if (asked.length > 0) {
    const { tx } = await unit.open()
    const statements = asked.map(({ selection }) => selection.statement)
    const readers = asked.map(load => readersOf(load))
    const [first] = statements
    const [only] = readers
    const fetched =
      asked.length === 1 && first !== undefined && only !== undefined
        ? [await tx.read(first, only)]
        : await tx.readAll(statements, readers)
    for (const [at, load] of asked.entries()) rowsOf.set(load, fetched[at]?.rows ?? [])
  }
  return loads.map(load => settle(unit, load, rowsOf.get(load) ?? []))
}

function readersOf({ target, relation, selection }: Load): RowReaders<Values | Led> {
  const { readers, slots } = hydrationOf(target, selection)
  if (relation.kind !== 'link' || selection.lead.length === 0) return readers
  return ledReaders(selection.lead, slots)
}

function settle(unit: Unit, load: Load, rows: readonly (Values | Led)[]): RowRecord[] {
  const { relation, target, selection, parents } = load
  const hydrating = hydrationOf(target, selection)
  const children = new KeyGroups<RowRecord>()
  const found: RowRecord[] = []
  const isLed = selection.lead.length > 0
  const names = selection.by.map(({ key }, at) => (isLed ? String(at) : key))
  for (const row of rows) {
    // Which of the two it is, its readers have said.
    const [lead, own] = isLed ? [(row as Led).lead, (row as Led).row] : [row as Values, row as Values]
    // Before the row becomes an object, which its caller may have changed.
    const key = names.map(name => lead[name])
    const child = hydrate(unit, hydrating, own)
    children.add(key, child)
    found.push(child)
  }
  for (const { parent, key } of parents) attach(unit, parent, relation, key === null ? [] : children.of(key))
  return found
}

/** The values by which a relation of a parent goes, in the types of the columns where they are looked for. */
function parentKey(parent: RowRecord, relation: RelationModel, target: TableModel): unknown[] | null {
  const { values, table } = parent
  const near = relation.kind === 'link' ? relation.near : relation.key
  const key: unknown[] = []
  for (const [at, column] of near.columns.entries()) {
    const wanted = near.targetColumns[at] ?? ''
    const own = relation.kind === 'one' ? column : table.columnByKey.get(wanted)
    const other = relation.kind === 'one' ? target.columnByKey.get(wanted) : column
    if (own === undefined || other === undefined) return null
    if (!Object.hasOwn(values, own.key)) throw new SessionError('columnNotLoaded', table.key, own.key)
    const value = values[own.key]
    if (value === null || value === undefined) return null
    key.push(keyValue(value, own, other))
  }
  return key
}

function uniqueKeys(keys: readonly (readonly unknown[])[]): (readonly unknown[])[] {
  const seen = new KeyGroups<true>()
  return keys.filter(key => {
    if (seen.of(key).length > 0) return false
    seen.add(key, true)
    return true
  })
}

/** Gives a parent what its relation leads to. */
function attach(unit: Unit, parent: RowRecord, relation: RelationModel, children: readonly RowRecord[]): void {
  parent.related ??= new Map()
  if (relation.kind === 'one') {
    parent.related.set(relation.name, children[0] ?? null)
  } else {
    const rows = children.map(child => child.values)
    const known = parent.related.get(relation.name)
    if (known instanceof Collection) restoreList(known, rows)
    else {
      const collection = openCollection(parent, relation, rows)
      parent.related.set(relation.name, collection)
      unit.collections.add(collection)
    }
  }
  showRelation(parent, relation)
}
