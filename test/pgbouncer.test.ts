/** Behind PgBouncer, which lends a connection for a transaction; where it is not installed, these are skipped. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  createEngine,
  defineSchema,
  StatementCanceled,
  StatementError,
  StatementTimeout,
  t,
  table,
} from '../src/index.ts'
import { pgDriver } from './drivers.ts'
import { type Pooler, pgbouncer, pgbouncerProgram } from './pgbouncer.ts'

const schema = defineSchema({ notes: table({ id: t.id(), text: t.text() }) })
const program = pgbouncerProgram()

describe.skipIf(program === null)('behind PgBouncer in transaction mode, an engine', () => {
  let pooler: Pooler
  let url: string
  beforeAll(async () => {
    const database = await pgDriver.database()
    pooler = await pgbouncer(program ?? '', database, 2)
    url = pooler.url
    await using engine = createEngine(url, { schema, prepare: false })
    await engine.metadata.createAll()
  })
  afterAll(() => pooler[Symbol.asyncDispose]())

  const make = (options: object = {}) => createEngine(url, { schema, prepare: false, ...options })

  test('runs statements of one text on many connections without preparing them', async () => {
    await using engine = make({ pool: { max: 8 } })
    const given = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => (await engine.execute('select $1::int + 1 as n', [n])).scalar()),
    )
    expect(given).toEqual(Array.from({ length: 60 }, (_, n) => n + 1))
    const [one, two] = await engine.pipeline([['select $1::text as a', ['x']], 'select 2 as b'])
    expect([one.rows, two.rows]).toEqual([[{ a: 'x' }], [{ b: 2 }]])
  })

  /** Gives the database forms of values that are not ours, and new connections to the pooler. */
  const withOtherForms = async (): Promise<void> => {
    await using admin = createEngine(inject('postgres'))
    const name = new URL(url).pathname.slice(1)
    for (const form of [`datestyle = 'German'`, `bytea_output = 'escape'`, `intervalstyle = 'sql_standard'`]) {
      await admin.execute(`alter database ${name} set ${form}`)
    }
    await admin.execute('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    await using engine = make({ pool: { waitForServer: 10_000 } })
    // The pooler may meet a connection that is gone.
    for (let n = 0; n < 2; n++) await engine.execute('select 1').catch(() => {})
    await admin.execute('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    await new Promise(resolve => setTimeout(resolve, 200))
  }

  test('reads values as anywhere else, whatever connection it is lent', async () => {
    await withOtherForms()
    await using engine = make({ pool: { max: 6, waitForServer: 10_000 } })
    const text = `select timestamptz '2024-05-06 07:08:09Z' as at, '\\x00ff'::bytea as bytes, pg_sleep(0.01)`
    const rows = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { at, bytes } = (await engine.execute(text)).one()
        return { at, bytes }
      }),
    )
    for (const row of rows) {
      expect(row).toEqual({ at: new Date('2024-05-06T07:08:09Z'), bytes: Uint8Array.of(0, 255) })
    }
  })

  test('reads bytes and moments from a connection that was not told their form; intervals come in the style of the database', async () => {
    await withOtherForms()
    await using engine = make({ pool: { max: 1, waitForServer: 10_000 } })
    const pid = async () => (await engine.execute('select pg_backend_pid()')).scalar()
    const first = await pid()
    // It holds the connection that the settings were made on, so the next statement goes to another.
    await using holder = createEngine(url, { prepare: false })
    await using holding = await holder.begin()
    expect((await holding.execute('select pg_backend_pid()')).scalar()).toBe(first)
    expect(await pid()).not.toBe(first)
    const given = await engine.execute(
      `select '\\x00ff41'::bytea as bytes, timestamptz '2024-05-06 07:08:09Z' as at, interval '-2 days 3 hours' as span`,
    )
    expect(given.one()).toEqual({
      bytes: Uint8Array.of(0, 255, 0x41),
      at: new Date('2024-05-06T07:08:09Z'),
      span: '-2 3:00:00',
    })
  })

  test('runs transactions, savepoints and sessions side by side', async () => {
    await using engine = make({ pool: { max: 6 } })
    await engine.execute('delete from notes')
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        engine.transaction(async tx => {
          await tx.execute('insert into notes (text) values ($1)', [`t${n}`])
          await tx
            .transaction(async inner => {
              await inner.execute('insert into notes (text) values ($1)', [`undone${n}`])
              throw new Error('no')
            })
            .catch(() => {})
        }),
      ),
    )
    await using session = engine.session()
    const note = session.add('notes', { text: 'session' })
    await session.commit()
    note.text = 'changed'
    await session.commit()
    const { rows } = await engine.execute<{ text: string }>('select text from notes order by id')
    expect(rows.map(row => row.text).sort()).toEqual(
      [...Array.from({ length: 12 }, (_, n) => `t${n}`), 'changed'].sort(),
    )
  })

  test('streams, copies in and out, and runs many sets of parameters', async () => {
    await using engine = make()
    await engine.execute('delete from notes')
    const rows = Array.from({ length: 1000 }, (_, n) => ({ text: `c${n}` }))
    expect(await engine.copyFrom('notes', rows)).toBe(1000)
    let seen = 0
    for await (const _ of engine.stream('select * from notes where id > $1', [0], { batch: 100 })) seen++
    for await (const _ of engine.copyTo('notes')) seen++
    expect(seen).toBe(2000)
    for await (const _ of engine.stream('select * from notes', [], { batch: 10 })) break
    expect(
      await engine.executeMany('update notes set text = $2 where text = $1', [
        ['c1', 'd1'],
        ['c2', 'd2'],
      ]),
    ).toBe(2)
    expect((await engine.execute('select count(*)::int from notes')).scalar()).toBe(1000)
  })

  test('gives statements up on the server, and its connections go on', async () => {
    await using engine = make({ pool: { max: 1 } })
    const late = await engine.execute('select pg_sleep(30)', [], { timeout: 200 }).catch((error: unknown) => error)
    expect(late).toBeInstanceOf(StatementTimeout)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 200)
    const aborted = await engine
      .execute('select pg_sleep(30)', [], { signal: controller.signal })
      .catch((error: unknown) => error)
    expect(aborted).toBeInstanceOf(StatementCanceled)
    expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
  })

  test('that keeps statements prepared goes on where it can, and in a transaction says what to do', async () => {
    await using engine = make({ prepare: true, pool: { max: 1 } })
    const text = 'select $1::int + 1 as n, pg_backend_pid() as pid'
    const first = (await engine.execute(text, [1])).one()
    // It holds the connection that the statement was prepared on, so it is not known where the next goes.
    await using holder = createEngine(url, { prepare: false })
    await using holding = await holder.begin()
    expect((await holding.execute('select pg_backend_pid()')).scalar()).toBe(first['pid'])
    const error: unknown = await engine
      .transaction(async tx => {
        await tx.execute('select 1')
        await tx.execute(text, [2])
      })
      .catch((one: unknown) => one)
    expect(error).toBeInstanceOf(StatementError)
    expect((error as StatementError).message).toContain(`give createEngine 'prepare: false' behind a pooler`)
    const again = (await engine.execute(text, [3])).one()
    expect(again['n']).toBe(4)
    expect(again['pid']).not.toBe(first['pid'])
  })
})
