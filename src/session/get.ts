/** One object by its key. */
import type { Lock } from '../../types/lock.ts'
import type { TableModel } from '../schema/model.ts'
import { selectByKey } from '../sql/select-by-key.ts'
import { lockText, select } from '../sql/select.ts'
import { isView } from '../sql/view.ts'
import { checkOptions } from './find-options.ts'
import { hydrate, hydration, type Hydration } from './hydrate.ts'
import { isUpToDate } from './is-up-to-date.ts'
import { keyOf } from './key-of.ts'
import { loadRelations } from './load-relations.ts'
import { readRows } from './read-rows.ts'
import type { RowRecord } from './record.ts'
import { type Shape, shapeOf } from './shape.ts'
import { mayWait, type Unit } from './unit.ts'
import { wantedOf } from './wanted.ts'

export interface GetOptions<Relations = unknown> {
  /** Locks the row until the transaction ends, and reads it anew. */
  readonly lock?: Lock
  /** The relations to load with it. */
  readonly with?: Relations
}

interface ByKey extends Hydration {
  readonly text: string
}

const byKeys = new WeakMap<Shape, ByKey>()

/** How rows of a table are read by their key. */
export function byKeyOf(shape: Shape): ByKey {
  const known = byKeys.get(shape)
  if (known !== undefined) return known
  const columns = shape.primary.map(slot => slot.column)
  const made = { ...hydration(shape, shape.slots), text: selectByKey(shape.table, columns) }
  byKeys.set(shape, made)
  return made
}

/** @param flush writes what waits, before a statement */
export async function get(
  unit: Unit,
  table: TableModel,
  given: unknown,
  options: GetOptions,
  flush: () => Promise<void>,
): Promise<object | null> {
  checkOptions(options, ['lock', 'with'])
  const record = await getRecord(unit, table, given, options.lock, flush)
  if (record !== null) await loadRelations(unit, [record], wantedOf(unit, unit.viewOf(table), options.with, 'selectin'))
  return record?.values ?? null
}

async function getRecord(
  unit: Unit,
  table: TableModel,
  given: unknown,
  lock: Lock | undefined,
  flush: () => Promise<void>,
): Promise<RowRecord | null> {
  const shape = shapeOf(table)
  const key = keyOf(shape, given)
  const known = unit.identity.find(table, key)
  const isCurrent = known !== undefined && isUpToDate(unit, known)
  if (isCurrent && lock === undefined) return unit.doomed.has(known) ? null : known
  // PERF: what was changed of other objects does not change which row has a key that the database gives, and need not be compared.
  const mayMatter = mayWait(unit) || lock !== undefined || shape.primary.some(slot => !slot.filled)
  if (mayMatter) await flush()
  const found = await readByKey(unit, shape, key, lock)
  if (found === null && known !== undefined && known.state === 'persistent') vanish(unit, known)
  return found
}

/** Reads a row by its key. */
export async function readByKey(
  unit: Unit,
  shape: Shape,
  key: readonly unknown[],
  lock?: Lock,
  renewal: 'when stale' | 'always' = lock === undefined ? 'when stale' : 'always',
): Promise<RowRecord | null> {
  const view = unit.viewOf(shape.table)
  if (isView(view)) {
    const where = Object.fromEntries(shape.primary.map((slot, at) => [slot.key, { eq: key[at] }]))
    // Of one row, the rest comes with it; what a join may not find cannot be locked.
    const columns = lock === undefined ? view.whole : view.columns
    const [found] = await readRows(unit, view, select(unit, view, { where, columns, lock }), lock, renewal)
    return found ?? null
  }
  const byKey = byKeyOf(shape)
  const values = shape.primary.map((slot, at) => slot.text(key[at]))
  const { tx } = await unit.open()
  const text = byKey.text + lockText(lock, '')
  const { rows } = await tx.read({ text, values }, byKey.readers)
  return rows[0] === undefined ? null : hydrate(unit, byKey, rows[0], renewal)
}

/** Somebody else has deleted the row of an object. */
export function vanish(unit: Unit, record: RowRecord): void {
  for (const part of record.parts ?? [record]) {
    if (part.state !== 'persistent') continue
    if (part.snapshot !== null) unit.identity.remove(part, part.snapshot)
    part.move('expunge')
    part.session = null
  }
}
