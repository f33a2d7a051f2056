/** Objects read anew. */
import { StaleDataError } from '../base/errors.ts'
import { readByKey, vanish } from './get.ts'
import type { RowRecord } from './record.ts'
import { restored } from './tracker.ts'
import { discard } from './undo.ts'
import type { Unit } from './unit.ts'

/**
 * @param flush writes what waits, which may be the object itself
 * @throws StaleDataError when the row is gone
 */
export async function refresh(unit: Unit, record: RowRecord, flush: () => Promise<void>): Promise<void> {
  // What was changed of this object is to be given up, not to be written.
  if (record.state !== 'pending') for (const part of record.parts ?? [record]) discard(unit, part)
  await flush()
  // From the last of its parts, the others are read with it.
  const { shape, snapshot, state, table, values } = record.parts?.at(-1) ?? record
  if (state === 'persistent' && snapshot !== null) {
    const key = shape.primary.map(slot => restored(slot, snapshot[slot.key]))
    if ((await readByKey(unit, shape, key, undefined, 'always')) !== null) return
    vanish(unit, record)
  }
  throw new StaleDataError(table.key, 'gone', values)
}
