/** Random histories of a session over any schema, run beside a model of what they mean. */
import { inspect, isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { ForeignKeyViolation, UniqueViolation } from '../../src/index.ts'
import {
  columnsOf,
  copyOf,
  deletedInBulk,
  emptyWorld,
  hasTransfers,
  keyOf,
  type ModelRow,
  movesTwice,
  placeOf,
  settled,
  tableOf,
  cellOf,
  type World,
} from './session-model.ts'
import {
  type ColumnInfo,
  type KeyInfo,
  kindOf,
  type LinkInfo,
  type SchemaInfo,
  type TableInfo,
} from './session-schemas.ts'

type Values = Record<string, unknown>
type Entity = Values

/** What is done to a session. The types of a schema drawn at random say nothing. */
interface AnySession {
  readonly new: readonly Entity[]
  readonly dirty: readonly Entity[]
  readonly deleted: readonly Entity[]
  add(given: string | Entity, row?: Values): Entity
  delete(entity: Entity): void
  delete(table: string, options: Values): Promise<unknown>
  update(table: string, options: Values): Promise<unknown>
  insert(table: string, rows: Values[], options: Values): Promise<Values[]>
  get(table: string, key: unknown, options?: Values): Promise<Entity | null>
  find(table: string, options: Values): Promise<Entity[]>
  load(entity: Entity, relations: Values): Promise<Entity>
  refresh(entity: Entity): Promise<Entity>
  expire(entity?: Entity): void
  expunge(entity?: Entity): void
  state(entity: Entity): string
  execute(text: string): Promise<{ readonly rows: readonly Values[] }>
  flush(): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  nested(): Promise<AnyNested>
  nested<Value>(work: () => Promise<Value>): Promise<Value>
  [Symbol.asyncDispose](): Promise<void>
}
interface AnyNested {
  commit(): Promise<void>
  rollback(): Promise<void>
}
export interface AnyEngine {
  session(options?: Values): AnySession
  execute(text: string, parameters?: readonly unknown[]): Promise<{ readonly rows: readonly Values[] }>
}

const weights = {
  add: 14,
  set: 10,
  edit: 5,
  same: 2,
  rekey: 4,
  point: 10,
  collect: 12,
  link: 10,
  delete: 6,
  readd: 2,
  flush: 6,
  commit: 5,
  rollback: 3,
  begin: 5,
  release: 3,
  undo: 4,
  find: 8,
  get: 3,
  refresh: 2,
  expire: 2,
  expunge: 2,
  outside: 3,
  reopen: 2,
  bulkUpdate: 3,
  bulkDelete: 2,
  bulkInsert: 2,
  join: 4,
  fail: 3,
  check: 2,
}

export interface Step {
  readonly do: keyof typeof weights
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
}

const number = fc.nat({ max: 999 })
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    ...Object.entries(weights).map(([name, weight]) => ({
      weight,
      arbitrary: fc.constant(name as keyof typeof weights),
    })),
  ),
  a: number,
  b: number,
  c: number,
  d: number,
})

export const history: fc.Arbitrary<readonly Step[]> = fc.array(step, { maxLength: 40, size: 'max' })

/** What was done, as lines that a person can read. */
export class Failure extends Error {}

export async function runHistory(
  engine: AnyEngine,
  schema: SchemaInfo,
  steps: readonly Step[],
  counts: Map<string, number> = new Map(),
): Promise<void> {
  const run = new Run(engine, schema, counts)
  const fail = (error: unknown): Failure => {
    const message = error instanceof Error ? `${error.message}\n${error.stack}` : String(error)
    return new Failure(`${message}\n\n${run.lines.join('\n')}\n`, { cause: error })
  }
  let failure: Failure | null = null
  try {
    await run.run(steps)
  } catch (error) {
    failure = fail(error)
  }
  try {
    await run.session[Symbol.asyncDispose]()
  } catch (error) {
    failure ??= fail(error)
  }
  if (failure !== null) throw failure
}

/**
 * A history that fails as one that was found, with as few steps as can be done without. PERF: fast-check's way makes the schema smaller at the
 * same time, which makes its tables anew at every try.
 * @param fails says in what way a history fails; null for not at all
 */
export async function smallest(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<Error | null>,
  found: Error,
): Promise<Error> {
  const wayOf = ({ message }: Error): string => (message.split('\n')[0] ?? '').replace(/\d+/g, '#').slice(0, 30)
  let [best, failure] = [steps, found]
  const tryOne = async (less: readonly Step[]): Promise<boolean> => {
    const next = await fails(less)
    if (next === null || wayOf(next) !== wayOf(found)) return false
    best = less
    failure = next
    return true
  }
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length; )
      if (!(await tryOne([...best.slice(0, at), ...best.slice(at + size)]))) at += size
  }
  for (const field of ['a', 'b', 'c', 'd'] as const) {
    for (let at = 0; at < best.length; at++) {
      for (let value = 0; value < Math.min(4, best[at]?.[field] ?? 0); value++)
        if (await tryOne(best.map((one, place) => (place === at ? { ...one, [field]: value } : one)))) break
    }
  }
  return failure
}

interface Savepoint {
  readonly nested: AnyNested
  readonly world: World
  readonly name: string
  readonly start: number
}

function pick<Value>(list: readonly Value[], at: number): Value | undefined {
  return list[at % list.length]
}

class Run {
  readonly lines: string[] = []
  session: AnySession
  readonly #engine: AnyEngine
  readonly #schema: SchemaInfo
  readonly #counts: Map<string, number>
  #world = emptyWorld()
  /** What the database has, as the session's transaction sees it. */
  #flushed = emptyWorld()
  #committed = emptyWorld()
  #savepoints: Savepoint[] = []
  #clock = 0
  /** When the transaction began. */
  #start = 0
  readonly #read = new Map<number, number>()
  /** When an object was made of a row that was read. */
  readonly #loadedAt = new Map<Entity, number>()
  /** Objects that were read in what was undone: they are as old as that, until they are read again. */
  readonly #doubtful = new Set<number>()
  readonly #entities = new Map<number, Entity>()
  /** Rows as they were inserted, of which a rollback makes objects that may be added again. */
  readonly #inserted = new Map<number, ModelRow>()
  /** Rows that others were added with. */
  readonly #nests = new Set<number>()
  #next = 1
  #inTransaction = false
  #savepointCount = 0

  constructor(engine: AnyEngine, schema: SchemaInfo, counts: Map<string, number>) {
    this.#engine = engine
    this.#schema = schema
    this.#counts = counts
    this.session = engine.session()
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) await this.#step(one)
    while (this.#savepoints.length > 0) await this.#release()
    await this.#commit()
    await this.#check()
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  #log(line: string): void {
    this.lines.push(line)
  }

  #name(id: number): string {
    return `${this.#world.rows.get(id)?.table ?? 'x'}${id}`
  }

  /** Rows that are there and stay, with their objects. */
  #live(table: string | null = null): ModelRow[] {
    return [...this.#world.rows.values()].filter(
      row => !this.#world.doomed.has(row.id) && (table === null || row.table === table),
    )
  }

  #isKnown = (id: number): boolean => this.#entities.has(id)

  #settled(world: World): World | null {
    return settled(this.#schema, this.#flushed, world, this.#isKnown)
  }

  /** Takes a world if it may be flushed. */
  #may(change: (world: World) => boolean | undefined): boolean {
    const world = copyOf(this.#world)
    if (change(world) === false || this.#settled(world) === null) return false
    this.#world = world
    return true
  }

  /** Does what flushes first. */
  async #flushing<Value>(call: () => Promise<Value>): Promise<Value | undefined> {
    const next = this.#settled(this.#world)
    if (next === null) throw new Failure('the model itself would refuse')
    const isInserted = [...this.#world.rows.values()].filter(row => row.isNew)
    let value: Value
    try {
      value = await call()
    } catch (error) {
      // Postgres looks at each row as it is written, and some orders do not help.
      const isTransfer = error instanceof UniqueViolation && hasTransfers(this.#schema, this.#flushed, next)
      const isMove = error instanceof ForeignKeyViolation && movesTwice(this.#schema, this.#flushed, next)
      if (!isTransfer && !isMove) throw error
      this.#count(isTransfer ? 'refused transfers' : 'refused moves')
      this.#log(`// refused: ${error.message}`)
      await this.#rollback()
      return undefined
    }
    for (const row of isInserted) this.#inserted.set(row.id, row)
    this.#inTransaction = true
    this.#world = next
    this.#learn()
    this.#flushed = copyOf(this.#world)
    return value
  }

  /** Keys that the database gave. */
  #learn(): void {
    for (const row of this.#world.rows.values()) {
      const { given, columns } = tableOf(this.#schema, row)
      const entity = this.#entities.get(row.id)
      if (entity === undefined || given === null) continue
      if (row.values.get(given) === undefined) row.values.set(given, entity[given])
      for (const { name } of columns) if (!row.values.has(name)) row.values.set(name, null)
    }
  }

  async #flush(): Promise<void> {
    this.#log('await session.flush()')
    await this.#flushing(() => this.session.flush())
  }

  async #commit(): Promise<void> {
    this.#log('await session.commit()')
    await this.#flushing(() => this.session.commit())
    this.#inTransaction = false
    this.#committed = copyOf(this.#world)
    this.#start = ++this.#clock
  }

  async #rollback(): Promise<void> {
    const [outermost] = this.#savepoints
    if (outermost !== undefined) {
      this.#log(`await ${outermost.name}.rollback()`)
      await outermost.nested.rollback()
    }
    this.#log('await session.rollback()')
    await this.session.rollback()
    this.#savepoints = []
    this.#inTransaction = false
    this.#restore(this.#committed, this.#start)
    this.#start = ++this.#clock
  }

  #restore(world: World, start: number): void {
    for (const [id, at] of this.#read) if (at >= start) this.#doubtful.add(id)
    for (const [id, row] of this.#world.rows) if (row.isNew) this.#inserted.set(id, row)
    this.#world = copyOf(world)
    this.#flushed = copyOf(world)
    // Rows that were inserted in bulk and read, or read by a key that was undone: the session cannot know that they are gone.
    for (const [id, entity] of this.#entities) {
      const row = this.#world.rows.get(id)
      const isMoved =
        row !== undefined &&
        (this.#loadedAt.get(entity) ?? -1) >= start &&
        tableOf(this.#schema, row).primary.some(
          column => !isDeepStrictEqual(entity[column], cellOf(this.#schema, this.#world, row, column)),
        )
      if ((row !== undefined && !isMoved) || this.session.state(entity) !== 'persistent') continue
      this.#log(`session.expunge(x${id})`)
      this.session.expunge(entity)
      this.#entities.delete(id)
      for (const one of this.#world.rows.values()) one.fresh.clear()
    }
  }

  async #release(): Promise<void> {
    const last = this.#savepoints.at(-1)
    if (last === undefined) return
    this.#log(`await ${last.name}.commit()`)
    await this.#flushing(() => last.nested.commit())
    this.#savepoints = this.#savepoints.filter(one => one !== last)
  }

  /** The object of a row, which is read if the session has none. */
  async #entity(row: ModelRow): Promise<Entity | null> {
    const known = this.#entities.get(row.id)
    if (known !== undefined && !this.#doubtful.has(row.id)) return known
    await this.#flush()
    const now = this.#world.rows.get(row.id)
    if (now === undefined) return null
    return await this.#get(now)
  }

  #keyOf(row: ModelRow): unknown {
    const { primary } = tableOf(this.#schema, row)
    const values = primary.map(column => cellOf(this.#schema, this.#world, row, column))
    return primary.length === 1 ? values[0] : Object.fromEntries(primary.map((column, at) => [column, values[at]]))
  }

  async #get(row: ModelRow): Promise<Entity> {
    const key = this.#keyOf(row)
    this.#log(`${this.#name(row.id)} = await session.get('${row.table}', ${inspect(key)})`)
    const found = await this.session.get(row.table, key)
    this.#inTransaction = true
    if (found === null) throw new Failure(`${this.#name(row.id)} was not found`)
    this.#bind(row.table, found)
    this.#doubtful.delete(row.id)
    if (this.#entities.get(row.id) !== found) throw new Failure(`another object was found for ${this.#name(row.id)}`)
    return found
  }

  /** Takes note of an object that the session gave. */
  #bind(table: string, entity: Entity): ModelRow {
    const { primary } = this.#schema.tables.get(table) as TableInfo
    const place = placeOf(primary.map(column => entity[column]))
    for (const row of this.#world.rows.values()) {
      if (row.table !== table) continue
      if (placeOf(primary.map(column => cellOf(this.#schema, this.#world, row, column))) !== place) continue
      const known = this.#entities.get(row.id)
      this.#read.set(row.id, this.#clock)
      if (known === undefined) {
        this.#entities.set(row.id, entity)
        this.#loadedAt.set(entity, this.#clock)
      } else if (known !== entity) throw new Failure(`another object for ${this.#name(row.id)}`)
      return row
    }
    throw new Failure(`an object of '${table}' with key ${place}, which no row has: ${inspect(entity)}`)
  }

  async #step(given: Step): Promise<void> {
    switch (given.do) {
      case 'add':
        return await this.#add(given)
      case 'set':
      case 'same':
      case 'edit':
      case 'rekey':
        return await this.#change(given)
      case 'point':
        return await this.#point(given)
      case 'collect':
        return await this.#collect(given)
      case 'link':
        return await this.#link(given)
      case 'delete':
        return await this.#delete(given)
      case 'readd':
        return this.#readd(given)
      case 'flush':
        return await this.#flush()
      case 'commit':
        if (this.#savepoints.length > 0) return
        await this.#commit()
        return await this.#check()
      case 'rollback':
        if (this.#savepoints.length > 0) return
        await this.#rollback()
        return await this.#check()
      case 'begin': {
        if (this.#savepoints.length > 3) return
        const name = `s${++this.#savepointCount}`
        this.#log(`const ${name} = await session.nested()`)
        const nested = await this.#flushing(() => this.session.nested())
        if (nested !== undefined)
          this.#savepoints.push({ nested, world: copyOf(this.#world), name, start: ++this.#clock })
        return
      }
      case 'release':
        return await this.#release()
      case 'undo': {
        // Those within go with it.
        const depth = given.a % 3 === 0 ? 0 : this.#savepoints.length - 1
        const last = this.#savepoints[depth]
        if (last === undefined) return
        this.#log(`await ${last.name}.rollback()`)
        await last.nested.rollback()
        this.#savepoints.length = depth
        this.#restore(last.world, last.start)
        return await this.#check()
      }
      case 'find':
        return await this.#find(given)
      case 'get': {
        await this.#flush()
        const row = pick(this.#live(), given.a)
        if (row !== undefined) await this.#get(row)
        return
      }
      case 'refresh': {
        const isWhole = given.b % 2 === 0
        if (isWhole) await this.#flush()
        const row = pick(this.#live(), given.a)
        const entity = row && this.#entities.get(row.id)
        if (row === undefined || entity === undefined) return
        if (!isWhole) {
          // Others that are refreshed with it would give up what was changed of them.
          const keys = [...tableOf(this.#schema, row).keys, ...this.#schema.to(row.table)]
          if (row.isNew || keys.some(({ cascade }) => cascade.includes('refresh'))) return
          if (!this.#may(world => this.#giveUp(world, row.id))) return
          // It may go with what waits to be deleted.
          if (!this.#settled(this.#world)?.rows.has(row.id)) {
            this.#log(`session.expire(${this.#name(row.id)})`)
            this.session.expire(entity)
            return
          }
          this.#log(`await session.refresh(${this.#name(row.id)})`)
          const isThere = await this.#flushing(async () => {
            await this.session.refresh(entity)
            return true
          })
          if (isThere) this.#read.set(row.id, this.#clock)
          return
        }
        this.#log(`await session.refresh(${this.#name(row.id)})`)
        await this.session.refresh(entity)
        this.#read.set(row.id, this.#clock)
        return
      }
      case 'expire': {
        const isWhole = given.c % 2 === 0
        if (isWhole) await this.#flush()
        const row = pick(this.#live(), given.a)
        const entity = row && this.#entities.get(row.id)
        if (row === undefined || entity === undefined) return
        const isAll = given.b % 4 === 0
        if (!isWhole) {
          const ids = isAll ? [...this.#world.rows.keys()] : [row.id]
          if (row.isNew || !this.#may(world => ids.every(id => this.#giveUp(world, id)))) return
        }
        this.#log(`session.expire(${isAll ? '' : this.#name(row.id)})`)
        this.session.expire(isAll ? undefined : entity)
        return
      }
      case 'expunge': {
        await this.#flush()
        const row = pick(this.#live(), given.a)
        if (row === undefined || !this.#entities.has(row.id)) return
        const entity = await this.#entity(row)
        const now = this.#world.rows.get(row.id)
        if (entity === null || now === undefined) return
        this.#log(`session.expunge(${this.#name(row.id)})`)
        this.session.expunge(entity)
        // Collections keep what was let go of.
        for (const one of this.#world.rows.values()) one.fresh.clear()
        for (const one of this.#flushed.rows.values()) one.fresh.clear()
        for (const one of this.#committed.rows.values()) one.fresh.clear()
        for (const { world } of this.#savepoints) for (const one of world.rows.values()) one.fresh.clear()
        if (given.b % 2 === 0) {
          this.#entities.delete(row.id)
          return
        }
        const n = given.c % 20
        this.#log(`${this.#name(row.id)}.n = ${n}`)
        entity['n'] = n
        now.values.set('n', n)
        this.#log(`session.add(${this.#name(row.id)})`)
        this.session.add(entity)
        return
      }
      case 'outside': {
        if (this.#inTransaction || this.#savepoints.length > 0) return
        const row = pick(this.#live(), given.a)
        const waits = [this.session.new, this.session.dirty, this.session.deleted].some(({ length }) => length > 0)
        if (row === undefined || row.isNew || waits) return
        const { primary } = tableOf(this.#schema, row)
        const n = given.c % 20
        const values = primary.map(column => cellOf(this.#schema, this.#world, row, column))
        const where = primary.map((column, at) => `"${column}" = $${at + 1}`).join(' and ')
        this.#log(`await engine.execute('update "${row.table}" set n = ${n} where ${where}', ${inspect(values)})`)
        await this.#engine.execute(`update "${row.table}" set n = ${n} where ${where}`, values)
        row.values.set('n', n)
        this.#flushed = copyOf(this.#world)
        this.#committed = copyOf(this.#world)
        this.#doubtful.add(row.id)
        return
      }
      case 'reopen': {
        if (this.#savepoints.length > 0) return
        await this.#commit()
        await this.session[Symbol.asyncDispose]()
        this.#log('session = engine.session()')
        this.session = this.#engine.session()
        this.#entities.clear()
        this.#inserted.clear()
        for (const row of this.#world.rows.values()) row.fresh.clear()
        this.#flushed = copyOf(this.#world)
        this.#committed = copyOf(this.#world)
        return
      }
      case 'bulkUpdate':
        return await this.#bulkUpdate(given)
      case 'bulkDelete':
        return await this.#bulkDelete(given)
      case 'bulkInsert':
        return await this.#bulkInsert(given)
      case 'join':
        return await this.#join(given)
      case 'fail':
        return await this.#fail(given)
      case 'check':
        await this.#flush()
        return await this.#check()
    }
  }

  /** A row, as it is given to `add`, and what is meant by it; null where there is no row for it to be under. */
  #made(table: TableInfo, { a, b, c, d }: Step, above: readonly [string, number] | null, isBulk = false) {
    const literal: Values = {}
    const shown: string[] = []
    const row: ModelRow = {
      id: this.#next,
      table: table.name,
      values: new Map(),
      parents: new Map(),
      isNew: true,
      orphaned: new Set(),
      fresh: new Set(),
    }
    const give = ({ name, kind }: ColumnInfo, seed: number): void => {
      literal[name] = kindOf(kind).make(seed)
      row.values.set(name, kindOf(kind).make(seed))
      shown.push(`${name}: ${inspect(literal[name], { breakLength: Number.POSITIVE_INFINITY })}`)
    }
    for (const [at, column] of table.natural.entries()) give(column, (b + at * c) % 17)
    for (const [at, column] of table.columns.entries()) {
      const { name, kind, nullable, filling } = column
      const way = (d >> (at % 8)) % 4
      if (filling !== undefined && way < 2) row.values.set(name, kindOf(kind).make(filling))
      else if (nullable && way === 3) {
        row.values.set(name, null)
        literal[name] = null
        shown.push(`${name}: null`)
      } else if (nullable && filling === undefined && way === 2) row.values.set(name, null)
      else give(column, (c + at) % 20)
    }
    for (const [at, key] of table.keys.entries()) {
      if (above?.[0] === key.name) {
        row.parents.set(key.name, above[1])
        continue
      }
      const others = this.#live(key.target).filter(one => !isBulk || !one.isNew)
      const isNone = !key.required && (a + at) % 3 === 0
      const parent = isNone ? undefined : pick(others, a * 7 + at)
      if (parent === undefined) {
        if (key.required) return null
        row.parents.set(key.name, null)
        if (c % 3 === 0 && !isBulk) {
          literal[key.name] = null
          shown.push(`${key.name}: null`)
        }
        continue
      }
      row.parents.set(key.name, parent.id)
      const entity = this.#entities.get(parent.id)
      const isPlain = this.#isWritten(parent, key)
      if (entity !== undefined && !isBulk && !(isPlain && c % 4 === 0)) {
        literal[key.name] = entity
        shown.push(`${key.name}: ${this.#name(parent.id)}`)
      } else if (isPlain) {
        const values = this.#pointing(parent, key)
        // Of an object that was expired nobody knows that it has this key.
        if (entity !== undefined && key.inverse !== null && this.#isExpired(parent, entity))
          parent.fresh.delete(key.inverse)
        for (const [index, column] of key.columns.entries()) {
          literal[column] = values[index]
          shown.push(`${column}: ${inspect(values[index])}`)
        }
      } else return null
    }
    this.#next++
    return { literal, row, shown }
  }

  /** Whether the columns that a key points to are in the database as the model has them. */
  #isWritten(parent: ModelRow, key: KeyInfo): boolean {
    const flushed = this.#flushed.rows.get(parent.id)
    return (
      flushed !== undefined &&
      key.targetColumns.every(column => {
        const value = cellOf(this.#schema, this.#world, parent, column)
        return value !== undefined && isDeepStrictEqual(value, cellOf(this.#schema, this.#flushed, flushed, column))
      })
    )
  }

  #pointing(parent: ModelRow, key: KeyInfo): unknown[] {
    return key.targetColumns.map(column => key.convert(cellOf(this.#schema, this.#world, parent, column)))
  }

  async #add(given: Step): Promise<void> {
    const { a, b, c, d } = given
    const table = pick([...this.#schema.tables.values()], a)
    if (table === undefined) return
    const made = this.#made(table, { ...given, a: b }, null)
    if (made === null) return
    const { row, literal, shown } = made
    const inside: ModelRow[] = []
    // Rows inside it.
    const ways = this.#schema.to(table.name).filter(({ inverse }) => inverse !== null)
    const way = d % 3 === 0 ? pick(ways, c) : undefined
    if (way !== undefined && way.inverse !== null) {
      const rows: Values[] = []
      for (let at = 0; at < (way.single ? 1 : 1 + (c % 3)); at++) {
        const below = this.#made(
          this.#schema.tables.get(way.table) as TableInfo,
          { ...given, a: b + at, b: b + 5 * at + 1, c: c + 3 * at + 1 },
          [way.name, row.id],
        )
        if (below === null) continue
        inside.push(below.row)
        rows.push(below.literal)
        shown.push(`${way.inverse}: ${way.single ? '' : '[…, '}{ ${below.shown.join(', ')} }${way.single ? '' : ']'}`)
      }
      if (rows.length > 0) literal[way.inverse] = way.single ? rows[0] : rows
    }
    const link = d % 5 === 0 ? pick(this.#waysOver(table.name), c) : undefined
    const far = link && pick(this.#live(link.target), b)
    const farEntity = far && this.#entities.get(far.id)
    const may = this.#may(world => {
      for (const one of [row, ...inside]) world.rows.set(one.id, one)
      if (link && far && farEntity) link.pairs(world).add(link.pair(row.id, far.id))
    })
    if (!may) return
    if (link && far && farEntity) {
      literal[link.relation] = [farEntity]
      shown.push(`${link.relation}: [${this.#name(far.id)}]`)
    }
    if (inside.length > 0 || literal[link?.relation ?? ''] !== undefined)
      for (const one of [row, ...inside]) this.#nests.add(one.id)
    this.#log(`${this.#name(row.id)} = session.add('${row.table}', { ${shown.join(', ')} })`)
    const entity = this.session.add(row.table, literal)
    this.#entities.set(row.id, entity)
    const queue = this.session.new
    const from = queue.indexOf(entity)
    for (const [at, one] of inside.entries()) {
      this.#log(`${this.#name(one.id)} = session.new[${from + at + 1}]`)
      this.#entities.set(one.id, queue[from + at + 1] as Entity)
    }
  }

  /** What was changed of a row and not written is given up. @returns whether that says what the row is */
  #giveUp(world: World, id: number): boolean {
    const [row, was] = [world.rows.get(id), this.#flushed.rows.get(id)]
    if (row === undefined || was === undefined || !this.#entities.has(id)) return true
    row.values.clear()
    for (const [name, value] of was.values) row.values.set(name, value)
    for (const [name, parent] of was.parents) {
      // It may have gone since.
      if (parent !== null && !world.rows.has(parent)) return false
      row.parents.set(name, parent)
    }
    row.orphaned.clear()
    return true
  }

  /** Rows of join tables, as objects of their own. */
  async #join({ a, b, c, d }: Step): Promise<void> {
    const link = pick(this.#schema.links, a)
    if (link === undefined) return
    await this.#flush()
    const pairs = (world: World): Set<string> => {
      const known = world.links.get(link.name) ?? new Set()
      world.links.set(link.name, known)
      return known
    }
    const keyOfPair = (near: number, far: number): Values =>
      Object.fromEntries([
        [link.columns[0], this.#given(link.near, near)],
        [link.columns[1], this.#given(link.far, far)],
      ])
    if (d % 2 === 0) {
      const [near, far] = [pick(this.#live(link.near), b), pick(this.#live(link.far), c)]
      if (near === undefined || far === undefined) return
      const pair = `${near.id},${far.id}`
      if (pairs(this.#world).has(pair) || !this.#may(world => void pairs(world).add(pair))) return
      const key = keyOfPair(near.id, far.id)
      this.#log(`session.add('${link.name}', ${inspect(key)})`)
      this.session.add(link.name, key)
      if (this.#isKnown(near.id) && this.#isKnown(far.id)) return
      // A row of which there is no object cannot come into a collection.
      this.#world.rows.get(near.id)?.fresh.delete(link.there)
      this.#world.rows.get(far.id)?.fresh.delete(link.back)
      return
    }
    const pair = pick([...pairs(this.#world)], b)
    if (pair === undefined) return
    const [near = 0, far = 0] = pair.split(',').map(Number)
    const key = keyOfPair(near, far)
    this.#log(`session.delete(await session.get('${link.name}', ${inspect(key)}))`)
    const object = await this.session.get(link.name, key)
    this.#inTransaction = true
    if (object === null) throw new Failure(`there is no row ${inspect(key)} in '${link.name}'`)
    if (!this.#may(world => void pairs(world).delete(pair))) return
    this.session.delete(object)
    // Until then its ends are in each other's collections.
    await this.#flush()
  }

  #waysOver(table: string) {
    return this.#schema.links.flatMap((link: LinkInfo) => {
      const pairs = (world: World): Set<string> => {
        const known = world.links.get(link.name) ?? new Set()
        world.links.set(link.name, known)
        return known
      }
      const there = {
        relation: link.there,
        target: link.far,
        pairs,
        pair: (own: number, other: number) => `${own},${other}`,
        other: (own: number, pair: string) => (pair.startsWith(`${own},`) ? Number(pair.split(',')[1]) : null),
      }
      const back = {
        relation: link.back,
        target: link.near,
        pairs,
        pair: (own: number, other: number) => `${other},${own}`,
        other: (own: number, pair: string) => (pair.endsWith(`,${own}`) ? Number(pair.split(',')[0]) : null),
      }
      return [...(link.near === table ? [there] : []), ...(link.far === table ? [back] : [])]
    })
  }

  async #change(given: Step): Promise<void> {
    const { a, b, c } = given
    const row = pick(this.#live(), a)
    if (row === undefined) return
    const table = tableOf(this.#schema, row)
    const column = pick(given.do === 'rekey' ? table.natural : table.columns, b)
    if (column === undefined) return
    const { name, kind, nullable } = column
    const { make, edit } = kindOf(kind)
    const old = row.values.get(name)
    const isEdit = given.do === 'edit' && edit !== undefined && old !== null && old !== undefined
    if (given.do === 'edit' && !isEdit) return
    const next = (): unknown => {
      if (given.do === 'same')
        return old instanceof Date ? new Date(old) : old === undefined ? null : structuredClone(old)
      if (nullable && c % 5 === 0) return null
      return make(c % (given.do === 'rekey' ? 17 : 20))
    }
    const entity = await this.#entity(row)
    if (entity === null) return
    const seed = c % 20
    const edited = structuredClone(old)
    if (isEdit) {
      edit(edited as never, seed)
      // What is expired, or not given by the database yet, is not there to be edited.
      if (this.#isExpired(row, entity) || !Object.hasOwn(entity, name)) return
    }
    const value = isEdit ? edited : next()
    if (!this.#may(world => void world.rows.get(row.id)?.values.set(name, value))) return
    if (isEdit) {
      this.#log(`edit(${this.#name(row.id)}.${name}, ${seed})`)
      edit(entity[name] as never, seed)
      return
    }
    const mine = next()
    this.#log(`${this.#name(row.id)}.${name} = ${inspect(mine, { breakLength: Number.POSITIVE_INFINITY })}`)
    entity[name] = mine
  }

  /** Whether columns of an object that has a row are not known. */
  #isExpired(row: ModelRow, entity: Entity): boolean {
    if (this.session.state(entity) !== 'persistent') return false
    const columns = Object.keys(columnsOf(this.#schema, this.#world, row))
    return columns.some(column => !Object.hasOwn(entity, column))
  }

  /** Loads a relation of an object that has a row. */
  async #load(id: number, relation: string): Promise<Entity | null> {
    await this.#flush()
    const row = this.#world.rows.get(id)
    if (row === undefined) return null
    const entity = await this.#entity(row)
    if (entity === null) return null
    this.#log(`await session.load(${this.#name(id)}, { ${relation}: true })`)
    if (this.#isExpired(row, entity)) await this.session.get(row.table, this.#keyOf(row))
    await this.session.load(entity, { [relation]: true })
    this.#inTransaction = true
    this.#noteLoaded(row, relation)
    return entity
  }

  #noteLoaded(row: ModelRow, relation: string, extent: 'all' | 'some' = 'all'): void {
    for (const one of [row, this.#flushed.rows.get(row.id)]) {
      if (extent === 'all') one?.fresh.add(relation)
      else one?.fresh.delete(relation)
    }
    const entity = this.#entities.get(row.id)
    const value = entity?.[relation]
    const target = this.#target(row.table, relation)
    if (target === null || value === null || value === undefined) return
    for (const one of Array.isArray(value) ? value : [value]) this.#bind(target, one as Entity)
    this.#agrees(row, relation, extent)
  }

  #target(table: string, relation: string): string | null {
    const key = this.#schema.tables.get(table)?.keys.find(({ name }) => name === relation)
    if (key !== undefined) return key.target
    const inverse = this.#schema.to(table).find(one => one.inverse === relation)
    return inverse?.table ?? this.#waysOver(table).find(one => one.relation === relation)?.target ?? null
  }

  async #point({ a, b, c, d }: Step): Promise<void> {
    const child = pick(
      this.#live().filter(row => tableOf(this.#schema, row).keys.length > 0),
      a,
    )
    if (child === undefined) return
    const key = pick(tableOf(this.#schema, child).keys, b)
    if (key === undefined) return
    const isNone = !key.required && d % 4 === 0
    const isByRelation = d % 2 === 0
    if (isByRelation && child.isNew) return
    let entity: Entity | null
    if (isByRelation) {
      const known = this.#entities.get(child.id)
      const isLoaded = known !== undefined && Object.hasOwn(known, key.name)
      entity = isLoaded ? known : await this.#load(child.id, key.name)
    } else entity = await this.#entity(child)
    if (entity === null || !this.#live().some(row => row.id === child.id)) return
    const parent = isNone ? null : pick(this.#live(key.target), c)
    if (parent === undefined) return
    const parentEntity = parent === null ? null : await this.#entity(parent)
    if (parent !== null && (parentEntity === null || !this.#live().some(row => row.id === parent.id))) return
    if (!isByRelation) {
      const isChildWritten = this.#world.rows.get(child.id)?.isNew === false
      if (!isChildWritten || (parent !== null && !this.#isWritten(this.#world.rows.get(parent.id) as ModelRow, key)))
        return
    }
    const may = this.#may(world => {
      const row = world.rows.get(child.id)
      if (row === undefined) return false
      const before = row.parents.get(key.name) ?? null
      row.parents.set(key.name, parent?.id ?? null)
      if (parent !== null || isByRelation) row.orphaned.delete(key.name)
      // A collection is not told of a key that was given as a value.
      if (!isByRelation && key.inverse !== null)
        for (const id of [before, parent?.id ?? null]) if (id !== null) world.rows.get(id)?.fresh.delete(key.inverse)
      return undefined
    })
    if (!may) return
    if (isByRelation) {
      this.#log(`${this.#name(child.id)}.${key.name} = ${parent === null ? 'null' : this.#name(parent.id)}`)
      entity[key.name] = parentEntity
      return
    }
    const values = parent === null ? key.columns.map(() => null) : this.#pointing(parent, key)
    for (const [at, column] of key.columns.entries()) {
      this.#log(`${this.#name(child.id)}.${column} = ${inspect(values[at])}`)
      entity[column] = values[at]
    }
  }

  /** An object whose relation is loaded, now if need be. */
  async #withLoaded(row: ModelRow, relation: string): Promise<Entity | null> {
    const known = this.#entities.get(row.id)
    const isFresh = known !== undefined && Object.hasOwn(known, relation) && row.fresh.has(relation)
    if (isFresh) return known
    if (row.isNew) return null
    const entity = await this.#load(row.id, relation)
    return this.#live().some(one => one.id === row.id) ? entity : null
  }

  async #collect(given: Step): Promise<void> {
    const { a, b, c, d } = given
    const owner = pick(
      this.#live().filter(row => this.#schema.to(row.table).some(({ inverse }) => inverse !== null)),
      a,
    )
    if (owner === undefined) return
    const key = pick(
      this.#schema.to(owner.table).filter(({ inverse }) => inverse !== null),
      b,
    )
    if (key === undefined || key.inverse === null) return
    const { inverse } = key
    const entity = await this.#withLoaded(owner, inverse)
    if (entity === null) return
    const ownerId = owner.id
    const inside = this.#live(key.table).filter(row => row.parents.get(key.name) === ownerId)
    const other = pick(this.#live(key.table), c)
    if (d % 4 === 3) {
      // A new row.
      const made = this.#made(this.#schema.tables.get(key.table) as TableInfo, { ...given, a: c }, [key.name, ownerId])
      if (made === null) return
      const { row, literal, shown } = made
      const replaced = key.single ? inside : []
      if (!this.#may(world => this.#takeOut(world, replaced, key, ownerId) && void world.rows.set(row.id, row))) return
      this.#log(
        `${this.#name(ownerId)}.${inverse}${key.single ? ` = {` : '.push({'} ${shown.join(', ')} }${key.single ? '' : ')'}`,
      )
      if (key.single) entity[inverse] = literal
      else (entity[inverse] as Entity[]).push(literal)
      const made2 = key.single ? (entity[inverse] as Entity) : ((entity[inverse] as Entity[]).at(-1) as Entity)
      this.#nests.add(row.id)
      this.#entities.set(row.id, made2)
      return
    }
    const otherEntity = other === undefined ? null : await this.#entity(other)
    if (!this.#live().some(row => row.id === ownerId) || entity !== this.#entities.get(ownerId)) return
    const isThere = other !== undefined && this.#live(key.table).some(row => row.id === other.id)
    const put = (world: World): undefined => {
      const row = other && world.rows.get(other.id)
      if (!row) return
      row.parents.set(key.name, ownerId)
      row.orphaned.delete(key.name)
    }
    const now = this.#live(key.table).filter(row => row.parents.get(key.name) === ownerId)
    if (key.single) {
      const isNull = d % 4 === 1
      if (!isNull && (!isThere || otherEntity === null)) return
      const replaced = now.filter(row => isNull || row.id !== other?.id)
      if (!this.#may(world => this.#takeOut(world, replaced, key, ownerId) && (isNull ? undefined : put(world)))) return
      this.#log(`${this.#name(ownerId)}.${inverse} = ${isNull ? 'null' : this.#name(other?.id ?? 0)}`)
      entity[inverse] = isNull ? null : otherEntity
      return
    }
    const array = entity[inverse] as Entity[]
    if (d % 4 === 0) {
      if (!isThere || otherEntity === null || other === undefined || !this.#may(put)) return
      this.#log(`${this.#name(ownerId)}.${inverse}.push(${this.#name(other.id)})`)
      array.push(otherEntity)
    } else if (d % 4 === 1) {
      const out = pick(now, c)
      const outEntity = out && this.#entities.get(out.id)
      if (out === undefined || outEntity === undefined) return
      if (!this.#may(world => (this.#takeOut(world, [out], key, ownerId) ? undefined : false))) return
      this.#log(`${this.#name(ownerId)}.${inverse}.splice(…indexOf(${this.#name(out.id)}), 1)`)
      array.splice(array.indexOf(outEntity), 1)
    } else {
      // Another list: some of those that are there, and another.
      const kept = now.filter((_, at) => ((c >> (at % 6)) & 1) === 0)
      const dropped = now.filter(row => !kept.includes(row) && row.id !== other?.id)
      if (!isThere || otherEntity === null || other === undefined) return
      if (!this.#may(world => (this.#takeOut(world, dropped, key, ownerId) ? put(world) : false))) return
      const list = [...kept, other].map(row => this.#entities.get(row.id) as Entity)
      this.#log(`${this.#name(ownerId)}.${inverse} = [${[...kept, other].map(({ id }) => this.#name(id)).join(', ')}]`)
      entity[inverse] = list
    }
  }

  /** Rows leave a collection. */
  #takeOut(world: World, rows: readonly ModelRow[], key: KeyInfo, owner: number): true {
    for (const { id } of rows) {
      const row = world.rows.get(id)
      if (row === undefined || row.parents.get(key.name) !== owner) continue
      row.parents.set(key.name, null)
      row.orphaned.add(key.name)
    }
    return true
  }

  async #link({ a, b, c, d }: Step): Promise<void> {
    const owner = pick(
      this.#live().filter(row => this.#waysOver(row.table).length > 0),
      a,
    )
    if (owner === undefined) return
    const way = pick(this.#waysOver(owner.table), b)
    if (way === undefined) return
    const entity = await this.#withLoaded(owner, way.relation)
    if (entity === null) return
    const other = pick(this.#live(way.target), c)
    const otherEntity = other === undefined ? null : await this.#entity(other)
    if (!this.#live().some(row => row.id === owner.id)) return
    const isThere = other !== undefined && this.#live(way.target).some(row => row.id === other.id)
    const array = entity[way.relation] as Entity[]
    const linked = [...way.pairs(this.#world)].flatMap(pair => way.other(owner.id, pair) ?? [])
    if (d % 3 === 0) {
      if (!isThere || otherEntity === null || other === undefined) return
      if (!this.#may(world => void way.pairs(world).add(way.pair(owner.id, other.id)))) return
      this.#log(`${this.#name(owner.id)}.${way.relation}.push(${this.#name(other.id)})`)
      array.push(otherEntity)
    } else if (d % 3 === 1) {
      const out = pick(linked, c)
      const outEntity = out === undefined ? undefined : this.#entities.get(out)
      if (out === undefined || outEntity === undefined) return
      if (!this.#may(world => void way.pairs(world).delete(way.pair(owner.id, out)))) return
      this.#log(`${this.#name(owner.id)}.${way.relation}.splice(…indexOf(${this.#name(out)}), 1)`)
      array.splice(array.indexOf(outEntity), 1)
    } else {
      const kept = linked.filter((id, at) => ((c >> (at % 6)) & 1) === 0 && this.#entities.has(id))
      if (!isThere || otherEntity === null || other === undefined) return
      const ids = [...new Set([...kept, other.id])]
      if (ids.some(id => this.#world.doomed.has(id))) return
      const may = this.#may(world => {
        for (const id of linked) way.pairs(world).delete(way.pair(owner.id, id))
        for (const id of ids) way.pairs(world).add(way.pair(owner.id, id))
        return undefined
      })
      if (!may) return
      this.#log(`${this.#name(owner.id)}.${way.relation} = [${ids.map(id => this.#name(id)).join(', ')}]`)
      entity[way.relation] = ids.map(id => this.#entities.get(id) as Entity)
    }
  }

  async #delete({ a }: Step): Promise<void> {
    const row = pick(this.#live(), a)
    if (row === undefined) return
    const entity = await this.#entity(row)
    const now = this.#world.rows.get(row.id)
    if (entity === null || now === undefined) return
    const may = this.#may(world => {
      if (!now.isNew) return void world.doomed.add(row.id)
      // One that was only queued is gone at once.
      const isUsed =
        [...world.rows.values()].some(one => [...one.parents.values()].includes(row.id) && one.id !== row.id) ||
        [...world.links.values()].some(pairs => [...pairs].some(pair => pair.split(',').includes(String(row.id))))
      if (isUsed) return false
      world.rows.delete(row.id)
      return undefined
    })
    if (!may) return
    this.#log(`session.delete(${row.table}${row.id})`)
    this.session.delete(entity)
  }

  /** Adds again what a rollback took out of the session. */
  #readd({ a }: Step): void {
    const row = pick(
      [...this.#inserted.values()].filter(({ id }) => {
        const entity = this.#entities.get(id)
        return (
          !this.#world.rows.has(id) &&
          entity !== undefined &&
          !this.#nests.has(id) &&
          this.session.state(entity) === 'transient'
        )
      }),
      a,
    )
    if (row === undefined) return
    const again: ModelRow = {
      ...row,
      values: new Map(row.values),
      parents: new Map(row.parents),
      isNew: true,
      orphaned: new Set(),
      fresh: new Set(),
    }
    const { given } = tableOf(this.#schema, row)
    if (given !== null) again.values.delete(given)
    const isWhole = [...again.parents.values()].every(id => id === null || this.#live().some(one => one.id === id))
    if (!isWhole || !this.#may(world => void world.rows.set(row.id, again))) return
    this.#log(`session.add(${this.#name(row.id)})`)
    this.session.add(this.#entities.get(row.id) as Entity)
  }

  /** Relations of a table, some of them, with those within. */
  #with(table: string, bits: number, depth: number, isInner = false): Values {
    const names = [
      ...(this.#schema.tables.get(table)?.keys.map(({ name }) => name) ?? []),
      ...this.#schema.to(table).flatMap(({ inverse }) => inverse ?? []),
      ...this.#waysOver(table).map(({ relation }) => relation),
    ]
    const relations: Values = {}
    for (const [at, name] of names.entries()) {
      if (((bits >> (at % 8)) & 1) === 0) continue
      const target = this.#target(table, name)
      const inner = depth > 1 && target !== null ? this.#with(target, bits >> 1, depth - 1, true) : {}
      const load = ((bits >> ((at + 2) % 8)) & 3) === 3 ? { load: at % 2 === 0 ? 'joined' : 'selectin' } : {}
      const isOne = this.#schema.tables.get(table)?.keys.some(key => key.name === name)
      // Further down an object may be come by twice, once for all of its rows.
      const some =
        isOne || isInner || depth > 1 || ((bits >> ((at + 3) % 8)) & 7) > 1
          ? {}
          : at % 2 === 0
            ? { where: { n: { lte: 3 } } }
            : { limit: 1 }
      const options = { ...(Object.keys(inner).length > 0 ? { with: inner } : {}), ...load, ...some }
      relations[name] = Object.keys(options).length > 0 ? options : true
    }
    return relations
  }

  #noteWith(row: ModelRow, relations: Values): void {
    for (const [name, options] of Object.entries(relations)) {
      this.#noteLoaded(
        row,
        name,
        typeof options === 'object' && options !== null && ('where' in options || 'limit' in options) ? 'some' : 'all',
      )
      const inner = typeof options === 'object' ? ((options as { with?: Values }).with ?? {}) : {}
      const value = this.#entities.get(row.id)?.[name]
      const target = this.#target(row.table, name)
      if (target === null || value === null || value === undefined) continue
      for (const one of Array.isArray(value) ? value : [value]) this.#noteWith(this.#bind(target, one as Entity), inner)
    }
  }

  async #find({ a, b, c, d }: Step): Promise<void> {
    const table = pick([...this.#schema.tables.values()], a)
    if (table === undefined) return
    const isPart = d % 7 === 0
    const relations = isPart ? {} : this.#with(table.name, b, 1 + (d % 3))
    const n = (c % 20) - 7
    const isAll = c % 2 === 0
    const options: Values = {
      ...(isPart ? { columns: ['n'] } : { with: relations }),
      ...(d % 2 === 0 ? { load: 'joined' } : {}),
      ...(isAll ? {} : { where: { n: { lte: n } } }),
      ...(d % 5 === 0 ? { orderBy: { n: 'asc' } } : {}),
    }
    this.#log(
      `await session.find('${table.name}', ${inspect(options, { depth: 9, breakLength: Number.POSITIVE_INFINITY })})`,
    )
    const found = await this.#flushing(() => this.session.find(table.name, options))
    if (found === undefined) return
    const rows = found.map(entity => this.#bind(table.name, entity))
    const wanted = this.#live(table.name).filter(row => isAll || (row.values.get('n') as number) <= n)
    if (
      rows.length !== wanted.length ||
      new Set(rows).size !== wanted.length ||
      rows.some(row => !wanted.includes(row))
    )
      throw new Failure(
        `found were ${rows.map(row => this.#name(row.id))}, and not ${wanted.map(row => this.#name(row.id))}`,
      )
    if (!isPart) for (const row of rows) this.#doubtful.delete(row.id)
    for (const row of rows) this.#noteWith(row, relations)
  }

  async #bulkUpdate({ a, b, c, d }: Step): Promise<void> {
    await this.#flush()
    const row = pick(this.#live(), a)
    if (row === undefined) return
    const table = tableOf(this.#schema, row)
    const isCode = table.uniques.some(([first]) => first === 'code') && d % 2 === 0
    const column = isCode ? table.natural.find(({ name }) => name === 'code') : pick(table.columns, b)
    if (column === undefined) return
    const { make } = kindOf(column.kind)
    const n = row.values.get('n')
    const where = isCode ? { code: row.values.get('code') } : { n }
    const ids = this.#live(table.name).filter(one => (isCode ? one.id === row.id : one.values.get('n') === n))
    const seed = c % 17
    if (
      !this.#may(world => {
        for (const { id } of ids) world.rows.get(id)?.values.set(column.name, make(seed))
        return undefined
      })
    )
      return
    this.#log(
      `await session.update('${table.name}', ${inspect({ where, set: { [column.name]: make(seed) } }, { breakLength: Number.POSITIVE_INFINITY })})`,
    )
    const entity = this.#entities.get(row.id)
    const isKnown = entity !== undefined && !this.#isExpired(row, entity)
    await this.#flushing(() => this.session.update(table.name, { where, set: { [column.name]: make(seed) } }))
    if (!isCode || isKnown) return
    // The session cannot know which rows were under it.
    for (const one of this.#world.rows.values()) {
      this.#doubtful.add(one.id)
      this.#read.set(one.id, this.#clock)
    }
  }

  async #bulkDelete({ a }: Step): Promise<void> {
    await this.#flush()
    const row = pick(this.#live(), a)
    if (row === undefined) return
    const n = row.values.get('n')
    const ids = new Set(
      this.#live(row.table)
        .filter(one => one.values.get('n') === n)
        .map(({ id }) => id),
    )
    const next = deletedInBulk(this.#schema, this.#world, ids)
    if (next === null) return
    this.#log(`await session.delete('${row.table}', { where: { n: ${n} } })`)
    await this.session.delete(row.table, { where: { n } })
    this.#world = next
    this.#flushed = copyOf(next)
  }

  async #bulkInsert(given: Step): Promise<void> {
    await this.#flush()
    const table = pick([...this.#schema.tables.values()], given.a)
    if (table === undefined) return
    const made = [0, 1].flatMap(
      at => this.#made(table, { ...given, a: given.b + at, b: given.c + at * 3 }, null, true) ?? [],
    )
    if (made.length === 0 || made.some(({ literal }) => Object.keys(literal).length === 0)) return
    const may = this.#may(world => {
      for (const { row } of made) world.rows.set(row.id, row)
      return undefined
    })
    if (!may) return
    this.#log(
      `await session.insert('${table.name}', [${made.map(({ shown }) => `{ ${shown.join(', ')} }`).join(', ')}], { returning: true })`,
    )
    const rows = await this.session.insert(
      table.name,
      made.map(({ literal }) => literal),
      { returning: true },
    )
    for (const [at, { row }] of made.entries()) {
      const one = this.#world.rows.get(row.id)
      if (one && table.given !== null) one.values.set(table.given, rows[at]?.[table.given])
      if (one) one.isNew = false
      this.#unfresh(row)
    }
    this.#flushed = copyOf(this.#world)
  }

  /** Collections do not hear of rows that others wrote. */
  #unfresh(row: ModelRow): void {
    for (const [name, parent] of row.parents) {
      const { inverse } = keyOf(this.#schema, row, name)
      if (parent !== null && inverse !== null) this.#world.rows.get(parent)?.fresh.delete(inverse)
    }
  }

  /** A row that the database refuses, in a savepoint or without one. */
  async #fail(given: Step): Promise<void> {
    await this.#flush()
    const row = pick(
      this.#live().filter(one => tableOf(this.#schema, one).uniques.some(([first]) => first === 'code')),
      given.a,
    )
    const changed = pick(
      this.#live().filter(({ id }) => this.#entities.has(id)),
      given.b,
    )
    if (row === undefined || changed === undefined) return
    const made = this.#made(tableOf(this.#schema, row), { ...given, b: given.c }, null)
    if (made === null) return
    made.literal['code'] = row.values.get('code')
    const entity = await this.#entity(changed)
    if (entity === null) return
    const isNested = given.d % 2 === 0
    const lines = [
      `${this.#name(changed.id)}.n = 99`,
      `x = session.add('${row.table}', { ${made.shown.join(', ')}, code: '${made.literal['code']}' })`,
      'await session.flush() // refused',
    ]
    this.#log(isNested ? `await session.nested(async () => { ${lines.join('; ')} })` : lines.join('; '))
    let twice: Entity | null = null
    const work = async (): Promise<void> => {
      entity['n'] = 99
      twice = this.session.add(row.table, made.literal)
      await this.session.flush()
    }
    const error: unknown = await (isNested ? this.session.nested(work) : work()).then(
      () => null,
      fault => fault,
    )
    this.#inTransaction = true
    if (!(error instanceof UniqueViolation)) throw error ?? new Failure('a row was written twice')
    if (isNested) return await this.#check()
    this.#log('session.delete(x)')
    if (twice !== null) this.session.delete(twice)
    this.#may(world => void world.rows.get(changed.id)?.values.set('n', 99))
  }

  /** The database is as the model says, and every object is as its row. */
  async #check(): Promise<void> {
    this.#count('checks')
    const { session } = this
    for (const [what, list] of [
      ['new', session.new],
      ['dirty', session.dirty],
      ['deleted', session.deleted],
    ] as const)
      if (list.length > 0) throw new Failure(`session.${what} is ${inspect(list)}`)
    for (const table of this.#schema.tables.values()) await this.#checkTable(table)
    for (const { name, near, far, columns } of this.#schema.links) {
      const found = await this.#rows(name)
      const wanted = [...(this.#world.links.get(name) ?? [])].map(pair => {
        const [a, b] = pair.split(',').map(Number)
        return placeOf([this.#given(near, a), this.#given(far, b)])
      })
      const is = found.map(row => placeOf(columns.map(column => row[column])))
      if (!isDeepStrictEqual(is.toSorted(), wanted.toSorted()))
        throw new Failure(`the rows of '${name}' are ${is}, and not ${wanted}`)
    }
    for (const row of this.#world.rows.values()) {
      const entity = this.#entities.get(row.id)
      if (entity === undefined) continue
      for (const { name } of tableOf(this.#schema, row).keys) if (Object.hasOwn(entity, name)) this.#agrees(row, name)
      for (const relation of row.fresh) this.#agrees(row, relation)
      for (const relation of Object.keys(entity)) {
        const isOne = tableOf(this.#schema, row).keys.some(({ name }) => name === relation)
        if (isOne || this.#target(row.table, relation) === null || row.fresh.has(relation)) continue
        const value = entity[relation]
        for (const one of Array.isArray(value) ? (value as Entity[]) : [])
          if (this.session.state(one) === 'transient')
            throw new Failure(`${this.#name(row.id)}.${relation} has an object that is ${this.session.state(one)}`)
      }
    }
  }

  #given(table: string, id: number | undefined): unknown {
    const row = this.#world.rows.get(id ?? -1)
    const [column] = this.#schema.tables.get(table)?.primary ?? []
    return row === undefined ? undefined : cellOf(this.#schema, this.#world, row, column ?? '')
  }

  async #rows(table: string): Promise<readonly Values[]> {
    const { rows } = await (this.#inTransaction ? this.session : this.#engine).execute(`select * from "${table}"`)
    return rows
  }

  async #checkTable(table: TableInfo): Promise<void> {
    const rows = new Map((await this.#rows(table.name)).map(row => [placeOf(table.primary.map(key => row[key])), row]))
    const wanted = [...this.#world.rows.values()].filter(row => row.table === table.name)
    const left = new Set(rows.keys())
    for (const row of wanted) {
      const columns = columnsOf(this.#schema, this.#world, row)
      const place = placeOf(table.primary.map(key => columns[key]))
      const found = rows.get(place)
      if (found === undefined)
        throw new Failure(`${this.#name(row.id)} ${place} is not in the database: ${[...rows.keys()]}`)
      left.delete(place)
      for (const [key, value] of Object.entries(columns)) {
        if (!isDeepStrictEqual(found[key], value))
          throw new Failure(
            `${this.#name(row.id)}.${key} is ${inspect(found[key])} in the database, and not ${inspect(value)}`,
          )
      }
      await this.#checkEntity(row, found)
    }
    if (left.size > 0) throw new Failure(`'${table.name}' has rows that it should not have: ${[...left]}`)
  }

  async #checkEntity(row: ModelRow, found: Values): Promise<void> {
    const entity = this.#entities.get(row.id)
    if (entity === undefined) return
    const name = this.#name(row.id)
    const state = this.session.state(entity)
    if (state !== 'persistent') throw new Failure(`${name} is ${state}`)
    if (this.#doubtful.delete(row.id)) {
      this.#read.set(row.id, this.#clock)
      this.#log(`await session.get('${row.table}', …${name})`)
      this.#inTransaction = true
      if ((await this.session.get(row.table, this.#keyOf(row))) !== entity) throw new Failure(`${name} is another`)
    }
    if (Object.keys(found).some(key => !Object.hasOwn(entity, key))) {
      if (Object.keys(found).some(key => Object.hasOwn(entity, key) && !isDeepStrictEqual(entity[key], found[key])))
        throw new Failure(`${name}, of which some columns are not known, is not as its row`)
      this.#log(`await session.get('${row.table}', …${name})`)
      this.#inTransaction = true
      if ((await this.session.get(row.table, this.#keyOf(row))) !== entity) throw new Failure(`${name} is another`)
    }
    for (const [key, value] of Object.entries(found)) {
      if (!isDeepStrictEqual(entity[key], value))
        throw new Failure(`${name}.${key} is ${inspect(entity[key])}, and ${inspect(value)} in the database`)
    }
    const isPlain = Object.getPrototypeOf(entity) === Object.prototype
    if (isPlain === this.#schema.hasClasses) throw new Failure(`${name} is ${isPlain ? '' : 'not '}plain`)
  }

  /** A relation leads where the model says. */
  #agrees(row: ModelRow, relation: string, extent: 'all' | 'some' = 'all'): void {
    const entity = this.#entities.get(row.id) as Entity
    const name = `${this.#name(row.id)}.${relation}`
    const one = tableOf(this.#schema, row).keys.find(key => key.name === relation)
    const show = (object: unknown): string => {
      for (const [id, known] of this.#entities) if (known === object) return this.#name(id)
      return inspect(object)
    }
    if (one !== undefined) {
      const parent = row.parents.get(relation) ?? null
      if (parent !== null && !this.#entities.has(parent)) return
      const wanted = parent === null ? null : this.#entities.get(parent)
      if (entity[relation] !== wanted)
        throw new Failure(`${name} is ${show(entity[relation])}, and not ${show(wanted)}`)
      return
    }
    const many = this.#schema.to(row.table).find(({ inverse }) => inverse === relation)
    const ids =
      many !== undefined
        ? [...this.#world.rows.values()].flatMap(child =>
            child.table === many.table && child.parents.get(many.name) === row.id ? [child.id] : [],
          )
        : this.#waysOver(row.table).flatMap(way =>
            way.relation === relation ? [...way.pairs(this.#world)].flatMap(pair => way.other(row.id, pair) ?? []) : [],
          )
    const value = entity[relation]
    const list = Array.isArray(value) ? value : value === null ? [] : [value]
    const wanted = new Set(ids.map(id => this.#entities.get(id)))
    if ((extent === 'all' && list.length !== wanted.size) || list.some(object => !wanted.has(object)))
      throw new Failure(`${name} is [${list.map(show)}], and not [${ids.map(id => this.#name(id))}]`)
  }
}
