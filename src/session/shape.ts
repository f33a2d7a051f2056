/** What all objects of a table have in common, worked out once. */
import { PendingValueError, SessionError, ValueError } from '../base/errors.ts'
import { encoder, jsonEncoder } from '../schema/encode.ts'
import type { ColumnModel, Model, RelationModel, TableModel, TypeModel } from '../schema/model.ts'
import { wantedName } from '../schema/type-name.ts'
import { decoder } from '../sql/decode.ts'
import { type Filler, filler } from './filler.ts'
import { isFilled } from './is-filled.ts'
import { definer, keepRecord, recordOf, RowRecord, type Values } from './record.ts'
import { type Frame, type IsJson, jsonTest, type Lead, rowTaker, type TakeRow } from './row-maker.ts'
import { sentTaker, type TakeSent } from './sent-row.ts'
import { tracker, type Tracker } from './tracker.ts'

export interface Slot {
  readonly column: ColumnModel
  readonly key: string
  /** Whether the database gives a value where none was given. */
  readonly filled: boolean
  readonly required: boolean
  readonly forbidden: boolean
  /** The first version, which need not be asked of the database; undefined in a column that counts none. */
  readonly first: unknown
  /** What `typeof` says of its values; null where it may say anything. */
  readonly sort: string | null
  /** Whether its values are Dates and are written with their zone. */
  readonly isMoment: boolean
  readonly define: (object: object, value: unknown) => void
  readonly json: (value: unknown) => unknown
  readonly text: (value: unknown) => string | null
  readonly decode: (text: string) => unknown
}

export type OneRelation = Extract<RelationModel, { readonly kind: 'one' }>

interface ToOne extends Lead {
  readonly relation: OneRelation
}

/** Puts a row under the one that was given for a relation. */
export type TakeLead = (record: RowRecord, model: Model, relation: OneRelation, value: unknown) => void

/** What `TakeRow` was given for relations; empty but for the moment in which a row is taken. */
const given: unknown[] = []

export class Shape {
  readonly table: TableModel
  /** In the order of the literal. */
  readonly slots: readonly Slot[]
  readonly slotByKey: ReadonlyMap<string, Slot>
  /** The columns of the primary key, in its order. */
  readonly primary: readonly Slot[]
  /** The column that counts versions. */
  readonly version: Slot | null
  readonly tracker: Tracker
  readonly #foreign: ReadonlySet<string>
  /** The prototype of objects of which a column may still be missing: reading one says so. */
  readonly pending: object
  readonly #make: new () => Values
  /** The prototypes of objects that have no class of the caller's. */
  readonly #bare = new Set<object>()
  readonly #take: TakeRow
  /** The relations to one row over a column of its own, which rows that are as most are may have. */
  readonly #leads: readonly ToOne[]
  readonly #examples: object[] = []
  readonly #tests = new Map<string, IsJson>()
  readonly #fillers = new Map<string, Filler>()
  readonly #takers = new Map<string, TakeSent>()

  constructor(table: TableModel) {
    this.table = table
    this.slots = table.columns.map(slot)
    this.slotByKey = new Map(this.slots.map(one => [one.key, one]))
    this.primary = (table.primaryKey?.columns ?? []).map(column => this.slotOf(column))
    this.version = this.slots.find(({ column }) => column.version) ?? null
    this.tracker = tracker(this.slots)
    this.#foreign = new Set(table.foreignKeys.flatMap(({ columns }) => columns.map(({ key }) => key)))
    this.pending = Object.create(Object.prototype)
    this.#prepare(this.pending)
    // A function and not `{}` with its prototype set: V8 then leaves room for the columns, and adding one stays cheap.
    const make = function Row() {}
    make.prototype = this.pending
    this.#make = make as unknown as new () => Values
    // PERF: the first few objects tell V8 how much room to leave. Without columns that are filled later, each of these would
    // move the object's properties.
    for (let at = 0; at < 8; at++) this.#complete(this.make())
    const frame: Frame = { prepare: prototype => this.#prepare(prototype), complete: values => this.#complete(values) }
    this.#leads = this.#toOnes()
    this.#take = rowTaker(this.slots, this.#leads, frame) ?? (() => null)
  }

  /** The slot of a column of the table. */
  slotOf(column: ColumnModel): Slot {
    // The map has every column.
    return this.slotByKey.get(column.key) as Slot
  }

  #prepare(prototype: object): void {
    this.guard(prototype)
    this.#bare.add(prototype)
  }

  /**
   * PERF: V8 forgets the hidden classes of which no object is left, and with them the code it has made for them: after a
   * collection a row would cost 3 µs more. These are left.
   */
  #complete(values: Values): void {
    keepRecord(values, new RowRecord(this, values))
    for (const { key, define } of this.slots) if (!Object.hasOwn(values, key)) define(values, null)
    this.release(values)
    this.#examples.push(values)
  }

  /** An object that has no column yet. */
  make(): Values {
    return new this.#make()
  }

  /**
   * The object of a row that is as most are: plain, with all that it needs, without relations but those to one row. null for any other.
   * @param lead is called with each of these, and what was given for it
   */
  take(row: object, model: Model, lead: TakeLead): RowRecord | null {
    const values = this.#take(row, given)
    if (values === null) return null
    const record = new RowRecord(this, values)
    keepRecord(values, record)
    for (let at = 0; at < this.#leads.length; at++) {
      const value = given[at]
      given[at] = undefined
      if (value !== undefined) lead(record, model, (this.#leads[at] as ToOne).relation, value)
    }
    return record
  }

  #toOnes(): ToOne[] {
    const all = [...this.table.relations.values()].flatMap((relation): ToOne[] => {
      const [column] = relation.kind === 'one' ? relation.key.columns : []
      if (relation.kind !== 'one' || column === undefined || relation.key.columns.length > 1) return []
      return [{ name: relation.name, relation, slot: this.slotOf(column) }]
    })
    const isOnly = ({ slot }: ToOne): boolean => all.filter(one => one.slot === slot).length === 1
    return all.filter(one => isOnly(one) && !one.slot.forbidden && one.slot.first === undefined)
  }

  /**
   * Whether JSON writes these columns of an object as they are to be sent. It may say no where it could say yes, and takes no heed
   * of keys that are missing.
   */
  jsonTest(slots: readonly Slot[]): IsJson {
    const name = slots.map(({ key }) => key).join('\0')
    const known = this.#tests.get(name)
    if (known !== undefined) return known
    const test = jsonTest(slots, key => this.isKey(key)) ?? (() => false)
    this.#tests.set(name, test)
    return test
  }

  /** Takes of an object what an insert of these columns sends. */
  sentTaker(slots: readonly Slot[]): TakeSent {
    const name = slots.map(({ key }) => key).join('\0')
    const known = this.#takers.get(name)
    if (known !== undefined) return known
    const taker = sentTaker(this.slots, new Set(slots), key => this.isKey(key))
    this.#takers.set(name, taker)
    return taker
  }

  /** Gives objects the columns that they lack. */
  filler(lacking: readonly Slot[]): Filler {
    const name = lacking.map(({ key }) => key).join('\0')
    const known = this.#fillers.get(name)
    if (known !== undefined) return known
    const made = filler(lacking)
    this.#fillers.set(name, made)
    return made
  }

  /** Whether an object has no class of its own, which might say how it becomes JSON. */
  isBare(values: Values): boolean {
    return this.#bare.has(Object.getPrototypeOf(values))
  }

  /** Whether a column is part of a foreign key. */
  isKey(key: string): boolean {
    return this.#foreign.has(key)
  }

  /**
   * Makes an object that has all its columns as plain as if it had been written by hand. PERF: adding a property after this
   * costs microseconds, so it comes last.
   */
  release(values: Values): void {
    if (this.isBare(values)) Object.setPrototypeOf(values, Object.prototype)
  }

  /** Takes columns away from an object again. */
  retract(values: Values, keys: readonly string[]): void {
    for (const key of keys) delete values[key]
    if (Object.getPrototypeOf(values) === Object.prototype) Object.setPrototypeOf(values, this.pending)
  }

  /** Gives a prototype what objects answer for a column that they do not have yet. */
  guard(prototype: object): void {
    for (const { key, define } of this.slots) {
      const shape = this
      Object.defineProperty(prototype, key, {
        get(this: object): unknown {
          return shape.#missing(this, key)
        },
        set(this: object, value: unknown): void {
          define(this, value)
        },
        enumerable: false,
        configurable: true,
      })
    }
  }

  #missing(object: object, key: string): unknown {
    const known = recordOf(object)
    // The prototype itself, looked at by an inspector.
    if (known === null) return undefined
    const record = known.parts?.find(part => part.shape === this) ?? known
    if (record.gap !== 'pending') {
      throw new PendingValueError(record.gap === 'partial' ? 'columnNotLoaded' : 'columnExpired', this.table.key, key)
    }
    const isReferred = record.refersBy(key)
    const value = isReferred ? record.referred(key) : undefined
    if (value !== undefined) return value
    if (isReferred || this.slotByKey.get(key)?.filled) throw new PendingValueError('pendingValue', this.table.key, key)
    return null
  }
}

const shapes = new WeakMap<TableModel, Shape>()

export function shapeOf(table: TableModel): Shape {
  const known = shapes.get(table)
  if (known !== undefined) return known
  const made = new Shape(table)
  shapes.set(table, made)
  return made
}

/** `typeof` of what a type takes, as far as that is one thing. */
function sortOf(type: TypeModel): string | null {
  if (type.domain !== null) return sortOf(type.domain.base)
  if (type.kind === 'json' || type.kind === 'jsonb' || type.kind === 'custom') return null
  const wanted = wantedName(type)
  const [, word = ''] = wanted.split(' ')
  return wanted.startsWith('one of')
    ? 'string'
    : ['string', 'number', 'bigint', 'boolean'].includes(word)
      ? word
      : 'object'
}

function slot(column: ColumnModel): Slot {
  return {
    column,
    key: column.key,
    filled: isFilled(column),
    required: column.insertMode === 'required',
    forbidden: column.insertMode === 'forbidden',
    first: column.version && column.default?.kind === 'value' ? column.default.value : undefined,
    sort: sortOf(column.type),
    isMoment: column.type.kind === 'timestamptz' && column.type.mode !== 'string',
    define: definer(column.key),
    json: jsonEncoder(column.type),
    text: encoder(column.type),
    decode: decoder(column.type),
  }
}

/** A value as a member of JSON. @throws SessionError that names the column, for a value that it does not take */
export function encoded(table: TableModel, slot: Slot, value: unknown): unknown {
  try {
    return slot.json(value)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new SessionError('wrongColumnValue', table.key, slot.key, error.message)
  }
}
