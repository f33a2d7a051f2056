/** Writing what waits, and what follows when that fails. */
import { type FlushEvent, flushChannel } from '../engine/observe.ts'
import { StatementError } from '../engine/statement-error.ts'
import type { Transaction } from '../engine/transaction.ts'
import { agree } from './agree.ts'
import { cascade } from './cascade.ts'
import { changesOf } from './changes.ts'
import { failingRow, nameRow } from './failing-row.ts'
import { checkClass } from './check-class.ts'
import { fillGaps } from './fill-gaps.ts'
import { followMoved } from './follow-moved.ts'
import { callHooks } from './hooks.ts'
import { Level } from './journal.ts'
import { type Changes, plan } from './plan.ts'
import type { JoinRow } from './join-row.ts'
import { goesWithAbove } from './lineage.ts'
import { leaveCollections } from './join-collections.ts'
import type { RowRecord } from './record.ts'
import { resolveSevered } from './resolve-severed.ts'
import { requeue } from './undo.ts'
import type { Unit } from './unit.ts'
import { prepare, runAll, type Work } from './work.ts'

/**
 * Writes what waits, all of it or nothing, in the transaction that is open or in one that it opens.
 * @throws StatementError when the database refuses a row, which `row` and `rowIndex` name; SessionError before anything is sent
 */
export async function flush(unit: Unit): Promise<void> {
  for (const collection of unit.collections) agree(collection)
  await fillGaps(unit)
  await cascade(unit)
  if (!unit.host.classes.isNone) {
    await callHooks(unit)
    for (const collection of unit.collections) agree(collection)
    await cascade(unit)
  }
  resolveSevered(unit)
  const batch = unit.queue
  const updates = changesOf(unit)
  const doomed = [...unit.doomed]
  if (batch.length === 0 && updates.length === 0 && doomed.length === 0 && unit.severed.size === 0) return
  if (unit.views !== null) for (const record of [...batch, ...updates.map(({ row }) => row)]) checkClass(unit, record)
  const deletes = unit.views === null ? doomed : doomed.filter(record => !isLeftToAbove(unit, record))
  const changes = { inserts: batch, updates, deletes, severed: [...unit.severed] }
  const start = performance.now()
  const stay = followMoved(unit, batch, updates)
  const works = prepared(unit, changes, stay)
  const outer = unit.level
  unit.queue = []
  let scope: Transaction | null = null
  let current: Work | undefined
  let unheeded: readonly Work[] = []
  try {
    scope = await unit.attempt()
    await runAll(works, scope, (work, before) => {
      current = work
      unheeded = before
    })
    if (outer !== null) await scope.commit()
  } catch (error) {
    await scope?.rollback().catch(() => {})
    try {
      const row = current === undefined ? null : await failingRow(error, () => unit.attempt(), works, current, unheeded)
      if (row !== null && error instanceof StatementError) nameRowOf(error, row, works)
    } finally {
      for (const record of batch) record.drop()
      stay()
      unit.queue = batch.concat(unit.queue)
      if (outer !== null && !outer.tx.active) lose(unit)
    }
    throw error
  }
  if (outer === null) unit.levels.push(new Level(scope, 'transaction'))
  settle(unit, works, doomed)
  if (!flushChannel.hasSubscribers) return
  const event: FlushEvent = {
    'db.system.name': 'postgresql',
    inserted: batch.length,
    updated: updates.length,
    deleted: doomed.length,
    duration: performance.now() - start,
  }
  flushChannel.publish(event)
}

/** @throws SessionError for what cannot be written */
function prepared(unit: Unit, changes: Changes<RowRecord, JoinRow>, undo: () => void): Work[] {
  try {
    return plan(unit.model, changes).map(prepare)
  } catch (error) {
    for (const record of changes.inserts) record.drop()
    undo()
    throw error
  }
}

/** Whether the database deletes a part of an object with the one above it, which is deleted too. */
function isLeftToAbove({ doomed }: Unit, record: RowRecord): boolean {
  const { parts } = record
  const above = parts?.[parts.indexOf(record) - 1]
  return above !== undefined && doomed.has(above) && goesWithAbove(record)
}

/** Among the rows of its table that were written alike. */
function nameRowOf(error: StatementError, row: RowRecord, works: readonly Work[]): void {
  const kind = works.find(work => work.rows.includes(row))?.step.kind ?? 'insert'
  const alike = works.filter(work => work.step.kind === kind).flatMap(work => work.rows)
  nameRow(error, row, kind, alike)
}

function settle(unit: Unit, works: readonly Work[], doomed: readonly RowRecord[]): void {
  for (const work of works) work.settle(unit)
  if (doomed.length > 0) leaveCollections(unit, doomed)
  for (const collection of unit.collections) {
    const { known, original } = collection
    const isSame =
      known === original || (known.length === original.length && known.every((row, at) => row === original[at]))
    if (isSame) continue
    unit.level?.list(collection)
    collection.original = known
  }
  // What collections held before knew nothing of these.
  for (const { step, rows } of works) if (step.kind === 'insert') unit.level?.insert(rows)
}

/** The transaction is gone, and with it what was written in it. */
export function lose(unit: Unit): void {
  const [outermost, ...inner] = unit.levels
  for (const level of inner) if (outermost !== undefined) level.join(outermost)
  unit.levels.length = 0
  unit.endEpoch()
  if (outermost !== undefined) requeue(unit, outermost)
}
