/** What deleting an object, or taking it out of a collection, means for others. */
import { SessionError } from '../base/errors.ts'
import type { ForeignKeyModel, RelationModel, TableModel } from '../schema/model.ts'
import { selectRelated } from '../sql/select.ts'
import { isDirty } from './changes.ts'
import { leaveParents } from './join-collections.ts'
import { keyValue } from './key-value.ts'
import { knowsParent, parentOf } from './parent.ts'
import { readRows } from './read-rows.ts'
import { setParent } from './relate.ts'
import type { RowRecord } from './record.ts'
import { type KeyWays, relationMap } from './relation-map.ts'
import type { Slot } from './shape.ts'
import { restored } from './tracker.ts'
import type { Unit } from './unit.ts'

/**
 * Dooms what goes with what is doomed, where a relation's `cascade` says so, and settles the keys of those that stay.
 * @throws SessionError when a row that stays would point to one that goes, or belongs nowhere
 */
export async function cascade(unit: Unit): Promise<void> {
  dissolveOrphans(unit)
  if (unit.doomed.size === 0) return
  for (let next = [...unit.doomed]; next.length > 0; ) next = await doomChildren(unit, next)
  releaseChildren(unit)
}

/** Rows that were taken out of a collection and have come into no other. */
function dissolveOrphans(unit: Unit): void {
  const map = relationMap(unit.model)
  for (const record of unit.orphans) {
    for (const [key, owner] of record.orphaned ?? []) {
      const parent = parentOf(record, key, owner)
      if (unit.doomed.has(record)) continue
      // A key may have been given as a value since, also that of the same row. One that cannot be null is as it was.
      const isGiven = parent !== owner || key.columns.some(column => column.nullable)
      if (parent !== null && isGiven) continue
      const { many, one } = map.ways(key)
      if (key.cascade.includes('orphan')) {
        if (record.state === 'persistent') unit.doom(record)
        else if (record.state === 'pending') forget(unit, record)
      } else if (key.columns.every(column => !column.nullable)) {
        const name = `${key.target}.${many?.name ?? one?.name ?? key.name}`
        throw new SessionError('orphanRow', record.table.key, name)
      }
    }
    record.orphaned = null
  }
  unit.orphans.clear()
}

/** An object that was queued is queued no more. */
export function forget(unit: Unit, record: RowRecord): void {
  for (const part of record.parts ?? [record]) {
    leaveParents(unit, part)
    unit.queue = unit.queue.filter(one => one !== part)
    part.move('expunge')
    part.session = null
  }
}

/** Dooms the children of rows, read from the database where they must go with them, and gives those that were not doomed before. */
async function doomChildren(unit: Unit, parents: readonly RowRecord[]): Promise<RowRecord[]> {
  const found: RowRecord[] = []
  for (const [table, rows] of byTable(parents)) {
    for (const { key, table: childTable } of relationMap(unit.model).to(table)) {
      if (!key.cascade.includes('delete')) continue
      const stored = await childrenOf(unit, childTable, key, rows)
      for (const child of [...stored, ...movedUnder(unit, childTable, key, rows)]) {
        if (unit.doomed.has(child) || child.state !== 'persistent') continue
        unit.doom(child)
        found.push(...(child.parts ?? [child]))
      }
      for (const child of unit.queue.filter(one => one.table === childTable)) {
        const parent = parentOf(child, key)
        if (parent && unit.doomed.has(parent)) forget(unit, child)
      }
    }
  }
  return found
}

async function childrenOf(
  unit: Unit,
  table: TableModel,
  key: ForeignKeyModel,
  parents: readonly RowRecord[],
): Promise<RowRecord[]> {
  const keys = parents.map(({ shape, snapshot }) =>
    key.targetColumns.map((column, at) => {
      const slot = shape.slotByKey.get(column) as Slot
      return keyValue(restored(slot, snapshot?.[column]), slot.column, key.columns[at] ?? slot.column)
    }),
  )
  const way = { kind: 'many', name: '', target: table.key, key, unique: false } as const
  const selection = selectRelated(unit, way, keys, {})
  const going = new Set<RowRecord | null | undefined>(parents)
  const children = await readRows(unit, unit.viewOf(table), selection, undefined)
  // One that was put elsewhere meanwhile is nobody's of these.
  return children.filter(child => !knowsParent(child, key) || going.has(parentOf(child, key)))
}

/** Objects that were put under rows, and whose rows are not there yet. */
function* movedUnder(
  unit: Unit,
  table: TableModel,
  key: ForeignKeyModel,
  parents: readonly RowRecord[],
): Generator<RowRecord, void, undefined> {
  for (const child of unit.identity.of(table)) {
    if (!isDirty(child)) continue
    const parent = parentOf(child, key)
    if (parent && parents.includes(parent)) yield child
  }
}

function byTable(records: readonly RowRecord[]): Map<TableModel, RowRecord[]> {
  const tables = new Map<TableModel, RowRecord[]>()
  for (const record of records) {
    const rows = tables.get(record.table)
    if (rows === undefined) tables.set(record.table, [record])
    else rows.push(record)
  }
  return tables
}

/** Rows that stay lose their keys to rows that go, unless the database sees to it. */
function releaseChildren(unit: Unit): void {
  for (const [table] of byTable([...unit.doomed])) {
    for (const ways of relationMap(unit.model).to(table)) {
      const { key } = ways
      const isLeft = key.onDelete !== 'no action' && key.onDelete !== 'restrict'
      const children = [...unit.identity.of(ways.table), ...unit.queue.filter(one => one.table === ways.table)]
      for (const child of children) {
        if (unit.doomed.has(child)) continue
        const parent = parentOf(child, key)
        if (!parent || !unit.doomed.has(parent)) continue
        // A row of a join table says nothing but that the two are joined.
        if (child.state === 'pending' && relationMap(unit.model).through(child.table).length > 0) {
          forget(unit, child)
          continue
        }
        if (child.state === 'pending') throw new SessionError('parentDeleted', child.table.key, nameOf(ways), table.key)
        // What was put there and not written is the session's to undo: the row may go before.
        if (isLeft && !(key.onDelete === 'set null' && isDirty(child))) continue
        if (!key.columns.some(column => column.nullable)) {
          throw new SessionError('childrenLeft', table.key, child.table.key, nameOf(ways))
        }
        setParent(child, key, null)
      }
    }
  }
}

function nameOf({ one, many, table, target, key }: KeyWays): string {
  if (many !== null) return `${target.key}.${many.name}`
  const relation: RelationModel | null = one
  return `${table.key}.${relation?.name ?? key.name}`
}
