/** Objects from the rows that a caller gives: names are checked, relations become references and rows of their own. */
import { SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { ForeignKeyModel, Model, RelationModel, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { keyValue } from './key-value.ts'
import { isInCycle } from './plan-inserts.ts'
import { keepRecord, type ObjectReference, partOf, recordOf, RowRecord, type Values } from './record.ts'
import { encoded, type OneRelation, type Shape, shapeOf } from './shape.ts'

export type GivenRow = { readonly [key: string]: unknown }

/** Makes the object of a row that lies inside another; it may be of a class of the caller's. */
export type MakeObject = (table: TableModel, row: GivenRow, references: readonly ObjectReference[]) => RowRecord

/** The object of a row that was read: the row itself, or an object of a class of the caller's with its columns. */
export type LoadObject = (table: TableModel, row: Values) => Values

/** A plain object for a row. @throws SessionError when the row is wrong */
export function plainObject(model: Model): MakeObject {
  const make: MakeObject = (table, row, references) => makePlain(model, table, row, references, make)
  return make
}

/** As `MakeObject`; the objects of rows inside are made by `make`. */
export function makePlain(
  model: Model,
  table: TableModel,
  row: GivenRow,
  references: readonly ObjectReference[],
  make: MakeObject,
): RowRecord {
  const shape = shapeOf(table)
  if (references.length === 0 && typeof row === 'object' && row !== null) {
    const record = shape.take(row, model, lead)
    if (record !== null) return record
  }
  return fill(shape.make(), model, shape, row, references, make)
}

/**
 * Copies a row into an object, which then has the row's columns in the order of the literal.
 * @param references what the row's place says: the row it was given inside of
 * @throws SessionError for a column that is unknown, missing, or the database's own
 */
export function fill(
  object: Values,
  model: Model,
  shape: Shape,
  row: GivenRow,
  references: readonly ObjectReference[],
  make: MakeObject,
): RowRecord {
  const { table } = shape
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new SessionError('notARow', table.key, typeName(row))
  const record = new RowRecord(shape, object)
  record.references = references
  keepRecord(object, record)
  fillRecord(record, model, row, references, make)
  return record
}

/** As `fill`, of a record that its object has already. @param references those that the row's place says */
export function fillRecord(
  record: RowRecord,
  model: Model,
  row: GivenRow,
  references: readonly ObjectReference[],
  make: MakeObject,
): void {
  const { shape, values: object, table } = record
  let seen = 0
  let isComplete = true
  for (const slot of shape.slots) {
    const { key, define, required, forbidden, first, sort } = slot
    if (Object.hasOwn(row, key)) {
      seen++
      const value = row[key]
      if (value !== undefined) {
        if (forbidden) throw new SessionError('forbiddenColumn', table.key, key)
        // PERF: `typeof` is not to be seen in the 500 ns of a row of 7 columns, a whole encoding would be: that is the flush's.
        if (sort !== null && typeof value !== sort && value !== null) encoded(table, slot, value)
        define(object, value)
        continue
      }
    }
    if (required) isComplete = false
    else if (first !== undefined) define(object, first)
  }
  if (Object.keys(row).length !== seen) takeRelations(record, model, row, make)
  for (const reference of references) checkOnce(record, reference.key, null)
  if (!isComplete) checkComplete(record)
}

function takeRelations(record: RowRecord, model: Model, row: GivenRow, make: MakeObject): void {
  const { table } = record
  for (const [name, value] of Object.entries(row)) {
    if (table.columnByKey.has(name) || value === undefined) continue
    const relation = table.relations.get(name)
    if (relation === undefined) {
      const names = [...table.columnByKey.keys(), ...table.relations.keys()]
      throw new SessionError('unknownColumn', table.key, name, suggestion(name, names))
    }
    if (relation.kind === 'one') takeOne(record, model, relation, value)
    else takeMany(record, model, relation, value, make)
  }
}

type To<Kind extends RelationModel['kind']> = Extract<RelationModel, { readonly kind: Kind }>

function takeOne(record: RowRecord, model: Model, relation: OneRelation, value: unknown): void {
  const { name, key } = relation
  const table = record.table.key
  checkOnce(record, key, name)
  if (value === null) {
    for (const column of key.columns) {
      if (!column.nullable) throw new SessionError('missingReference', table, column.key, name)
      setOwn(record, column.key, null)
    }
    return
  }
  lead(record, model, relation, value)
}

/** Puts a row under another, of which it has no key yet. */
function lead(record: RowRecord, model: Model, { name, target, key }: OneRelation, value: unknown): void {
  const other = recordOf(value, target)
  if (other !== null) checkTable(record, name, target, other)
  if (other === null || (hasRow(other) && !other.isMoving(key))) takeKey(record, model, name, key, value)
  else if (record.references.length === 0) record.references = pointerTo(model, other, record.table, key)
  else record.references = [...record.references, { key, target: other }]
}

/**
 * A list of one reference. PERF: rows that point to the same share it, but in a cycle of tables, where some references are
 * postponed and others are not.
 */
function pointerTo(
  model: Model,
  target: RowRecord,
  table: TableModel,
  key: ForeignKeyModel,
): readonly ObjectReference[] {
  const { pointer } = target
  if (pointer !== null && pointer[0]?.key === key) return pointer
  const made = [{ key, target }]
  if (!isInCycle(model, table)) target.pointer = made
  return made
}

/** Whether an object has a row for good: nothing that a rollback could take its key from. */
function hasRow({ state, origin }: RowRecord): boolean {
  return (state === 'persistent' || state === 'detached') && origin === null
}

/** The key's values, from a row that has them. */
function takeKey(record: RowRecord, model: Model, name: string, key: ForeignKeyModel, value: unknown): void {
  const table = record.table.key
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SessionError('notRelated', table, name, `a row of table '${key.target}'`, typeName(value))
  }
  for (const [at, column] of key.columns.entries()) {
    const wanted = key.targetColumns[at] ?? ''
    const found: unknown = Reflect.get(value, wanted)
    if (found === undefined || found === null) throw new SessionError('relatedWithoutKey', table, name, wanted)
    const from = model.tableByKey.get(key.target)?.columnByKey.get(wanted)
    setOwn(record, column.key, from === undefined ? found : keyValue(found, from, column))
  }
}

function takeMany(
  record: RowRecord,
  model: Model,
  relation: To<'many'> | To<'link'>,
  value: unknown,
  make: MakeObject,
): void {
  const { name, target } = relation
  const isSingle = relation.kind === 'many' && relation.unique
  if (isSingle && value === null) return
  if (Array.isArray(value) === isSingle || value === null) {
    const wanted = isSingle ? `a row of table '${target}'` : `an array of rows of table '${target}'`
    throw new SessionError('notRelated', record.table.key, name, wanted, typeName(value))
  }
  const rows: readonly unknown[] = Array.isArray(value) ? value : [value]
  record.owned = [
    ...record.owned,
    ...rows.flatMap(row =>
      relation.kind === 'many'
        ? [takeChild(record, model, relation, row, make)]
        : takeLinked(record, model, relation, row, make),
    ),
  ]
}

function takeChild(
  record: RowRecord,
  model: Model,
  { name, target, key }: To<'many'>,
  row: unknown,
  make: MakeObject,
): RowRecord {
  const reference: ObjectReference = { key, target: record }
  const known = recordOf(row, target)
  // That it is an object at all is checked where it is filled.
  if (known === null) return make(tableOf(model, target), row as GivenRow, [reference])
  checkTable(record, name, target, known)
  if (known.state === 'persistent' || known.state === 'detached') {
    throw new SessionError('relatedElsewhere', record.table.key, name, target)
  }
  checkOnce(known, key, name)
  known.references = [...known.references, reference]
  return known
}

function takeLinked(
  record: RowRecord,
  model: Model,
  relation: To<'link'>,
  row: unknown,
  make: MakeObject,
): RowRecord[] {
  const known = recordOf(row, relation.target)
  if (known !== null) checkTable(record, relation.name, relation.target, known)
  const far = known ?? partOf(make(tableOf(model, relation.target), row as GivenRow, []), relation.target)
  const ends: ObjectReference[] = [
    { key: relation.near, target: record },
    { key: relation.far, target: far },
  ]
  const join = make(tableOf(model, relation.through), {}, ends)
  return far.state === 'transient' ? [far, join] : [join]
}

function checkTable(record: RowRecord, relation: string, target: string, other: RowRecord): void {
  if (other.table.key !== target) {
    throw new SessionError('wrongRelated', record.table.key, relation, target, other.table.key)
  }
}

/** Refuses a key that is given as columns and as a row. Of a key of several columns, some may be shared with others. */
function checkOnce(record: RowRecord, key: ForeignKeyModel, relation: string | null): void {
  const { values, table } = record
  const given = key.columns.filter(column => Object.hasOwn(values, column.key))
  const before = record.references.filter(reference => reference.key === key)
  const isReferred = before.length > (relation === null ? 1 : 0)
  if (given.length < key.columns.length && !isReferred) return
  const name =
    [...table.relations.values()].find(one => one.kind === 'one' && one.key === key)?.name ?? relation ?? key.name
  throw new SessionError('relatedTwice', table.key, given[0]?.key ?? name, name)
}

function checkComplete({ table, values, references }: RowRecord): void {
  for (const column of table.columns) {
    if (column.insertMode !== 'required' || Object.hasOwn(values, column.key)) continue
    if (references.some(({ key }) => key.columns.includes(column))) continue
    const relation = [...table.relations.values()].find(one => one.kind === 'one' && one.key.columns.includes(column))
    if (relation !== undefined) throw new SessionError('missingReference', table.key, column.key, relation.name)
    throw new SessionError('missingColumn', table.key, column.key)
  }
}

function setOwn(record: RowRecord, key: string, value: unknown): void {
  record.shape.slotByKey.get(key)?.define(record.values, value)
}

/** A table by its key. @throws SessionError when there is none */
export function tableOf(model: Model, key: string): TableModel {
  const table = model.tableByKey.get(key)
  if (table === undefined) {
    throw new SessionError('unknownTableName', key, suggestion(key, model.tableByKey.keys()))
  }
  return table
}

/**
 * Copies some columns of a row into an object that has them already.
 * @throws SessionError for a column that is unknown, or of another type
 */
export function fillPartly(record: RowRecord, row: GivenRow): void {
  const { values } = record
  const shapeWith = (key: string): Shape =>
    record.parts?.find(({ shape }) => shape.slotByKey.has(key))?.shape ?? record.shape
  const given = Object.entries(row).filter(([, value]) => value !== undefined)
  for (const [key, value] of given) {
    const { table, slotByKey } = shapeWith(key)
    const slot = slotByKey.get(key)
    if (slot === undefined) throw new SessionError('unknownColumn', table.key, key, suggestion(key, slotByKey.keys()))
    if (value !== null) encoded(table, slot, value)
  }
  for (const [key, value] of given) {
    const shape = shapeWith(key)
    const slot = shape.slotByKey.get(key)
    // What the database alone writes is as it is there, and so are the key and the version.
    if (slot !== undefined && !slot.column.generated && !shape.primary.includes(slot) && !slot.column.version) {
      slot.define(values, value)
    }
  }
}
