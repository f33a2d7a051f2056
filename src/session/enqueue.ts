/** Queueing objects with those inside them and those they refer to. */
import { SessionError } from '../base/errors.ts'
import { Collection } from './collection.ts'
import type { RowRecord } from './record.ts'
import { joinCollections } from './join-collections.ts'
import type { Unit } from './unit.ts'

/** Queues a record with those inside it and those it refers to; all or none. */
export function enqueueOne(unit: Unit, record: RowRecord): void {
  if (unit.collections.size === 0 && isPlain(unit, record)) unit.enqueue(record)
  else enqueue(unit, [record])
}

/** Queues records with those inside them and those they refer to; all or none. */
export function enqueue(unit: Unit, records: readonly RowRecord[]): void {
  if (unit.collections.size === 0 && arePlain(unit, records)) {
    // One that was given twice is queued once.
    for (const record of records) if (record.state === 'transient') unit.enqueue(record)
    return
  }
  const found = new Set<RowRecord>()
  for (const record of records) {
    if (record.references.length === 0 && record.owned.length === 0 && record.parts === null)
      collect(unit, record, found)
    else for (const waiting = [record]; waiting.length > 0; ) collectWith(unit, waiting.pop(), waiting, found)
  }
  for (const record of found) {
    if (record.state === 'detached') attach(unit, record)
    else unit.enqueue(record)
  }
  for (const record of found) joinCollections(record)
}

function arePlain(unit: Unit, records: readonly RowRecord[]): boolean {
  for (const record of records) if (!isPlain(unit, record)) return false
  return true
}

/** PERF: rows that were just made, with nothing inside, under rows that the session has, need no search. */
function isPlain(unit: Unit, { state, session, references, owned, parts }: RowRecord): boolean {
  if (state !== 'transient' || session !== null || owned.length > 0 || parts !== null) return false
  for (const { target } of references) {
    // One that waits to be deleted stays when others come to point to it.
    const isHere = target.state === 'pending' || (target.state === 'persistent' && unit.doomed.size === 0)
    if (target.session !== unit || !isHere) return false
  }
  return true
}

function collectWith(unit: Unit, record: RowRecord | undefined, waiting: RowRecord[], found: Set<RowRecord>): void {
  if (record === undefined || !collect(unit, record, found)) return
  // The last is taken first: those inside a row come after it, in their order.
  for (const { target } of record.references) waiting.push(target)
  for (const inside of record.owned.toReversed()) waiting.push(inside)
  if (record.parts !== null) for (const part of record.parts.toReversed()) waiting.push(part)
}

/** Whether a record was found that is not queued yet. */
function collect(unit: Unit, record: RowRecord, found: Set<RowRecord>): boolean {
  const { state, session, table } = record
  if (session !== null && session !== unit) throw new SessionError('otherSession', table.key)
  if (state === 'deleted') throw new SessionError('rowDeleted', table.key)
  if (state === 'persistent' && session === unit) unit.doomed.delete(record)
  if ((state !== 'transient' && state !== 'detached') || found.has(record)) return false
  if (state === 'detached') checkFree(unit, record)
  found.add(record)
  return true
}

/** @throws SessionError when the session has another object for the row */
function checkFree(unit: Unit, { table, snapshot, shape }: RowRecord): void {
  if (snapshot === null) throw new SessionError('rowGone', table.key)
  const primary = table.primaryKey?.columns ?? []
  const other = unit.identity.find(
    table,
    primary.map(column => snapshot[column.key]),
  )
  if (other !== undefined && other.shape === shape) throw new SessionError('sameIdentity', table.key)
}

/** An object that has a row comes back to a session. What was changed of it meanwhile is written by the next flush. */
function attach(unit: Unit, record: RowRecord): void {
  record.move('add')
  unit.keep(record)
  // Its row may have changed since.
  record.epoch = 0
  for (const related of record.related?.values() ?? []) if (related instanceof Collection) unit.collections.add(related)
}
