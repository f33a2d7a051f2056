/** A unit of work: objects are read, added, changed and deleted, and what was done to them is written together. */
import type { DeleteOptions, InsertOptions, Returned, Returning, UpdateOptions } from '../../types/bulk.ts'
import type { QueryBuilder } from '../../types/database.ts'
import type { checkedWith, FindOptions, Loaded, madeOf, loadedRelations, Of, With } from '../../types/find.ts'
import type { KeyOf } from '../../types/key.ts'
import type { Insert, Merged } from '../../types/row.ts'
import type { checkedRow } from '../../types/row-check.ts'
import type { AnySchema, columnsOf, TableName } from '../../types/schema.ts'
import type { Where } from '../../types/where.ts'
import { SessionError } from '../base/errors.ts'
import type { Fragment } from '../base/fragment.ts'
import { suggestion } from '../base/nearest.ts'
import type { Parameters } from '../engine/executor.ts'
import type { StatementOptions } from '../engine/interrupt.ts'
import { queryBuilder } from '../engine/kysely.ts'
import { NoRowError, type Result } from '../engine/result.ts'
import type { Row as AnyRow } from '../engine/result-decoder.ts'
import type { StreamOptions } from '../engine/stream.ts'
import type { Transaction } from '../engine/transaction.ts'
import type { TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { sql } from '../sql/tag.ts'
import { type BulkResult, deleteRows, insertRows, updateRows } from './bulk.ts'
import { isDirty } from './changes.ts'
import { forget } from './cascade.ts'
import { enqueue, enqueueOne } from './enqueue.ts'
import { expire, expunge } from './let-go.ts'
import { fillExpired } from './fill-gaps.ts'
import { flush, lose } from './flush.ts'
import { nameRowAtCommit } from './failing-commit.ts'
import { countRows, existsRow, find, findPages } from './find.ts'
import type { GivenFind } from './find-options.ts'
import { get, type GetOptions } from './get.ts'
import { type GivenRow, tableOf } from './give.ts'
import { Level } from './journal.ts'
import { loadRelations } from './load-relations.ts'
import { merge } from './merge.ts'
import { Nested } from './nested.ts'
import { objectsOf, partOf, recordOf, type RowRecord } from './record.ts'
import { refresh } from './refresh.ts'
import { type GivenWith, wantedOf } from './wanted.ts'
import { withLoaded } from './with-loaded.ts'
import type { State } from './state.ts'
import { rollBack } from './undo.ts'
import { type SessionHost, Unit } from './unit.ts'

export type { SessionHost } from './unit.ts'

export interface SessionOptions {
  /** Whether reads and statements write first what waits, so that they see it; true unless stated. Statements in bulk always do. */
  readonly autoflush?: boolean | undefined
  /** Whether a commit gives up the values of all objects, so that none is read that the database has changed since; false unless stated. */
  readonly expireOnCommit?: boolean | undefined
}

const noReferences: readonly never[] = []

const events = ['beforeFlush', 'afterFlush', 'afterCommit', 'afterRollback'] as const

/** What a session tells of: flushes, and the ends of transactions. */
export type SessionEvent = (typeof events)[number]

/**
 * @typeParam Classes the classes of `Entity` that were registered, by their tables
 * @typeParam R the schema as objects are of it: a table whose rows continue others has the columns of both
 */
export class Session<S extends AnySchema = AnySchema, Classes = {}, R extends AnySchema = S> {
  readonly #unit: Unit
  #query: QueryBuilder<S> | null = null
  #call: string | null = null
  #running: Promise<unknown> = Promise.resolve()
  #state: 'open' | 'closed' = 'open'

  readonly #autoflush: boolean
  readonly #expireOnCommit: boolean
  readonly #listeners = new Map<SessionEvent, Set<() => unknown>>()

  constructor(host: SessionHost, { autoflush = true, expireOnCommit = false }: SessionOptions = {}) {
    this.#unit = new Unit(host)
    this.#autoflush = autoflush
    this.#expireOnCommit = expireOnCommit
  }

  /**
   * Calls back when something happens; what it gives is awaited, and what it throws is thrown to who caused it. Before a flush, objects may
   * still be added and changed.
   * @returns ends it
   */
  on(event: SessionEvent, listener: () => unknown): () => void {
    if (!events.includes(event)) {
      throw new SessionError('unknownEvent', String(event), events.join(', '), suggestion(String(event), events))
    }
    const known = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, known.add(listener))
    return () => {
      known.delete(listener)
    }
  }

  async #tell(event: SessionEvent): Promise<void> {
    for (const listener of this.#listeners.get(event) ?? []) await listener()
  }

  async #flush(): Promise<void> {
    if (this.#listeners.size > 0) await this.#tell('beforeFlush')
    await flush(this.#unit)
    if (this.#listeners.size > 0) await this.#tell('afterFlush')
  }

  /** Before a read. */
  async #autoFlush(): Promise<void> {
    if (this.#autoflush) await this.#flush()
  }

  /** Resolves when no call of a session is under way, however the last one ended. */
  static async settled(session: Session): Promise<void> {
    await session.#running.catch(() => {})
  }

  /** The objects that wait to be inserted, in the order in which they were added. */
  get new(): readonly object[] {
    return objectsOf(this.#unit.queue)
  }

  /** The objects whose rows wait to be updated. */
  get dirty(): readonly object[] {
    const { identity, doomed } = this.#unit
    return objectsOf([...identity.all()].filter(record => isDirty(record) && !doomed.has(record)))
  }

  /** The objects whose rows wait to be deleted. */
  get deleted(): readonly object[] {
    return objectsOf(this.#unit.doomed)
  }

  /** Whether an object is in the session: queued, or with a row in the database. */
  contains(entity: object): boolean {
    const record = recordOf(entity)
    return record?.session === this.#unit && (record.state === 'pending' || record.state === 'persistent')
  }

  /** Where an object stands. @throws SessionError for what no session and no class of Entity made */
  state(entity: object): State {
    return this.#recordOf(entity).state
  }

  /**
   * Queues a row and gives its object. Keys and defaults that the database gives are there after the flush; reading one
   * before is a PendingValueError.
   * @throws SessionError for a column that is unknown, missing or the database's own; nothing is queued then
   * @example const ada = session.add('users', { email: 'ada@example.org' })
   */
  add<Name extends TableName<R>, Given extends object>(
    name: Name,
    row: checkedRow<R, Name, Given>,
  ): madeOf<R, Classes, Name>
  /**
   * Queues an object of a class of `Entity`, or one that a rollback gave back. An object that has a row, and no session any more, is
   * this session's from then on.
   */
  add<Given extends object>(entity: Given): Given
  add(given: string | object, row?: GivenRow): unknown {
    const record = typeof given === 'string' ? this.#made(given, row as GivenRow) : this.#known(given)
    enqueueOne(this.#unit, record)
    return record.values
  }

  /** Queues rows, all or, when one is wrong, none. */
  addAll<Name extends TableName<R>>(name: Name, rows: readonly Insert<R, Name>[]): madeOf<R, Classes, Name>[]
  /** Queues objects. */
  addAll<Given extends object>(entities: readonly Given[]): Given[]
  addAll(...given: [string, readonly GivenRow[]] | [readonly object[]]): unknown {
    const records =
      given.length === 1 ? given[0].map(one => this.#known(one)) : given[1].map(row => this.#made(given[0], row))
    enqueue(this.#unit, records)
    return records.map(record => record.values)
  }

  /**
   * Deletes the object's row at the next flush. One that was only queued is queued no more.
   * @throws SessionError for an object that is not in the session
   */
  delete(entity: object): void
  /**
   * Deletes rows without reading them. The session's objects of these rows are deleted too.
   * @returns how many, or what `returning` asks for
   * @example await session.delete('posts', { where: { words: { lt: 10 } } })
   */
  delete<Name extends TableName<S>, const Given extends Returning<S, Name> | undefined = undefined>(
    name: Name,
    options: DeleteOptions<S, Name, Given>,
  ): Promise<Returned<S, Name, Given>>
  delete(given: object | string, options?: { readonly where: unknown }): unknown {
    if (typeof given !== 'string') return this.#delete(given)
    return this.#bulk('delete', given, table => deleteRows(this.#unit, table, options ?? { where: undefined }))
  }

  /**
   * Sets columns of rows without reading them. The session's objects of these rows agree afterwards.
   * @returns how many, or what `returning` asks for
   * @example await session.update('users', { where: { email: { like: '%@x' } }, set: { name: null } })
   */
  update<Name extends TableName<S>, const Given extends Returning<S, Name> | undefined = undefined>(
    name: Name,
    options: UpdateOptions<S, Name, Given>,
  ): Promise<Returned<S, Name, Given>>
  update(name: string, options: { readonly set: unknown; readonly where: unknown }): unknown {
    return this.#bulk('update', name, table => updateRows(this.#unit, table, options))
  }

  /**
   * Inserts rows without making objects of them, all or none.
   * @returns how many were inserted or, by `onConflict`, updated, or what `returning` asks for
   * @example await session.insert('tags', [{ label: 'x' }], { onConflict: { columns: ['label'], do: 'nothing' } })
   */
  insert<Name extends TableName<S>, const Given extends Returning<S, Name> | undefined = undefined>(
    name: Name,
    rows: readonly Insert<S, Name>[],
    options?: InsertOptions<S, Name, Given>,
  ): Promise<Returned<S, Name, Given>>
  insert(name: string, rows: readonly GivenRow[], options: object = {}): unknown {
    return this.#bulk('insert', name, table => insertRows(this.#unit, table, rows, options))
  }

  async #bulk(call: string, name: string, work: (table: TableModel) => Promise<BulkResult>): Promise<BulkResult> {
    const table = tableOf(this.#unit.model, name)
    return await this.#alone(call, async () => {
      await this.#flush()
      return await work(table)
    })
  }

  #delete(entity: object): void {
    this.#checkOpen()
    const record = this.#recordOf(entity)
    if (record.session !== this.#unit) throw new SessionError('notInSession', `object of table '${record.table.key}'`)
    if (record.state === 'pending') forget(this.#unit, record)
    else if (record.state === 'persistent') {
      if (record.table.primaryKey === null) throw new SessionError('noPrimaryKey', record.table.key, 'deleted')
      this.#unit.doom(record)
    }
  }

  /**
   * The object of the row with a key: the same object for the same key, always. One that was read in this transaction is given without
   * a statement; else its row is read.
   * @param key the value of the primary key; of several columns, an object of them
   * @returns null when there is no such row
   * @example const user = await session.get('users', 1)
   */
  get<Name extends TableName<R>, const Relations extends With<R, Name> = {}>(
    name: Name,
    key: KeyOf<R, Name>,
    options?: GetOptions<Relations & checkedWith<R, Name, Relations>>,
  ): Promise<Loaded<R, Classes, Name, Relations, never> | null>
  async get(name: string, key: unknown, options: GetOptions = {}): Promise<object | null> {
    return await this.#alone('get', () =>
      get(this.#unit, tableOf(this.#unit.model, name), key, options, () => this.#autoFlush()),
    )
  }

  /**
   * The objects of the rows that meet a condition, with the relations that were asked for.
   * @throws SessionError for a wrong option, by its path; `undefined` in a `where` is one
   * @example await session.find('users', { where: { email: { like: '%@example.org' } }, with: { posts: true }, limit: 20 })
   */
  find<
    Name extends TableName<R>,
    const Relations extends With<R, Name> = {},
    Column extends keyof columnsOf<R, Name> & string = never,
  >(
    name: Name,
    options?: FindOptions<R, Name, Relations & checkedWith<R, Name, Relations>, Column>,
  ): Promise<Loaded<R, Classes, Name, Relations, Column>[]>
  async find(name: string, options: GivenFind = {}): Promise<object[]> {
    return await this.#alone('find', () => this.#find(name, options))
  }

  /** The first of the objects that `find` would give; null when there is none. */
  findOne<
    Name extends TableName<R>,
    const Relations extends With<R, Name> = {},
    Column extends keyof columnsOf<R, Name> & string = never,
  >(
    name: Name,
    options?: Omit<FindOptions<R, Name, Relations & checkedWith<R, Name, Relations>, Column>, 'limit'>,
  ): Promise<Loaded<R, Classes, Name, Relations, Column> | null>
  async findOne(name: string, options: GivenFind = {}): Promise<object | null> {
    const [found] = await this.#alone('find', () => this.#find(name, { ...options, limit: 1 }))
    return found ?? null
  }

  /** As `findOne`. @throws NoRowError when there is none */
  findOneOrThrow<
    Name extends TableName<R>,
    const Relations extends With<R, Name> = {},
    Column extends keyof columnsOf<R, Name> & string = never,
  >(
    name: Name,
    options?: Omit<FindOptions<R, Name, Relations & checkedWith<R, Name, Relations>, Column>, 'limit'>,
  ): Promise<Loaded<R, Classes, Name, Relations, Column>>
  async findOneOrThrow(name: string, options: GivenFind = {}): Promise<object> {
    const [found] = await this.#alone('find', () => this.#find(name, { ...options, limit: 1 }))
    if (found === undefined) throw new NoRowError()
    return found
  }

  /**
   * The objects that `find` would give, one by one, read in pages by key. Objects that were not changed are let go of when the next page
   * is read, so that memory stays flat.
   * @param options `batch` is the size of a page, 500 unless stated
   */
  findEach<
    Name extends TableName<R>,
    const Relations extends With<R, Name> = {},
    Column extends keyof columnsOf<R, Name> & string = never,
  >(
    name: Name,
    options?: FindOptions<R, Name, Relations & checkedWith<R, Name, Relations>, Column> & { readonly batch?: number },
  ): AsyncGenerator<Loaded<R, Classes, Name, Relations, Column>, void, undefined>
  async *findEach(
    name: string,
    options: GivenFind & { readonly batch?: number } = {},
  ): AsyncGenerator<object, void, undefined> {
    const table = tableOf(this.#unit.model, name)
    const pages = findPages(this.#unit, table, options)
    for (;;) {
      const page = await this.#alone('find', async () => {
        await this.#autoFlush()
        return await pages.next()
      })
      if (page.done) return
      yield* page.value
    }
  }

  /** How many rows meet a condition. */
  count<Name extends TableName<R>>(name: Name, where?: Where<R, Name>): Promise<number>
  async count(name: string, where?: unknown): Promise<number> {
    const table = tableOf(this.#unit.model, name)
    return await this.#alone('count', async () => {
      await this.#autoFlush()
      return await countRows(this.#unit, table, where)
    })
  }

  /** Whether a row meets a condition. */
  exists<Name extends TableName<R>>(name: Name, where?: Where<R, Name>): Promise<boolean>
  async exists(name: string, where?: unknown): Promise<boolean> {
    const table = tableOf(this.#unit.model, name)
    return await this.#alone('look', async () => {
      await this.#autoFlush()
      return await existsRow(this.#unit, table, where)
    })
  }

  /**
   * Loads relations of an object, or of several at once, and gives it back with a type that has them.
   * @example const { posts } = await session.load(user, { posts: true })
   */
  load<Name extends TableName<R>, Given extends Of<Name>, const Relations extends With<R, Name>>(
    entity: Given & Of<Name>,
    relations: Relations & checkedWith<R, Name, Relations>,
  ): Promise<Given & loadedRelations<R, Classes, Name, Relations>>
  load<Name extends TableName<R>, Given extends Of<Name>, const Relations extends With<R, Name>>(
    entities: readonly (Given & Of<Name>)[],
    relations: Relations & checkedWith<R, Name, Relations>,
  ): Promise<(Given & loadedRelations<R, Classes, Name, Relations>)[]>
  async load(given: object | readonly object[], relations: GivenWith): Promise<object> {
    const records = (Array.isArray(given) ? given : [given]).map(one => this.#present(one))
    await this.#alone('load', async () => {
      await this.#autoFlush()
      const [first] = records
      if (first === undefined) return
      const wanted = wantedOf(this.#unit, this.#unit.viewOf(tableOfAll(first, records)), relations, 'selectin')
      await fillExpired(this.#unit, records)
      await loadRelations(this.#unit, records, wanted)
    })
    return given
  }

  /**
   * Reads the object's row anew, and gives up what was changed of it and not written.
   * @throws StaleDataError when the row is gone
   */
  async refresh<Given extends object>(entity: Given): Promise<Given> {
    await this.#alone('refresh', async () => {
      for (const record of withLoaded(this.#present(entity), 'refresh')) {
        await refresh(this.#unit, record, () => this.#autoFlush())
      }
    })
    return entity
  }

  /**
   * The session's object of a row that came from elsewhere, with the values given: a row of another session, a detached object, or a row as
   * an insert takes it with its key. What the session has not is read; what the database has not is added.
   * @example const user = await session.merge('users', { id: 1, name: 'Ada' })
   */
  merge<Name extends TableName<R>>(name: Name, row: Merged<R, Name>): Promise<madeOf<R, Classes, Name>>
  async merge(name: string, row: GivenRow): Promise<unknown> {
    const table = tableOf(this.#unit.model, name)
    const source = recordOf(row)
    if (source !== null && partOf(source, name).table !== table)
      throw new SessionError('otherTable', table.key, source.table.key)
    const record = await this.#alone('merge', async () => {
      await this.#autoFlush()
      return await merge(this.#unit, table, row)
    })
    return record.values
  }

  /** Gives up what the session knows of an object, or of all: its columns are read anew by the next statement that finds its row. */
  expire(entity?: object): void {
    this.#checkOpen()
    expire(this.#unit, entity === undefined ? null : this.#present(entity))
  }

  /** Lets an object go, or all: nothing that is done to it is written any more. */
  expunge(entity?: object): void {
    this.#checkOpen()
    if (entity === undefined) expunge(this.#unit, null)
    else for (const record of withLoaded(this.#present(entity), 'expunge')) expunge(this.#unit, record)
  }

  /**
   * Runs SQL in the session's transaction, as `engine.execute` does. What waits is written first, so that the statement sees it.
   * @throws StatementError when the database refuses it
   */
  async execute<Given = AnyRow>(
    text: string | Fragment,
    parameters?: Parameters,
    options?: StatementOptions,
  ): Promise<Result<Given>> {
    return await this.#alone('execute', async () => {
      const tx = await this.#ready()
      return await tx.execute<Given>(text, parameters, options)
    })
  }

  /** Runs SQL as it is written, as the `sql` tag makes it: ``session.sql`select * from users where id = ${1}` ``. */
  async sql<Given = AnyRow>(texts: TemplateStringsArray, ...values: readonly unknown[]): Promise<Result<Given>> {
    return await this.execute<Given>(sql(texts, ...values))
  }

  /** Rows one by one, as `engine.stream` gives them, in the session's transaction. What waits is written first. */
  async *stream<Given = AnyRow>(
    text: string | Fragment,
    parameters?: Parameters,
    options?: StreamOptions,
  ): AsyncGenerator<Given, void, undefined> {
    const tx = await this.#alone('stream', () => this.#ready())
    yield* tx.stream<Given>(text, parameters, options)
  }

  /** Kysely in the session's transaction. What waits is written before each of its statements. */
  get query(): QueryBuilder<S> {
    const acquire = (): Promise<Transaction> => this.#alone('run a query', () => this.#ready())
    const query = this.#query ?? (queryBuilder({ acquire, release: () => {} }, this.#unit.model) as QueryBuilder<S>)
    this.#query = query
    return query
  }

  /** `query` narrowed to a few tables: what it costs to type-check does not grow with the schema. */
  tables<Name extends TableName<S>>(..._names: readonly Name[]): QueryBuilder<S, Name> {
    // What is left out are types.
    return this.query as unknown as QueryBuilder<S, Name>
  }

  /**
   * Writes what waits, in a transaction that stays open: parents first, the rows of a table together.
   * @throws StatementError when the database refuses a row, which `row` and `rowIndex` name: nothing of the flush is in the
   *   database then, and everything still waits; StaleDataError when a row is not as this session knows it
   */
  async flush(): Promise<void> {
    await this.#alone('flush', () => this.#flush())
  }

  /** Writes what waits and makes it lasting. @throws as `flush` does, also for a constraint that was deferred */
  async commit(): Promise<void> {
    await this.#alone('commit', async () => {
      this.#checkOutermost('commit')
      await this.#flush()
      await this.#commit()
    })
  }

  /**
   * Undoes what was not committed, in the database and in the objects: what was added is not in the session any more, what was changed
   * has its old values, what was deleted is alive.
   */
  async rollback(): Promise<void> {
    await this.#alone('roll back', async () => {
      this.#checkOutermost('roll back')
      await this.#rollback()
    })
  }

  /**
   * Runs work in a savepoint. When it throws, what it did is undone, in the database and in the objects, and the transaction goes on.
   * @example await session.nested(async () => { session.add('users', { email }) }).catch(() => {})
   */
  nested<Value>(work: () => Promise<Value>): Promise<Value>
  /** Begins a savepoint, which the caller ends; disposal undoes it. */
  nested(): Promise<Nested>
  async nested<Value>(work?: () => Promise<Value>): Promise<Value | Nested> {
    const nested = await this.#alone('begin a savepoint', () => this.#begin())
    if (work === undefined) return nested
    try {
      const value = await work()
      await nested.commit()
      return value
    } catch (error) {
      // The first error is the one to hear of.
      await nested.rollback().catch(() => {})
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed'
    await this.#running.catch(() => {})
    await this.#rollback()
    expunge(this.#unit, null)
  }

  #made(name: string, row: GivenRow): RowRecord {
    this.#checkOpen()
    const table = tableOf(this.#unit.model, name)
    const known = recordOf(row, name)
    if (known === null) return this.#unit.host.makeObject(table, row, noReferences)
    if (known.table !== table) throw new SessionError('otherTable', table.key, known.table.key)
    return known
  }

  #known(entity: unknown): RowRecord {
    this.#checkOpen()
    const record = recordOf(entity)
    if (record === null) throw new SessionError('notAnEntity', typeName(entity))
    if (this.#unit.model.tableByKey.get(record.table.key) !== record.table) {
      throw new SessionError('otherSession', record.table.key)
    }
    return record
  }

  #recordOf(entity: unknown): RowRecord {
    const record = recordOf(entity)
    if (record === null) throw new SessionError('notAnObject', typeName(entity))
    return record
  }

  /** An object that is in the session. */
  #present(entity: unknown): RowRecord {
    const record = this.#recordOf(entity)
    const isHere = record.state === 'pending' || record.state === 'persistent'
    if (record.session !== this.#unit || !isHere) {
      throw new SessionError('notInSession', `object of table '${record.table.key}'`)
    }
    return record
  }

  async #find(name: string, options: GivenFind): Promise<object[]> {
    const table = tableOf(this.#unit.model, name)
    await this.#autoFlush()
    return await find(this.#unit, table, options)
  }

  /** The transaction, in which what waits was written. */
  async #ready(): Promise<Transaction> {
    await this.#autoFlush()
    return (await this.#unit.open()).tx
  }

  async #begin(): Promise<Nested> {
    const unit = this.#unit
    await this.#flush()
    const outer = await unit.open()
    const level = new Level(await outer.tx.begin(), 'savepoint', ++unit.epoch)
    unit.levels.push(level)
    const end = (how: string, work: () => Promise<void>) => this.#alone(how, work)
    return new Nested(unit, level, end, () => this.#flush())
  }

  async #commit(): Promise<void> {
    const unit = this.#unit
    const { level } = unit
    if (level === null) return
    try {
      await level.tx.commit()
    } catch (error) {
      const lost = level.inserted
      lose(unit)
      await nameRowAtCommit(error, unit.model, lost, () => unit.attempt())
      throw error
    }
    unit.levels.length = 0
    unit.endEpoch()
    level.close()
    for (const record of level.touched.keys()) {
      if (record.state !== 'deleted') continue
      record.move('commit')
      record.session = null
      // It has no row any more that it could come back with.
      record.snapshot = null
    }
    if (this.#expireOnCommit) expire(unit, null)
    await this.#tell('afterCommit')
  }

  async #rollback(): Promise<void> {
    const unit = this.#unit
    const [outermost, ...inner] = unit.levels
    for (const level of inner) if (outermost !== undefined) level.join(outermost)
    unit.levels.length = 0
    try {
      rollBack(unit, outermost ?? null)
    } finally {
      unit.endEpoch()
      await outermost?.tx.rollback()
    }
    if (outermost !== undefined) await this.#tell('afterRollback')
  }

  #checkOutermost(what: string): void {
    if (this.#unit.levels.length > 1) throw new SessionError('nestedOpen', what)
  }

  /** Two flows that share a session would write each other's halves. */
  async #alone<Value>(call: string, work: () => Promise<Value>): Promise<Value> {
    this.#checkOpen()
    if (this.#call !== null) throw new SessionError('sessionBusy', call, `a call of ${this.#call}`)
    this.#call = call
    const running = work()
    this.#running = running
    try {
      return await running
    } finally {
      this.#call = null
    }
  }

  #checkOpen(): void {
    if (this.#state === 'closed') throw new SessionError('sessionClosed')
  }
}

/** The table whose relations several objects have: the last of their parts, if it is of one table. */
function tableOfAll(first: RowRecord, records: readonly RowRecord[]): TableModel {
  const table = first.parts?.at(-1)?.table
  return table !== undefined && records.every(({ parts }) => parts?.at(-1)?.table === table) ? table : first.table
}
