/**
 * The objects of a session by table and key: one object for one row. Keys are compared by value, part by part: a Date by its time,
 * bytes by their content.
 */
import type { TableModel } from '../schema/model.ts'
import { RowRecord, type Values } from './record.ts'

interface Level extends Map<unknown, Level | RowRecord> {}

/** The objects of one table. */
export class TableObjects {
  readonly byKey: Level = new Map()
  /** The same in the order in which they came; null where one has gone. PERF: going over a Map takes half as long again. */
  list: (RowRecord | null)[] = []
  #gone = 0

  /** Puts an object where its key leads to. @param part the last part of the key, as `comparable` gives it */
  set(level: Level, part: unknown, record: RowRecord): void {
    const known = level.get(part)
    if (known === record) return
    if (known !== undefined && !(known instanceof Map)) this.drop(known)
    if (record.place >= 0) this.drop(record)
    this.add(level, part, record)
  }

  /** The same, where nothing is and of an object that is nowhere. */
  add(level: Level, part: unknown, record: RowRecord): void {
    level.set(part, record)
    record.place = this.list.push(record) - 1
  }

  drop(record: RowRecord): void {
    this.list[record.place] = null
    record.place = -1
    if (++this.#gone < 1000 || this.#gone < this.list.length / 2) return
    this.#gone = 0
    // Another list, since somebody may be going over this one.
    this.list = this.list.filter(one => one !== null)
    for (const [at, one] of this.list.entries()) if (one !== null) one.place = at
  }
}

export class IdentityMap {
  readonly #tables = new Map<TableModel, TableObjects>()
  /** Objects of tables that have no key. */
  readonly #keyless = new Set<RowRecord>()
  /** PERF: objects that were not looked for yet: many are inserted and never found again, and finding their places costs 100 ns each. */
  #waiting: (RowRecord | readonly RowRecord[])[] = []

  /** Takes an object in whose snapshot has its key. */
  add(record: RowRecord): void {
    this.#waiting.push(record)
  }

  /** Takes objects in; the list is kept, and not to be changed. */
  addAll(records: readonly RowRecord[]): void {
    this.#waiting.push(records)
  }

  #place(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting.flat()
    this.#waiting = []
    for (const record of waiting) if (record.snapshot !== null) this.put(record, record.snapshot)
  }

  /** The object of a row. @param key the values of the primary key, in its order */
  find(table: TableModel, key: readonly unknown[]): RowRecord | undefined {
    this.#place()
    let level: Level | RowRecord | undefined = this.#tables.get(table)?.byKey
    for (const part of key) {
      if (!(level instanceof Map)) return undefined
      level = level.get(comparable(part))
    }
    return level instanceof Map ? undefined : level
  }

  /** The objects of a table, for many to be looked for. */
  table(table: TableModel): TableObjects {
    this.#place()
    return this.#tableOf(table)
  }

  #tableOf(table: TableModel): TableObjects {
    const known = this.#tables.get(table)
    if (known !== undefined) return known
    const made = new TableObjects()
    this.#tables.set(table, made)
    return made
  }

  /** Takes an object in. @param values where its key stands: its own values, or what a snapshot kept of them */
  put(record: RowRecord, values: Values): void {
    this.#place()
    const columns = record.table.primaryKey?.columns
    if (columns === undefined) {
      this.#keyless.add(record)
      return
    }
    const objects = this.#tableOf(record.table)
    const last = columns.length - 1
    let level = objects.byKey
    for (let at = 0; at < last; at++) level = inner(level, comparable(values[columns[at]?.key ?? '']))
    objects.set(level, comparable(values[columns[last]?.key ?? '']), record)
  }

  /** Lets an object go. @param values as for `put` */
  remove(record: RowRecord, values: Values): void {
    this.#place()
    const columns = record.table.primaryKey?.columns
    if (columns === undefined) {
      this.#keyless.delete(record)
      return
    }
    const path: Level[] = []
    const objects = this.#tables.get(record.table)
    let level = objects?.byKey
    for (const column of columns.slice(0, -1)) {
      if (level === undefined) return
      path.push(level)
      const next: Level | RowRecord | undefined = level.get(comparable(values[column.key]))
      level = next instanceof Map ? next : undefined
    }
    const part = comparable(values[columns.at(-1)?.key ?? ''])
    // Another object may have taken its place since.
    if (level?.get(part) !== record) return
    level.delete(part)
    objects?.drop(record)
    for (let at = path.length - 1; at >= 0 && level?.size === 0; at--) {
      level = path[at]
      level?.delete(comparable(values[columns[at]?.key ?? '']))
    }
  }

  /** Every object of a table. */
  *of(table: TableModel): Generator<RowRecord, void, undefined> {
    this.#place()
    yield* present(this.#tables.get(table)?.list ?? [])
    for (const record of this.#keyless) if (record.table === table) yield record
  }

  /** Every object. */
  *all(): Generator<RowRecord, void, undefined> {
    this.#place()
    for (const { list } of this.#tables.values()) yield* present(list)
    yield* this.#keyless
  }

  /** Calls back with every object. PERF: a generator costs 20 ns an object. */
  each(visit: (record: RowRecord) => void): void {
    // The visitor may look for objects, and then these are placed.
    const waiting = this.#waiting
    for (const { list } of this.#tables.values()) {
      for (let at = 0; at < list.length; at++) {
        const record = list[at]
        if (record !== null && record !== undefined) visit(record)
      }
    }
    this.#keyless.forEach(visit)
    for (const next of waiting) {
      if (next instanceof RowRecord) visit(next)
      else for (const record of next) visit(record)
    }
  }

  clear(): void {
    this.each(record => {
      record.place = -1
    })
    this.#tables.clear()
    this.#keyless.clear()
    this.#waiting = []
  }
}

function* present(list: readonly (RowRecord | null)[]): Generator<RowRecord, void, undefined> {
  for (const record of list) if (record !== null) yield record
}

function inner(level: Level, part: unknown): Level {
  const known = level.get(part)
  if (known instanceof Map) return known
  const made: Level = new Map()
  level.set(part, made)
  return made
}

/** A part of a key as a Map compares it. */
export function comparable(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part
  if (part instanceof Date) return part.getTime()
  if (part instanceof Uint8Array) return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1')
  return JSON.stringify(part, (_, member) => (typeof member === 'bigint' ? `${member}n` : member))
}
