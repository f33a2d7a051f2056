/** One object by its key. */
import type { TableModel } from '../schema/model.ts'
import { selectByKey } from '../sql/select-by-key.ts'
import { flush, mayWait } from './flush.ts'
import { hydrate, hydration, type Hydration } from './hydrate.ts'
import { keyOf } from './key-of.ts'
import type { RowRecord } from './record.ts'
import { type Shape, shapeOf } from './shape.ts'
import type { Unit } from './unit.ts'

/** How other transactions are kept from a row, until this one ends. The words are Postgres's. */
export type Lock = 'update' | 'no key update' | 'share' | 'key share'

export interface GetOptions {
  /** Locks the row; it is read anew. */
  readonly lock?: Lock
}

const locks: ReadonlySet<unknown> = new Set<Lock>(['update', 'no key update', 'share', 'key share'])

interface ByKey extends Hydration {
  readonly text: string
}

const byKeys = new WeakMap<Shape, ByKey>()

function byKeyOf(shape: Shape): ByKey {
  const known = byKeys.get(shape)
  if (known !== undefined) return known
  const columns = shape.primary.map(slot => slot.column)
  const made = { ...hydration(shape, shape.slots), text: selectByKey(shape.table, columns) }
  byKeys.set(shape, made)
  return made
}

export async function get(unit: Unit, table: TableModel, given: unknown, { lock }: GetOptions): Promise<object | null> {
  const shape = shapeOf(table)
  const key = keyOf(shape, given)
  const known = unit.identity.find(table, key)
  const isCurrent = known !== undefined && known.epoch === unit.epoch && known.gap === 'pending'
  if (isCurrent && lock === undefined) return unit.doomed.has(known) ? null : known.values
  if (mayWait(unit)) await flush(unit)
  const found = await readByKey(unit, shape, key, lock)
  if (found === null && known !== undefined) vanish(unit, known)
  return found?.values ?? null
}

/** Reads a row by its key. */
export async function readByKey(
  unit: Unit,
  shape: Shape,
  key: readonly unknown[],
  lock?: Lock,
  renewal: 'when stale' | 'always' = lock === undefined ? 'when stale' : 'always',
): Promise<RowRecord | null> {
  const byKey = byKeyOf(shape)
  const values = shape.primary.map((slot, at) => slot.text(key[at]))
  const { tx } = await unit.open()
  if (lock !== undefined && !locks.has(lock)) throw new TypeError(`there is no lock '${String(lock)}'`)
  const text = lock === undefined ? byKey.text : `${byKey.text} for ${lock}`
  const { rows } = await tx.read({ text, values }, byKey.readers)
  return rows[0] === undefined ? null : hydrate(unit, byKey, rows[0], renewal)
}

/** Somebody else has deleted the row of an object. */
export function vanish(unit: Unit, record: RowRecord): void {
  if (record.snapshot !== null) unit.identity.remove(record, record.snapshot)
  record.move('expunge')
  record.session = null
}
