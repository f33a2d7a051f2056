/** The row that a row's key leads to. */
import type { ForeignKeyModel } from '../schema/model.ts'
import { keyValue } from './key-value.ts'
import type { RowRecord, Values } from './record.ts'
import { relationMap } from './relation-map.ts'
import { isKept, ownOf, restored } from './tracker.ts'

/** Writes a key into a row: its values where they are known, or else a reference to the row that will have them. */
export function point(child: RowRecord, key: ForeignKeyModel, parent: RowRecord | null): void {
  const { shape, values } = child
  if (child.references.length > 0) child.references = child.references.filter(reference => reference.key !== key)
  child.orphaned?.delete(key)
  if (parent === null) {
    for (const { key: own, nullable } of key.columns) if (nullable) shape.slotByKey.get(own)?.define(values, null)
    settle(child)
    return
  }
  const given = key.targetColumns.map(column => parent.known(column))
  // An insert may be undone, and the key with it: a row that is queued takes it when it is written.
  const mayGo = parent.origin !== null && child.state !== 'persistent'
  if (mayGo || parent.isMoving(key) || given.some(value => value === undefined || value === null)) {
    child.references = [...child.references, { key, target: parent }]
    shape.retract(
      values,
      key.columns.map(column => column.key),
    )
    return
  }
  for (const [at, column] of key.columns.entries()) {
    const from = parent.table.columnByKey.get(key.targetColumns[at] ?? '')
    const value = from === undefined ? given[at] : keyValue(given[at], from, column)
    shape.slotByKey.get(column.key)?.define(values, value)
  }
  settle(child)
}

/** An object that has a row, and lacks no column any more, is plain again. */
function settle({ gap, references, shape, state, values }: RowRecord): void {
  if (state !== 'persistent' || gap !== 'pending' || references.length > 0) return
  if (shape.slots.every(({ key }) => Object.hasOwn(values, key))) shape.release(values)
}

/** Whether it is known where a row's key leads. Of an object that was expired it is not. */
export function knowsParent({ gap, values, references }: RowRecord, key: ForeignKeyModel): boolean {
  if (gap === 'pending' || references.some(reference => reference.key === key)) return true
  return key.columns.every(column => Object.hasOwn(values, column.key))
}

/** Whether a row is to be under another one than in the database. */
export function hasMoved(child: RowRecord, key: ForeignKeyModel): boolean {
  const { orphaned, references, shape, snapshot, values } = child
  if (orphaned?.has(key) || references.some(reference => reference.key === key)) return true
  return key.columns.some(column => !isKept(shape.slotOf(column), ownOf(values, column.key), snapshot?.[column.key]))
}

/**
 * The row that a row's key leads to: null when it leads nowhere, undefined when the session does not have it.
 * @param stored what was loaded
 */
export function parentOf(
  child: RowRecord,
  key: ForeignKeyModel,
  stored: RowRecord | null = null,
): RowRecord | null | undefined {
  // A value of the row's own stands above a reference.
  const isOwn = key.columns.some(column => ownOf(child.values, column.key) !== undefined)
  if (!isOwn) for (const reference of child.references) if (reference.key === key) return reference.target
  const unit = child.session
  const values = keyValues(child.values, key, unit === null ? null : relationMap(unit.model).ways(key).target)
  if (values === null) return null
  const isStored = stored !== null && isAt(stored, key, values)
  // One that was let go of stands back behind another object of its row.
  if (isStored && (unit === null || stored.session === unit)) return stored
  if (unit === null) return undefined
  const { target } = relationMap(unit.model).ways(key)
  const isPrimary = target.primaryKey?.columns.every((column, at) => column.key === key.targetColumns[at]) ?? false
  const found = isPrimary ? unit.identity.find(target, values) : [...unit.identity.of(target)].find(isThere)
  // PERF: a row that is queued has no key that the database gives.
  const mayWait = key.targetColumns.some(column => target.columnByKey.get(column)?.identity === null)
  const queued = found === undefined && mayWait ? unit.queue.find(isThere) : undefined
  const near = found ?? queued ?? (isStored ? stored : undefined)
  // One whose key was changed, and not written, is there yet; of a primary key that is what it is found by.
  return near ?? (isPrimary ? undefined : [...unit.identity.of(target)].find(wasThere))

  function isThere(record: RowRecord): boolean {
    return record.table === target && isAt(record, key, values ?? [])
  }

  function wasThere(record: RowRecord): boolean {
    const { shape, snapshot } = record
    if (snapshot === null || !record.isMoving(key)) return false
    return key.targetColumns.every((column, at) => {
      const slot = shape.slotByKey.get(column)
      return slot !== undefined && isSameKey(restored(slot, snapshot[column]), values?.[at])
    })
  }
}

/** A key's values in the form of the columns that it points to; null when it leads nowhere. */
function keyValues(values: Values, key: ForeignKeyModel, target: RowRecord['table'] | null): unknown[] | null {
  const found: unknown[] = []
  for (const [at, column] of key.columns.entries()) {
    const value = Object.hasOwn(values, column.key) ? values[column.key] : undefined
    if (value === null || value === undefined) return null
    const to = target?.columnByKey.get(key.targetColumns[at] ?? '')
    found.push(to === undefined ? value : keyValue(value, column, to))
  }
  return found
}

function isAt(record: RowRecord, key: ForeignKeyModel, values: readonly unknown[]): boolean {
  return key.targetColumns.every((column, at) => isSameKey(record.known(column), values[at]))
}

function isSameKey(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0
}
