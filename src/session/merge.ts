/** The state of a row that came from elsewhere, copied to the session's object of it. */
import { StaleDataError } from '../base/errors.ts'
import type { TableModel } from '../schema/model.ts'
import { Collection } from './collection.ts'
import { isSame } from './deep-value.ts'
import { enqueue } from './enqueue.ts'
import { readByKey } from './get.ts'
import { fillPartly, type GivenRow } from './give.ts'
import { isUpToDate } from './is-up-to-date.ts'
import { keyOf } from './key-of.ts'
import { recordOf, relatedOf, type RowRecord } from './record.ts'
import { relationMap } from './relation-map.ts'
import { shapeOf } from './shape.ts'
import type { Unit } from './unit.ts'

/**
 * The session's object of a row, with the values given: the one that has the row's key, read if need be, or a new one. Rows that a
 * loaded relation of the given object leads to are merged with it, where its `cascade` says so.
 * @throws StaleDataError when the given row has another version than the one that is there; without a version it goes over it
 */
export async function merge(
  unit: Unit,
  wanted: TableModel,
  given: GivenRow,
  seen = new Map<object, RowRecord>(),
): Promise<RowRecord> {
  const done = seen.get(given)
  if (done !== undefined) return done
  const source = recordOf(given)
  if (source?.session === unit) return source
  // Of an object that lies in several tables, what its last part is of.
  const table = source?.parts?.at(-1)?.table ?? wanted
  const shape = shapeOf(table)
  const has = (key: string): boolean => Object.hasOwn(given, key) && given[key] !== undefined && given[key] !== null
  const hasKey = shape.primary.length > 0 && shape.primary.every(({ key }) => has(key))
  const found = hasKey ? await existing(unit, table, given) : null
  const columns = Object.fromEntries(
    unit
      .viewOf(table)
      .columns.flatMap(({ key }) => (Object.hasOwn(given, key) && given[key] !== undefined ? [[key, given[key]]] : [])),
  )
  if (found === null) {
    // A plain row may have rows inside it, as one that is added.
    const made = unit.host.makeObject(table, source === null ? given : columns, [])
    enqueue(unit, [made])
    seen.set(given, made)
    return made
  }
  for (const { shape: own } of found.parts ?? [found]) {
    const { version } = own
    if (version !== null && has(version.key) && !isSame(given[version.key], found.values[version.key])) {
      throw new StaleDataError(own.table.key, 'changed', found.values)
    }
  }
  seen.set(given, found)
  fillPartly(found, source === null ? given : columns)
  if (source !== null) await mergeRelated(unit, source, seen)
  return found
}

async function existing(unit: Unit, table: TableModel, given: GivenRow): Promise<RowRecord | null> {
  const shape = shapeOf(table)
  const [first, ...others] = shape.primary
  const key = keyOf(
    shape,
    others.length === 0
      ? given[first?.key ?? '']
      : Object.fromEntries(shape.primary.map(slot => [slot.key, given[slot.key]])),
  )
  const known = unit.identity.find(table, key)
  if (known !== undefined && isUpToDate(unit, known)) return known
  return await readByKey(unit, shape, key)
}

async function mergeRelated(unit: Unit, source: RowRecord, seen: Map<object, RowRecord>): Promise<void> {
  for (const related of relatedOf(source)) {
    if (!(related instanceof Collection) || related.relation.kind !== 'many') continue
    const { key } = related.relation
    if (!key.cascade.includes('merge')) continue
    const { table } = relationMap(unit.model).ways(key)
    for (const child of related.array) await merge(unit, table, child as GivenRow, seen)
  }
}
