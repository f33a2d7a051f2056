/** The inserts of a plan as statements, and what they give as the values of objects. */
import { SessionError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import type { RowReaders } from '../engine/driver.ts'
import type { Executor } from '../engine/executor.ts'
import type { ColumnModel } from '../schema/model.ts'
import { type Batch, insertDefaults, insertMany, insertOne, type JsonRow } from '../sql/insert.ts'
import type { Reference } from './pending-row.ts'
import type { InsertStep } from './plan-inserts.ts'
import type { RowRecord, Values } from './record.ts'
import { returnedReaders } from './returned.ts'
import { isJsonMoment } from './json-moment.ts'
import { encoded, type Shape, shapeOf, type Slot } from './shape.ts'
import type { Unit } from './unit.ts'
import type { Work } from './work.ts'

export class Insertion implements Work {
  readonly step: InsertStep<RowRecord>
  readonly rows: readonly RowRecord[]
  readonly #shape: Shape
  readonly #slots: readonly Slot[]
  readonly #returned: readonly Slot[]
  readonly #readers: RowReaders<Values>
  readonly #json: readonly { [key: string]: unknown }[]
  // Copying an object of the final shape is cheaper than growing one, and makes `__proto__` a column like any other.
  readonly #template: { readonly [key: string]: unknown }
  #ready: readonly Batch[] | null = null
  readonly #postponed: ReadonlySet<Reference>

  constructor(step: InsertStep<RowRecord>) {
    this.step = step
    this.rows = step.rows
    this.#shape = shapeOf(step.table)
    const sent = new Set(step.columns)
    this.#slots = this.#shape.slots.filter(slot => sent.has(slot.column))
    this.#returned = this.#shape.slots.filter(slot => slot.filled && !sent.has(slot.column))
    this.#readers = returnedReaders(this.#returned)
    this.#postponed = new Set(step.postponed)
    this.#template = Object.fromEntries(this.#slots.map(({ key }) => [key, null]))
    // At once, since the objects are the caller's and may change while others are written.
    const isWhole =
      this.rows.length > 1 && this.#slots.length > 0 && this.rows.every(row => row.references.length === 0)
    const isJson = isWhole ? this.#shape.jsonTest(this.#slots) : null
    this.#json = this.rows.map(row =>
      isJson !== null && this.#shape.isBare(row.values) && isJson(row.values) ? row.values : this.#encode(row, isWhole),
    )
    if (isWhole) this.#ready = this.#batches(this.#json)
  }

  /** The row's own values. PERF: an object whose values JSON takes as they are is not copied, if it is written at once. */
  #encode(row: RowRecord, isAtOnce: boolean): JsonRow {
    const { values } = row
    let copy = isAtOnce && this.#shape.isBare(values) ? null : { ...this.#template }
    for (const slot of this.#slots) {
      const { key } = slot
      const value = Object.hasOwn(values, key) ? values[key] : undefined
      if (value === undefined || value === null) {
        if (slot.required && (value === null || !row.refersBy(key)))
          throw new SessionError('missingColumn', row.table.key, key)
        continue
      }
      if (copy === null && slot.isMoment && isJsonMoment(value)) continue
      const json = encoded(row.table, slot, value)
      if (copy === null) {
        if (json === value) continue
        // What was passed so far is its own encoding, or a moment that JSON writes as we do.
        copy = { ...this.#template }
        for (const { key: own } of this.#slots) {
          if (own === key) break
          copy[own] = values[own]
        }
      }
      copy[key] = json
    }
    return copy ?? values
  }

  async run(tx: Executor, from: number, to: number): Promise<void> {
    const { table } = this.step
    // Those that are ready were found to refer to none.
    if (this.#ready === null) for (let at = from; at < to; at++) this.#refer(at)
    const returning = this.#returned.map(slot => slot.column)
    if (to - from === 1) return this.#send(tx, this.#single(from, returning), from, to)
    if (this.#slots.length === 0 && table.columns.length === 0) {
      for (let at = from; at < to; at++) await this.#send(tx, this.#single(at, returning), at, at + 1)
      return
    }
    if (this.#slots.length === 0) return this.#send(tx, insertDefaults(table, to - from, returning), from, to)
    const isWhole = from === 0 && to === this.#json.length
    const batches = (isWhole ? this.#ready : null) ?? this.#batches(isWhole ? this.#json : this.#json.slice(from, to))
    for (const batch of batches) {
      await this.#send(tx, batch.statement, from + batch.from, from + batch.to)
    }
  }

  #batches(json: readonly JsonRow[]): Batch[] {
    return insertMany(
      this.step.table,
      this.step.columns,
      json,
      this.#returned.map(slot => slot.column),
    )
  }

  #single(at: number, returning: readonly ColumnModel[]): Statement {
    const row = this.rows[at]
    const values = this.#slots.map(slot => {
      const own = row?.values
      const value = own !== undefined && Object.hasOwn(own, slot.key) ? own[slot.key] : undefined
      if (value !== undefined) return slot.text(value)
      return this.#json[at]?.[slot.key] === null ? null : slot.text(row?.referred(slot.key))
    })
    return insertOne(this.step.table, this.step.columns, values, returning)
  }

  /** Puts in the keys of the rows that one points to. */
  #refer(at: number): void {
    const row = this.rows[at]
    const json = this.#json[at]
    if (row === undefined || json === undefined) return
    for (const reference of row.references) {
      if (this.#postponed.has(reference)) continue
      for (const column of reference.key.columns) {
        if (Object.hasOwn(row.values, column.key) && row.values[column.key] !== undefined) continue
        const value = referred(row, reference, column)
        const slot = this.#shape.slotByKey.get(column.key)
        json[column.key] = slot?.json(value)
      }
    }
  }

  async #send(tx: Executor, statement: Statement, from: number, to: number): Promise<void> {
    const { rows, rowCount } = await tx.read(statement, this.#readers)
    // Fewer rows than were sent could not be told apart, so none is taken.
    const count = this.#returned.length === 0 ? rowCount : rows.length
    if (count !== to - from)
      throw new SessionError('rowsMissing', this.step.table.key, String(count), String(to - from))
    if (this.#returned.length === 0) return
    for (let at = from; at < to; at++) {
      const row = this.rows[at]
      if (row !== undefined) row.returned = rows[at - from] ?? null
    }
  }

  settle(unit: Unit): void {
    const { tracker } = this.#shape
    const open = this.#shape.slots.filter(slot => !slot.required || this.#shape.isKey(slot.key))
    let before: readonly string[] = []
    for (const row of this.rows) {
      const { values, returned } = row
      // Rows of one step are mostly filled alike, and then share their list.
      let other: string[] | null = null
      let count = 0
      for (const { key, define } of open) {
        if (Object.hasOwn(values, key) && values[key] !== undefined) continue
        const given = returned !== null && Object.hasOwn(returned, key) ? returned[key] : null
        define(values, given ?? row.referred(key) ?? null)
        if (other === null && before[count] !== key) other = before.slice(0, count)
        other?.push(key)
        count++
      }
      if (other !== null) before = other
      else if (count < before.length) before = before.slice(0, count)
      row.drop()
      this.#shape.release(values)
      row.insert(before)
      row.snapshot = tracker.take(values)
      unit.keep(row)
    }
  }
}

/** What a reference gives to a column. @throws SessionError when the row that it leads to has no such value */
export function referred(row: RowRecord, { key, target }: Reference, column: ColumnModel): unknown {
  const value = row.referred(column.key)
  if (value !== undefined && value !== null) return value
  const at = key.columns.indexOf(column)
  const relation = [...row.table.relations.values()].find(one => one.kind === 'one' && one.key === key)?.name
  throw new SessionError('relatedWithoutKey', row.table.key, relation ?? target.table.key, key.targetColumns[at] ?? '')
}
