/** The updates of a plan as statements. */
import { StaleDataError } from '../base/errors.ts'
import type { Executor } from '../engine/executor.ts'
import { isCounted } from '../schema/first-version.ts'
import type { ColumnModel } from '../schema/model.ts'
import { jsonKey, type RowChange, updateMany, updateOne } from '../sql/change-rows.ts'
import type { JsonRow } from '../sql/insert.ts'
import { type Ask, ask } from './ask.ts'
import { findStale } from './find-stale.ts'
import { movesWithAbove } from './lineage.ts'
import { moveKeys } from './move-keys.ts'
import type { UpdateStep } from './plan-inserts.ts'
import type { RowRecord, Values } from './record.ts'
import { placedReaders, placeKey } from './returned.ts'
import { encoded, type Shape, shapeOf, type Slot } from './shape.ts'
import { relationMap } from './relation-map.ts'
import { kept, ownOf, restored } from './tracker.ts'
import type { Unit } from './unit.ts'
import type { Work } from './work.ts'
import { referred } from './write-insert.ts'

export class Modification implements Work {
  readonly step: UpdateStep<RowRecord>
  readonly rows: readonly RowRecord[]
  readonly #shape: Shape
  readonly #by: readonly Slot[]
  readonly #set: readonly Slot[]
  readonly #version: Slot | null
  readonly #returned: readonly Slot[]
  readonly #change: RowChange
  /** What was written of each row, by then. */
  readonly #written: readonly Values[]

  constructor(step: UpdateStep<RowRecord>) {
    const { table, columns } = step
    this.step = step
    this.rows = step.rows
    this.#shape = shapeOf(table)
    // Rows that this flush inserted are nobody else's, and those that it deletes are looked at then.
    const isKnown = step.rows.every(({ snapshot }) => snapshot !== null) && step.isLoosened === undefined
    this.#version = isKnown ? this.#shape.version : null
    this.#by = this.#version === null ? this.#shape.primary : [...this.#shape.primary, this.#version]
    this.#set = columns.map(column => this.#shape.slotOf(column))
    // A version that does not follow from the one before is asked of the database.
    this.#returned = this.#shape.slots.filter(
      ({ column }) => column.generated !== null || (column === this.#version?.column && !isCounted(column.type)),
    )
    this.#change = {
      table,
      by: this.#by.map(slot => slot.column),
      set: columns,
      raised: this.#version?.column ?? null,
      returning: this.#returned.map(slot => slot.column),
      isTold: this.#version !== null || this.#returned.length > 0,
    }
    // At once, since the objects are the caller's and may change while others are written.
    this.#written = step.rows.map(row => this.#own(row))
  }

  /** The values that the row has itself. @throws SessionError for one that its column does not take */
  #own(row: RowRecord): Values {
    const values: Values = {}
    for (const slot of this.#set) {
      const value = this.step.isLoosened ? null : ownOf(row.values, slot.key)
      if (value === undefined) continue
      if (value !== null) encoded(row.table, slot, value)
      values[slot.key] = kept(slot, value)
    }
    return values
  }

  isReady(): boolean {
    for (const row of this.rows) {
      if (row.snapshot === null && this.#by.some(({ key }) => row.known(key) === undefined)) return false
      if (this.step.isLoosened) continue
      for (const { key } of row.references) {
        for (const { key: column } of key.columns) if (row.referred(column) === undefined) return false
      }
    }
    return true
  }

  asks(from: number, to: number): Ask[] {
    for (let at = from; at < to; at++) this.#refer(at)
    const told = placedReaders(this.#returned)
    if (to - from === 1) {
      const row = this.rows[from] as RowRecord
      const values = [
        ...this.#set.map(slot => slot.text(this.#new(from, slot))),
        ...this.#by.map(slot => slot.text(this.#old(row, slot))),
      ]
      return [
        ask(updateOne(this.#change, values), told, async ({ rows, rowCount }, tx) => {
          if (rowCount === 0) throw await this.#stale(tx, [from])
          this.#take(from, rows[0])
        }),
      ]
    }
    const json = this.rows.slice(from, to).map((row, at) => this.#json(row, from + at))
    return updateMany(this.#change, json).map(({ statement, from: first, to: last }) =>
      ask(statement, told, async ({ rows, rowCount }, tx) => {
        if (rowCount !== last - first) {
          const places = Array.from({ length: last - first }, (_, at) => from + first + at)
          const found = new Set(rows.map(row => Number(row[placeKey])))
          throw await this.#stale(tx, this.#change.isTold ? places.filter((_, at) => !found.has(at)) : places)
        }
        if (this.#change.isTold) for (const row of rows) this.#take(from + first + Number(row[placeKey]), row)
      }),
    )
  }

  #json(row: RowRecord, at: number): JsonRow {
    const json: { [key: string]: unknown } = {}
    for (const slot of this.#by) json[jsonKey(this.#change, slot.column, 'by')] = slot.json(this.#old(row, slot))
    for (const slot of this.#set) json[jsonKey(this.#change, slot.column, 'set')] = jsonOf(slot, this.#new(at, slot))
    return json
  }

  /** What the row is found by. */
  #old(row: RowRecord, slot: Slot): unknown {
    // By then the part above was updated, and its key has moved this one's.
    if (row.parts !== null && movesWithAbove(row, slot.column)) return ownOf(row.values, slot.key)
    return row.snapshot === null ? row.known(slot.key) : restored(slot, row.snapshot[slot.key])
  }

  #new(at: number, slot: Slot): unknown {
    return restored(slot, this.#written[at]?.[slot.key])
  }

  /** Puts in the keys of the rows that one points to. */
  #refer(at: number): void {
    const row = this.rows[at]
    const written = this.#written[at]
    if (row === undefined || !written || this.step.isLoosened) return
    for (const reference of row.references) {
      for (const column of reference.key.columns) {
        const slot = this.#shape.slotOf(column)
        const isOwn = ownOf(row.values, column.key) !== undefined
        if (this.#set.includes(slot) && !isOwn) written[column.key] = kept(slot, referred(row, reference, column))
      }
    }
  }

  #take(at: number, row: Values | undefined): void {
    const written = this.#written[at]
    if (row === undefined || !written) return
    for (const slot of this.#returned) written[slot.key] = kept(slot, row[slot.key])
  }

  async #stale(tx: Executor, places: readonly number[]): Promise<StaleDataError> {
    const some = places.map(at => this.rows[at] as RowRecord)
    const by = this.#by
    const row = await findStale(tx, this.step.table, by, some, (one, slot) => this.#old(one, slot))
    return new StaleDataError(this.step.table.key, this.#version === null ? 'gone' : 'changed', row?.values ?? null)
  }

  settle(unit: Unit): void {
    if (this.step.isLoosened) return
    const mayMove = this.#set.some(slot => this.#isTarget(unit, slot.column))
    for (const [at, row] of this.rows.entries()) {
      const written = this.#written[at]
      // An update that completes an insert of this flush has no more to say than the insert.
      if (!written || (row.origin !== null && row.references.length === 0 && this.#isCompletion(row))) continue
      this.#settleRow(unit, row, written, mayMove)
    }
  }

  /** Whether the update sets what the row's insert had to leave null. */
  #isCompletion(row: RowRecord): boolean {
    return row.origin?.references.some(({ key }) => key.columns === this.step.columns) ?? false
  }

  #settleRow(unit: Unit, row: RowRecord, written: Values, mayMove: boolean): void {
    const { snapshot, values, shape } = row
    if (snapshot === null) return
    unit.level?.touch(row)
    const next: Values = { ...snapshot }
    for (const slot of this.#set) {
      const { key } = slot
      next[key] = written[key]
      // A key whose row was new has its value now. What the caller changed while the flush was under way stays changed.
      if (!Object.hasOwn(values, key)) slot.define(values, restored(slot, written[key]))
    }
    for (const slot of this.#returned) {
      next[slot.key] = written[slot.key]
      slot.define(values, restored(slot, written[slot.key]))
    }
    if (this.#version !== null && isCounted(this.#version.column.type)) {
      const { key, define } = this.#version
      next[key] = raised(snapshot[key])
      define(values, next[key])
    }
    const isMoved = mayMove && shape.primary.some(({ key }) => !Object.is(next[key], snapshot[key]))
    if (isMoved) unit.identity.remove(row, snapshot)
    row.snapshot = next
    if (row.references.length > 0) row.references = []
    // Of what was not set, one that was read before this transaction knows nothing new.
    if (unit.isCurrent(row)) row.epoch = unit.epoch
    if (isMoved) unit.identity.put(row, next)
    if (mayMove) moveKeys(unit, row, snapshot)
    if (row.gap === 'pending') shape.release(values)
    else row.closeGap()
  }

  /** Whether others may point to a column, or the row is known by it. */
  #isTarget(unit: Unit, column: ColumnModel): boolean {
    if (this.#shape.primary.some(slot => slot.column === column)) return true
    return relationMap(unit.model)
      .to(this.step.table)
      .some(({ key }) => key.targetColumns.includes(column.key))
  }
}

function jsonOf(slot: Slot, value: unknown): unknown {
  return value === null ? null : slot.json(value)
}

function raised(version: unknown): unknown {
  return typeof version === 'bigint' ? version + 1n : Number(version) + 1
}
