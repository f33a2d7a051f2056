import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, test } from 'vitest'
import { createEngine, defineSchema, type EngineWarning, PoolExhausted, t, table } from '../src/index.ts'
import { collectGarbage } from './collect-garbage.ts'
import { drivers, pgDriver } from './drivers.ts'

const schema = defineSchema({ notes: table({ id: t.id(), text: t.text() }) })
const here = expect.stringMatching(/warnings\.test\.ts:\d+:\d+$/)

for (const driver of drivers) {
  describe(`an engine on ${driver.name}`, () => {
    const make = async (options: object = {}) => {
      const engine = createEngine(await driver.database(), { schema, ...options })
      const told: EngineWarning[] = []
      engine.on('warning', event => told.push(event))
      return { engine, told }
    }

    test('tells of its use inside a transaction and a unit of work, or refuses it where there is one connection', async () => {
      const { engine, told } = await make()
      await using _ = engine
      await engine.metadata.createAll()
      const attempt = async (work: () => Promise<unknown>) =>
        await work().then(
          () => 'done',
          (error: { code?: string }) => error.code ?? String(error),
        )
      const outcomes: string[] = []
      await engine.transaction(async tx => {
        await tx.execute('select 1')
        outcomes.push(await attempt(() => engine.execute('select 1')))
        outcomes.push(await attempt(() => engine.transaction(inner => inner.execute('select 1'))))
        outcomes.push(await attempt(() => engine.query.selectFrom('notes').selectAll().execute()))
        await tx.transaction(async inner => void (await inner.execute('select 1')))
      })
      await engine.unitOfWork(async session => {
        outcomes.push(await attempt(() => engine.execute('select 1')))
        session.add('notes', { text: 'a' })
        await session.flush()
        outcomes.push(await attempt(() => engine.execute('select 1')))
      })
      outcomes.push(await attempt(() => engine.execute('select 1')))
      if (driver.name === 'pglite') {
        const no = 'insideTransaction'
        expect(outcomes).toEqual([no, no, no, 'done', no, 'done'])
        expect(told).toEqual([])
      } else {
        expect(outcomes).toEqual(Array.from({ length: 6 }, () => 'done'))
        expect(told.map(one => one.message.split(' on the engine')[0])).toEqual([
          'a statement',
          'a transaction',
          'a query',
          'a statement',
        ])
        expect(told[0]).toEqual({
          'db.system.name': 'postgresql',
          code: 'besideTransaction',
          message: expect.stringMatching(
            /^a statement on the engine, inside the work of a transaction, is no part of that; use the transaction's own methods, or engine\.connect\(\) to mean it; it is from .*warnings\.test\.ts/,
          ),
          from: here,
        })
      }
    })

    test('tells once of a connection that is held without a statement', async () => {
      const { engine, told } = await make({ reportIdleAfter: 60 })
      await using _ = engine
      await using tx = await engine.begin()
      await tx.execute('select 1')
      await expect.poll(() => told.length, { timeout: 5000 }).toBe(1)
      await new Promise(resolve => setTimeout(resolve, 150))
      expect(told).toEqual([
        {
          'db.system.name': 'postgresql',
          code: 'heldIdle',
          message: expect.stringMatching(
            /^a transaction has held its connection for \d+ ms without a statement; end it/,
          ),
          from: here,
        },
      ])
    })

    test('takes a connection back from a transaction and a session that were forgotten, and tells of it', async () => {
      const { engine, told } = await make({ pool: { max: 1, acquireTimeout: 10_000 } })
      await using _ = engine
      await engine.metadata.createAll()
      const transaction = async (): Promise<void> => {
        const tx = await engine.begin()
        await tx.execute(`insert into notes (text) values ('lost')`)
      }
      const session = async (): Promise<void> => {
        const one = engine.session()
        one.add('notes', { text: 'lost' })
        await one.flush()
      }
      const collected = (): number => {
        collectGarbage()
        return told.length
      }
      for (const [at, forget] of [transaction, session].entries()) {
        await forget()
        await expect.poll(collected, { timeout: 10_000 }).toBe(at + 1)
        expect((await engine.execute('select count(*)::int from notes')).scalar()).toBe(0)
      }
      expect(told.map(({ code, from }) => ({ code, from }))).toEqual([
        { code: 'abandoned', from: here },
        { code: 'abandoned', from: here },
      ])
      expect(told[1]?.message).toMatch(/^a session was forgotten without an end/)
    })

    test('takes nothing from who has kept the transaction of a connection and forgotten the connection', async () => {
      const { engine, told } = await make()
      await using _ = engine
      const begin = async () => await (await engine.connect()).begin()
      const use = async (): Promise<void> => {
        await using tx = await begin()
        for (let round = 0; round < 5; round++) {
          await tx.execute('select 1')
          await new Promise(resolve => setTimeout(resolve, 20))
          collectGarbage()
        }
        expect(told).toEqual([])
      }
      await use()
      const count = (): number => {
        collectGarbage()
        return told.length
      }
      await expect.poll(count, { timeout: 10_000 }).toBe(1)
    })

    test('refuses a time that is none, and an event that is none', async () => {
      const database = await driver.database()
      expect(() => createEngine(database, { reportIdleAfter: -1 })).toThrow(
        `'reportIdleAfter' is a number of milliseconds, 0 to 2147483647; not -1`,
      )
      await using engine = createEngine(database)
      expect(() => engine.on('warnings' as 'warning', () => {})).toThrow(
        `there is no event 'warnings'; there are slow, warning; did you mean 'warning'?`,
      )
    })
  })
}

describe('a warning', () => {
  const misuse = async (engine: ReturnType<typeof createEngine>) =>
    await engine.transaction(async tx => {
      await tx.execute('select 1')
      for (let n = 0; n < 3; n++) await engine.execute('select 1')
    })

  test('is one of the process, once of each place, where nobody listens', async () => {
    await using engine = createEngine(await pgDriver.database())
    const heard: (Error & { code?: string })[] = []
    const listener = (one: Error): void => void heard.push(one)
    process.on('warning', listener)
    try {
      await misuse(engine)
      await expect.poll(() => heard.length).toBeGreaterThan(0)
      await new Promise(resolve => setTimeout(resolve, 20))
      expect(heard.map(({ name, code }) => [name, code])).toEqual([['CupelWarning', 'CUPEL_besideTransaction']])
      expect(heard[0]?.message).toContain('a statement on the engine')
    } finally {
      process.off('warning', listener)
    }
  })

  test('is told on a channel', async () => {
    await using engine = createEngine(await pgDriver.database())
    const told: unknown[] = []
    const listener = (event: unknown): void => void told.push(event)
    subscribe('cupel:warning', listener)
    try {
      await misuse(engine)
      expect(told).toHaveLength(3)
    } finally {
      unsubscribe('cupel:warning', listener)
    }
  })

  test('is none for a connection that was asked for by itself', async () => {
    await using engine = createEngine(await pgDriver.database(), { schema })
    const told: EngineWarning[] = []
    engine.on('warning', event => told.push(event))
    await engine.metadata.createAll()
    const undone = engine.transaction(async tx => {
      await tx.execute(`insert into notes (text) values ('undone')`)
      await using log = await engine.connect()
      await log.execute(`insert into notes (text) values ('kept')`)
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    expect((await engine.execute('select text from notes')).scalars()).toEqual(['kept'])
    expect(told).toEqual([])
  })
})

test('a unit of work waits for nothing that it holds itself', async () => {
  await using engine = createEngine(undefined, { schema, pool: { acquireTimeout: 50 } })
  await engine.metadata.createAll()
  await using session = engine.session()
  await session.get('notes', 1)
  const error = await engine.execute('select 1').catch((error: unknown) => error)
  expect(error).toBeInstanceOf(PoolExhausted)
  expect((error as PoolExhausted).holders).toMatchObject([{ kind: 'session', from: here }])
})
