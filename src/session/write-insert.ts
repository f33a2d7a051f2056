/** The inserts of a plan as statements, and what they give as the values of objects. */
import { SessionError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import type { Fetched, RowReaders } from '../engine/driver.ts'
import type { ColumnModel } from '../schema/model.ts'
import { type Batch, insertDefaults, insertMany, insertOne, type JsonRow } from '../sql/insert.ts'
import { type Ask, ask } from './ask.ts'
import type { Reference } from './pending-row.ts'
import type { InsertStep } from './plan-inserts.ts'
import type { Origin, RowRecord, Values } from './record.ts'
import { returnedReaders } from './returned.ts'
import { isJsonMoment } from './json-moment.ts'
import { encoded, type Shape, shapeOf, type Slot } from './shape.ts'
import { isComparedAsIs, kept, restored, type Snapshot } from './tracker.ts'
import type { Unit } from './unit.ts'
import type { Work } from './work.ts'

export class Insertion implements Work {
  readonly step: InsertStep<RowRecord>
  readonly rows: readonly RowRecord[]
  readonly #shape: Shape
  readonly #slots: readonly Slot[]
  readonly #returned: readonly Slot[]
  readonly #readers: RowReaders<Values>
  /** What goes into the statement of each row: the object itself, what was taken of it, or a copy whose values are encoded. */
  readonly #json: JsonRow[]
  // Copying an object of the final shape is cheaper than growing one, and makes `__proto__` a column like any other.
  readonly #template: { readonly [key: string]: unknown }
  readonly #ready: readonly Batch[] | null
  readonly #postponed: ReadonlySet<Reference>
  /** Keys of rows that refer to others and have values of their own for them, which stand above. */
  readonly #ownKeys = new Map<RowRecord, ReadonlySet<string>>()

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
    const isWhole =
      this.rows.length > 1 && this.#slots.length > 0 && this.rows.every(row => row.references.length === 0)
    const { rows } = this
    const take = this.#shape.sentTaker(this.#slots)
    for (const row of rows) row.sent = take(row.values)
    this.#json = this.#slots.every(isComparedAsIs) ? this.#taken() : this.#encodedRows(isWhole)
    // At once, since the objects are the caller's and may change while others are written.
    this.#ready = isWhole ? this.#batches(this.#json) : null
  }

  /** The rows as they were taken, where JSON writes them as they are to be sent. */
  #taken(): JsonRow[] {
    const isJson = this.#shape.jsonTest(this.#slots)
    const keys = this.#slots.filter(({ key }) => this.#shape.isKey(key))
    const required = keys.filter(key => key.required)
    return this.rows.map(row => {
      const { sent } = row
      if (row.references.length > 0) this.#keepOwn(row, keys)
      if (sent === null || !isJson(sent)) return this.#encode(row, false)
      for (const { key } of required) if (sent[key] === undefined && !row.refersBy(key)) return this.#encode(row, false)
      return sent
    })
  }

  #encodedRows(isWhole: boolean): JsonRow[] {
    const isJson = isWhole ? this.#shape.jsonTest(this.#slots) : null
    const keys = this.#slots.filter(({ key }) => this.#shape.isKey(key))
    return this.rows.map(row => {
      if (row.references.length > 0) this.#keepOwn(row, keys)
      const isAsItIs = isJson?.(row.values) && this.#shape.isBare(row.values)
      return isAsItIs ? row.values : this.#encode(row, isWhole)
    })
  }

  #keepOwn(row: RowRecord, keys: readonly Slot[]): void {
    let own: Set<string> | null = null
    for (const { key } of keys) if (row.sent?.[key] !== undefined) own = (own ?? new Set<string>()).add(key)
    if (own !== null) this.#ownKeys.set(row, own)
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

  isReady(): boolean {
    for (const row of this.rows) {
      const own = this.#ownKeys.get(row)
      for (const reference of row.references) {
        if (this.#postponed.has(reference)) continue
        for (const { key } of reference.key.columns) if (!own?.has(key) && row.referred(key) === undefined) return false
      }
    }
    return true
  }

  asks(from: number, to: number): Ask[] {
    const { table } = this.step
    // Of those that are ready, none refers to others.
    if (this.#ready === null) for (let at = from; at < to; at++) this.#refer(at)
    const returning = this.#returned.map(slot => slot.column)
    if (to - from === 1) return [this.#ask(this.#single(from, returning), from, to)]
    if (this.#slots.length === 0 && table.columns.length === 0) {
      return Array.from({ length: to - from }, (_, at) =>
        this.#ask(this.#single(from + at, returning), from + at, from + at + 1),
      )
    }
    if (this.#slots.length === 0) return [this.#ask(insertDefaults(table, to - from, returning), from, to)]
    const isWhole = from === 0 && to === this.#json.length
    const batches = (isWhole ? this.#ready : null) ?? this.#batches(isWhole ? this.#json : this.#json.slice(from, to))
    return batches.map(batch => this.#ask(batch.statement, from + batch.from, from + batch.to))
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
    const sent = this.rows[at]?.sent
    const values = this.#slots.map(slot => {
      const value = sent === null || sent === undefined ? null : restored(slot, sent[slot.key])
      return value === null || value === undefined ? null : slot.text(value)
    })
    return insertOne(this.step.table, this.step.columns, values, returning)
  }

  /** Puts in the keys of the rows that one points to. */
  #refer(at: number): void {
    const row = this.rows[at]
    const sent = row?.sent
    if (row === undefined || sent === null || sent === undefined || row.references.length === 0) return
    const own = this.#ownKeys.get(row)
    for (const reference of row.references) {
      if (this.#postponed.has(reference)) continue
      for (const column of reference.key.columns) {
        if (!own?.has(column.key)) this.#put(at, sent, this.#shape.slotOf(column), referred(row, reference, column))
      }
    }
  }

  #put(at: number, sent: Snapshot, slot: Slot, value: unknown): void {
    sent[slot.key] = kept(slot, value)
    const json = slot.json(value)
    if (this.#json[at] !== sent || json !== sent[slot.key]) this.#json[at] = { ...this.#json[at], [slot.key]: json }
  }

  #ask(statement: Statement, from: number, to: number): Ask {
    return ask(statement, this.#readers, answer => this.#take(answer, from, to))
  }

  #take({ rows, rowCount }: Fetched<Values>, from: number, to: number): void {
    // Fewer rows than were sent could not be told apart, so none is taken.
    const count = this.#returned.length === 0 ? rowCount : rows.length
    if (count !== to - from)
      throw new SessionError('rowsMissing', this.step.table.key, String(count), String(to - from))
    if (this.#returned.length === 0) return
    for (let at = from; at < to; at++) {
      const sent = this.rows[at]?.sent
      const given = rows[at - from]
      if (sent && given) for (const slot of this.#returned) sent[slot.key] = kept(slot, given[slot.key])
    }
  }

  settle(unit: Unit): void {
    const open = this.#shape.slots.filter(slot => !slot.required || this.#shape.isKey(slot.key))
    let filler = this.#shape.filler([])
    let origin: Origin | null = null
    for (const row of this.rows) {
      const { values, sent } = row
      if (sent === null) continue
      let count = 0
      let isAlike = true
      for (const slot of open) {
        const { key } = slot
        // What was neither sent nor given back is null, or a key that was written afterwards.
        if (sent[key] === undefined) sent[key] = kept(slot, row.referred(key) ?? null)
        // What the caller changed while the flush was under way stays changed.
        if (!lacks(values, key)) continue
        if (filler.slots[count] !== slot) isAlike = false
        count++
      }
      // Rows of one step mostly lack the same.
      if (!isAlike || count !== filler.slots.length)
        filler = this.#shape.filler(open.filter(({ key }) => lacks(values, key)))
      filler.fill(values, sent)
      this.#shape.release(values)
      row.insert(filler.keys, origin)
      origin = row.origin
    }
    unit.keepAll(this.rows)
  }
}

function lacks(values: Values, key: string): boolean {
  return !Object.hasOwn(values, key) || values[key] === undefined
}

/** What a reference gives to a column. @throws SessionError when the row that it leads to has no such value */
export function referred(row: RowRecord, { key, target }: Reference, column: ColumnModel): unknown {
  const value = row.referred(column.key)
  if (value !== undefined && value !== null) return value
  const at = key.columns.indexOf(column)
  const relation = [...row.table.relations.values()].find(one => one.kind === 'one' && one.key === key)?.name
  throw new SessionError('relatedWithoutKey', row.table.key, relation ?? target.table.key, key.targetColumns[at] ?? '')
}
