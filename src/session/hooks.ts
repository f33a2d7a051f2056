/** What classes do when their objects are written or read: methods of theirs that the session calls by name. */
import { isDirty } from './changes.ts'
import { type RowRecord, wholeOf } from './record.ts'
import type { Unit } from './unit.ts'

/** `beforeInsert`, `beforeUpdate` and `beforeDelete` may be async; `afterLoad` is called as the object is made. */
export type Hook = 'beforeInsert' | 'beforeUpdate' | 'beforeDelete' | 'afterLoad'

/** The method of an object's class; null for a plain object, and where the table has a column of that name. */
export function hookOf({ shape, values }: RowRecord, name: Hook): (() => unknown) | null {
  if (Object.getPrototypeOf(values) === Object.prototype || shape.isBare(values) || shape.slotByKey.has(name))
    return null
  const method: unknown = Reflect.get(values, name)
  return typeof method === 'function' ? () => Reflect.apply(method, values, []) : null
}

/** Calls the hooks of what is about to be written, also of what they add or change, once for each object. */
export async function callHooks(unit: Unit): Promise<void> {
  const seen = new Set<RowRecord>()
  for (let size = -1; size !== seen.size; ) {
    size = seen.size
    for (const record of [...unit.queue]) await call(record, 'beforeInsert', seen)
    for (const record of [...unit.doomed]) await call(record, 'beforeDelete', seen)
    const changed: RowRecord[] = []
    unit.identity.each(record => {
      const hasClass = Object.getPrototypeOf(record.values) !== Object.prototype
      if (hasClass && !seen.has(wholeOf(record)) && !unit.doomed.has(record) && isDirty(record)) changed.push(record)
    })
    for (const record of changed) await call(record, 'beforeUpdate', seen)
  }
}

async function call(record: RowRecord, name: Hook, seen: Set<RowRecord>): Promise<void> {
  const whole = wholeOf(record)
  const hook = seen.has(whole) ? null : hookOf(whole, name)
  if (hook === null) return
  seen.add(whole)
  await hook()
}
