/**
 * The objects of a session by table and key: one object for one row. Keys are compared by value, part by part: a Date by its time,
 * bytes by their content.
 */
import type { TableModel } from '../schema/model.ts'
import { RowRecord, type Values } from './record.ts'

interface Level extends Map<unknown, Level | RowRecord> {}

export class IdentityMap {
  readonly #tables = new Map<TableModel, Level>()
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
    let level: Level | RowRecord | undefined = this.#tables.get(table)
    for (const part of key) {
      if (!(level instanceof Map)) return undefined
      level = level.get(comparable(part))
    }
    return level instanceof Map ? undefined : level
  }

  /** Takes an object in. @param values where its key stands: its own values, or what a snapshot kept of them */
  put(record: RowRecord, values: Values): void {
    this.#place()
    const columns = record.table.primaryKey?.columns
    if (columns === undefined) {
      this.#keyless.add(record)
      return
    }
    let level = this.#tables.get(record.table)
    if (level === undefined) {
      level = new Map()
      this.#tables.set(record.table, level)
    }
    const last = columns.length - 1
    for (const column of columns.slice(0, last)) level = inner(level, comparable(values[column.key]))
    level.set(comparable(values[columns[last]?.key ?? '']), record)
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
    let level = this.#tables.get(record.table)
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
    for (let at = path.length - 1; at >= 0 && level?.size === 0; at--) {
      level = path[at]
      level?.delete(comparable(values[columns[at]?.key ?? '']))
    }
  }

  /** Every object of a table. */
  *of(table: TableModel): Generator<RowRecord, void, undefined> {
    this.#place()
    const level = this.#tables.get(table)
    if (level !== undefined) yield* leaves(level)
    for (const record of this.#keyless) if (record.table === table) yield record
  }

  /** Every object. */
  *all(): Generator<RowRecord, void, undefined> {
    this.#place()
    for (const level of this.#tables.values()) yield* leaves(level)
    yield* this.#keyless
  }

  /** Calls back with every object. PERF: a generator costs 20 ns an object. */
  each(visit: (record: RowRecord) => void): void {
    // The visitor may look for objects, and then these are placed.
    const waiting = this.#waiting
    for (const level of this.#tables.values()) visitLeaves(level, visit)
    this.#keyless.forEach(visit)
    for (const next of waiting) {
      if (next instanceof RowRecord) visit(next)
      else for (const record of next) visit(record)
    }
  }

  clear(): void {
    this.#tables.clear()
    this.#keyless.clear()
    this.#waiting = []
  }
}

function inner(level: Level, part: unknown): Level {
  const known = level.get(part)
  if (known instanceof Map) return known
  const made: Level = new Map()
  level.set(part, made)
  return made
}

function* leaves(level: Level): Generator<RowRecord, void, undefined> {
  for (const next of level.values()) {
    if (next instanceof Map) yield* leaves(next)
    else yield next
  }
}

function visitLeaves(level: Level, visit: (record: RowRecord) => void): void {
  for (const next of level.values()) {
    if (next instanceof Map) visitLeaves(next, visit)
    else visit(next)
  }
}

/** A part of a key as a Map compares it. */
export function comparable(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part
  if (part instanceof Date) return part.getTime()
  if (part instanceof Uint8Array) return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1')
  return JSON.stringify(part, (_, member) => (typeof member === 'bigint' ? `${member}n` : member))
}
