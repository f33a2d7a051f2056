/** The rows that relations lead to, read for many objects at once: one statement for each relation and level. */
import { SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { ColumnModel, RelationModel, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { columnsNamed, type RelatedSelection, selectRelated } from '../sql/select.ts'
import { openCollection } from './agree.ts'
import { Collection, restoreList } from './collection.ts'
import { checkOptions, type GivenFind, hydrationOf } from './find-options.ts'
import { hydrate } from './hydrate.ts'
import { KeyGroups } from './key-groups.ts'
import { keyValue } from './key-value.ts'
import type { RowRecord } from './record.ts'
import { showRelation } from './relation-property.ts'
import { ledReaders } from './returned.ts'
import { shapeOf } from './shape.ts'
import type { Unit } from './unit.ts'

/** Relations by name, each with how it is to be loaded. */
export interface GivenWith {
  readonly [relation: string]: true | false | GivenFind | undefined
}

const optionNames: readonly string[] = ['where', 'with', 'columns', 'orderBy', 'limit', 'offset']

/** @throws SessionError for a relation that the table does not have, or for what is wrong in its options */
export async function loadRelations(
  unit: Unit,
  table: TableModel,
  records: readonly RowRecord[],
  given: GivenWith | undefined,
  path: string,
): Promise<void> {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null) {
    throw new SessionError('whereValue', path, 'an object of relations', typeName(given))
  }
  for (const [name, options] of Object.entries(given)) {
    const relation = table.relations.get(name)
    if (relation === undefined) {
      throw new SessionError('unknownRelation', table.key, name, suggestion(name, table.relations.keys()))
    }
    if (options === false || options === undefined) continue
    if (options !== true) checkOptions(options, optionNames)
    const own = options === true ? {} : options
    const found = await loadOne(unit, table, records, relation, own)
    await loadRelations(
      unit,
      unit.model.tableByKey.get(relation.target) ?? table,
      found,
      own.with as GivenWith | undefined,
      `${path}.${name}.with`,
    )
  }
}

/** Loads one relation of all objects, and gives the objects that it leads to. */
async function loadOne(
  unit: Unit,
  table: TableModel,
  parents: readonly RowRecord[],
  relation: RelationModel,
  { with: _, columns: names, ...options }: GivenFind,
): Promise<RowRecord[]> {
  const target = unit.model.tableByKey.get(relation.target) ?? table
  const groups = new KeyGroups<RowRecord>()
  const keyed: { readonly parent: RowRecord; readonly key: readonly unknown[] }[] = []
  for (const parent of new Set(parents)) {
    const key = parentKey(parent, relation, target)
    if (key !== null) keyed.push({ parent, key })
    if (key !== null) groups.add(key, parent)
  }
  const keys = uniqueKeys(keyed.map(({ key }) => key))
  const children = new KeyGroups<RowRecord>()
  const found: RowRecord[] = []
  // Even of none it is worked out, so that what is wrong in the options is told.
  const selection = selectRelated(unit, relation, keys, {
    ...options,
    columns: columnsNamed(target, names) ?? target.columns,
  })
  if (keys.length > 0) {
    for (const { key, child } of await read(unit, target, selection)) {
      children.add(key, child)
      found.push(child)
    }
  }
  for (const parent of new Set(parents)) {
    const key = parentKey(parent, relation, target)
    attach(unit, parent, relation, key === null ? [] : children.of(key))
  }
  return found
}

async function read(
  unit: Unit,
  target: TableModel,
  { statement, columns, lead, by }: RelatedSelection,
): Promise<{ readonly key: readonly unknown[]; readonly child: RowRecord }[]> {
  const hydrating = hydrationOf(target, { columns })
  const { tx } = await unit.open()
  if (lead.length === 0) {
    const { rows } = await tx.read(statement, hydrating.readers)
    return rows.map(row => ({ key: by.map(({ key }) => row[key]), child: hydrate(unit, hydrating, row) }))
  }
  const slots = lead.map((column, at) => ({ ...leadSlot(unit, column), key: String(at) }))
  const { rows } = await tx.read(statement, ledReaders(slots, hydrating.slots))
  return rows.map(({ lead: values, row }) => ({
    key: slots.map(({ key }) => values[key]),
    child: hydrate(unit, hydrating, row),
  }))
}

function leadSlot(unit: Unit, column: ColumnModel) {
  const table = unit.model.tables.find(one => one.columns.includes(column))
  // Every column is a table's.
  return shapeOf(table as TableModel).slotOf(column)
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
