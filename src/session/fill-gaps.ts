/** What a flush has to know of objects that were expired, and changed or deleted without being read: it reads it. */
import { StaleDataError } from '../base/errors.ts'
import type { TableModel } from '../schema/model.ts'
import { isDirty } from './changes.ts'
import { byKeyOf } from './get.ts'
import type { RowRecord, Values } from './record.ts'
import { relationMap } from './relation-map.ts'
import { kept, restored } from './tracker.ts'
import type { Unit } from './unit.ts'

/**
 * Gives objects that are to be written, or pointed to, the columns that they lack and that writing them goes by: the version, what others
 * point to, and what points to rows that go.
 * What the caller has given them stays changed.
 * @throws StaleDataError when the row of one is gone
 */
export async function fillGaps(unit: Unit): Promise<void> {
  if (!unit.hasGaps) return
  const pointed = new Set(unit.queue.flatMap(({ references }) => references.map(({ target }) => target)))
  unit.identity.each(({ references }) => {
    for (const { target } of references) pointed.add(target)
  })
  const losing = new Set<string>()
  for (const { table } of [...unit.doomed, ...unit.orphans]) addLosing(unit, table, losing)
  const lacking: RowRecord[] = []
  let isLeft = false
  unit.identity.each(record => {
    // What has no key is not found again, nor written.
    if (record.gap === 'pending' || record.shape.primary.length === 0) return
    isLeft = true
    const isWanted = pointed.has(record) || unit.doomed.has(record) || isDirty(record)
    if ((isWanted && isInNeed(unit, record)) || mayLose(record, losing)) lacking.push(record)
  })
  unit.hasGaps = isLeft
  for (const record of await readLacking(unit, lacking)) {
    if (unit.doomed.has(record) || isDirty(record)) throw new StaleDataError(record.table.key, 'gone', record.values)
  }
}

/**
 * Gives objects that were expired, and are asked what they lead to, the columns that they lack.
 * @throws StaleDataError when the row of one is gone
 */
export async function fillExpired(unit: Unit, records: readonly RowRecord[]): Promise<void> {
  const parts = records.flatMap(record => record.parts ?? [record])
  const lacking = parts.filter(({ gap, shape }) => gap === 'expired' && shape.primary.length > 0)
  const [gone] = await readLacking(unit, lacking)
  if (gone !== undefined) throw new StaleDataError(gone.table.key, 'gone', gone.values)
}

/** @returns those whose rows are gone */
async function readLacking(unit: Unit, lacking: readonly RowRecord[]): Promise<RowRecord[]> {
  if (lacking.length === 0) return []
  const { tx } = await unit.open()
  const answers = await tx.readAll(
    lacking.map(({ shape, snapshot }) => ({
      text: byKeyOf(shape).text,
      values: shape.primary.map(slot => slot.text(restored(slot, snapshot?.[slot.key]))),
    })),
    lacking.map(({ shape }) => byKeyOf(shape).readers),
  )
  return lacking.filter((record, at) => {
    const row = answers[at]?.rows[0]
    if (row !== undefined) fill(unit, record, row)
    return row === undefined
  })
}

function isInNeed(unit: Unit, { shape, snapshot, table }: RowRecord): boolean {
  const isUnknown = (key: string): boolean => snapshot?.[key] === undefined
  if (shape.version !== null && isUnknown(shape.version.key)) return true
  return relationMap(unit.model)
    .to(table)
    .some(({ key }) => key.targetColumns.some(isUnknown))
}

/** Tables of which rows go, at once or with others that the session deletes. */
function addLosing(unit: Unit, table: TableModel, found: Set<string>): void {
  if (found.has(table.key)) return
  found.add(table.key)
  for (const way of relationMap(unit.model).to(table)) {
    if (way.key.cascade.includes('delete')) addLosing(unit, way.table, found)
  }
}

/** Whether an object may point to one that goes. */
function mayLose({ snapshot, table }: RowRecord, losing: ReadonlySet<string>): boolean {
  return table.foreignKeys.some(
    ({ target, columns }) => losing.has(target) && columns.some(({ key }) => snapshot?.[key] === undefined),
  )
}

function fill(unit: Unit, record: RowRecord, row: Values): void {
  const { shape, values, snapshot } = record
  unit.level?.touch(record)
  const next = { ...snapshot }
  for (const slot of shape.slots) {
    const { key } = slot
    if (next[key] !== undefined) continue
    next[key] = kept(slot, row[key])
    const isGiven = Object.hasOwn(values, key) || record.refersBy(key)
    if (!isGiven) slot.define(values, row[key])
  }
  record.snapshot = next
  record.closeGap()
}
