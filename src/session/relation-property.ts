/**
 * Relations that were loaded, as properties of objects. They are accessors, so that both sides agree at once, but look like plain
 * properties to what prints, spreads, compares and makes JSON.
 */
import { inspect, type InspectOptionsStylized } from 'node:util'
import { SessionError } from '../base/errors.ts'
import type { RelationModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { replace } from './agree.ts'
import { Collection } from './collection.ts'
import { type GivenRow, tableOf } from './give.ts'
import { LeftOut } from './left-out.ts'
import { partOf, partWith, recordOf, type RowRecord } from './record.ts'
import { knowsParent, parentOf } from './parent.ts'
import { setParent } from './relate.ts'

const properties = new WeakMap<RelationModel, PropertyDescriptor>()

/** Gives an object the property of a relation that was loaded. */
export function showRelation(record: RowRecord, relation: RelationModel): void {
  const { values } = record
  if (Object.hasOwn(values, relation.name)) return
  let property = properties.get(relation)
  if (property === undefined) {
    property = propertyOf(relation)
    properties.set(relation, property)
  }
  Object.defineProperty(values, relation.name, property)
  if (!Object.hasOwn(values, inspect.custom)) Object.defineProperty(values, inspect.custom, printing)
}

/** What was loaded as a relation, as the caller sees it. */
export function relationValue(record: RowRecord, relation: RelationModel): unknown {
  let related = record.related?.get(relation.name)
  if (related instanceof Collection) {
    return relation.kind === 'many' && relation.unique ? (related.array[0] ?? null) : related.array
  }
  if (relation.kind !== 'one') return null
  // Of the column that is not known, as if it were read itself.
  if (!knowsParent(record, relation.key)) for (const { key } of relation.key.columns) void record.values[key]
  if (related instanceof LeftOut) {
    if (related.isOf(record.values)) return null
    related = null
  }
  const parent = parentOf(record, relation.key, related ?? null)
  if (parent === undefined) throw new SessionError('relationMoved', record.table.key, relation.name)
  return parent?.values ?? null
}

function propertyOf(relation: RelationModel): PropertyDescriptor {
  return {
    get(this: object): unknown {
      const record = recordOf(this)
      return record === null ? undefined : relationValue(partWith(record, relation), relation)
    },
    set(this: object, value: unknown): void {
      const record = recordOf(this)
      if (record !== null) assign(partWith(record, relation), relation, value)
    },
    enumerable: true,
    configurable: true,
  }
}

function assign(record: RowRecord, relation: RelationModel, value: unknown): void {
  const { table, related } = record
  const collection = related?.get(relation.name)
  if (relation.kind === 'one') {
    if (value === null && relation.key.columns.every(column => !column.nullable)) {
      throw new SessionError('missingReference', table.key, relation.key.columns[0]?.key ?? '', relation.name)
    }
    setParent(record, relation.key, value === null ? null : relatedRecord(record, relation, value))
    return
  }
  const isSingle = relation.kind === 'many' && relation.unique
  if (!(collection instanceof Collection)) return
  if (isSingle) {
    replace(collection, value === null ? [] : [value])
    return
  }
  if (!Array.isArray(value)) {
    throw new SessionError(
      'notRelated',
      table.key,
      relation.name,
      `an array of rows of table '${relation.target}'`,
      typeName(value),
    )
  }
  replace(collection, value)
}

function relatedRecord(record: RowRecord, { name, target }: RelationModel, value: unknown): RowRecord {
  const { table, session } = record
  const other = recordOf(value, target)
  if (other === null) {
    if (typeof value !== 'object' || session === null) {
      throw new SessionError('notRelated', table.key, name, `a row of table '${target}'`, typeName(value))
    }
    return partOf(session.host.makeObject(tableOf(session.model, target), value as GivenRow, []), target)
  }
  if (other.table.key !== target) throw new SessionError('wrongRelated', table.key, name, target, other.table.key)
  if (other.session !== null && other.session !== session) throw new SessionError('otherSession', other.table.key)
  return other
}

/** Objects that are being printed: relations lead back to them. */
const printed = new Set<object>()

/** Accessors would be printed as such. What the object holds is printed, of its own class if it has one. */
const printing: PropertyDescriptor = {
  value(this: object, depth: number | null, options: InspectOptionsStylized): unknown {
    if (printed.has(this)) return options.stylize('[Circular]', 'special')
    const plain = Object.create(Object.getPrototypeOf(this) as object)
    for (const key of Object.keys(this)) {
      Object.defineProperty(plain, key, { value: Reflect.get(this, key), enumerable: true, configurable: true })
    }
    Object.defineProperty(plain, inspect.custom, { value: undefined, enumerable: false })
    printed.add(this)
    try {
      // What is left of it: the options have what it was at first.
      return inspect(plain, { ...options, depth })
    } finally {
      printed.delete(this)
    }
  },
  enumerable: false,
  configurable: true,
}
