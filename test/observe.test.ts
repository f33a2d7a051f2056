import { channel } from 'node:diagnostics_channel'
import { describe, expect, inject, test } from 'vitest'
import { createEngine, defineSchema, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema({ users: table({ id: t.id(), email: t.text({ unique: true }) }) })

/** What a channel tells while work is done. */
async function told(name: string, work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = []
  const listener = (event: unknown): void => {
    events.push(event as Record<string, unknown>)
  }
  const one = channel(name)
  one.subscribe(listener)
  try {
    await work()
  } finally {
    one.unsubscribe(listener)
  }
  return events
}

for (const driver of drivers) {
  describe(`who watches an engine on ${driver.name}`, () => {
    const make = async (options: object = {}) => {
      const engine = createEngine(await driver.database(), { schema, ...options })
      await engine.metadata.createAll()
      return engine
    }

    test('is told of statements by the names of OpenTelemetry, without values', async () => {
      await using engine = await make()
      const events = await told('cupel:statement', async () => {
        await engine.execute('insert into users (email) values ($1), ($2)', ['secret', 'other'])
        await engine.execute('insert into users (email) values ($1)', ['secret']).catch(() => {})
        await engine.pipeline(['/* of two */ select 1', 'select 2 union select 3'])
        await engine.pipeline(['select 4', 'select 1 / 0']).catch(() => {})
      })
      const { hostname, port } = new URL(inject('postgres'))
      const server = driver.name === 'pg' ? { 'server.address': hostname, 'server.port': Number(port) } : null
      const common = { 'db.system.name': 'postgresql', ...server, duration: expect.any(Number) }
      expect(events).toEqual([
        {
          ...common,
          'db.query.text': 'insert into users (email) values ($1), ($2)',
          'db.operation.name': 'INSERT',
          'db.response.returned_rows': 2,
        },
        {
          ...common,
          'db.query.text': 'insert into users (email) values ($1)',
          'db.operation.name': 'INSERT',
          'db.response.returned_rows': null,
          'db.response.status_code': '23505',
          'error.type': 'UniqueViolation',
        },
        {
          ...common,
          'db.query.text': '/* of two */ select 1',
          'db.operation.name': 'SELECT',
          'db.response.returned_rows': 1,
        },
        {
          ...common,
          'db.query.text': 'select 2 union select 3',
          'db.operation.name': 'SELECT',
          'db.response.returned_rows': 2,
        },
        {
          ...common,
          'db.query.text': 'select 1 / 0',
          'db.operation.name': 'SELECT',
          'db.response.returned_rows': null,
          'db.response.status_code': '22012',
          'error.type': 'StatementError',
        },
      ])
      expect(JSON.stringify(events)).not.toContain('secret')
      expect(events.every(event => Number(event['duration']) >= 0)).toBe(true)
    })

    test('is told of transactions, connections and flushes', async () => {
      await using engine = await make()
      const transactions = await told('cupel:transaction', async () => {
        await engine.transaction(tx => tx.transaction(inner => inner.execute('select 1')))
        await engine
          .transaction(async tx => {
            await tx.execute('select 1')
            throw new Error('no')
          })
          .catch(() => {})
      })
      expect(transactions.map(event => event['outcome'])).toEqual(['commit', 'rollback'])
      const waits = await told('cupel:pool', () => engine.execute('select 1'))
      expect(waits).toEqual([{ 'db.system.name': 'postgresql', wait: expect.any(Number) }])
      const flushes = await told('cupel:flush', async () => {
        await using session = engine.session()
        const [a, b] = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
        await session.flush()
        if (a) a.email = 'c'
        session.delete(b as object)
        await session.commit()
      })
      expect(flushes).toMatchObject([
        { inserted: 2, updated: 0, deleted: 0 },
        { inserted: 0, updated: 1, deleted: 1 },
      ])
    })

    test('hears of slow statements, until it is ended', async () => {
      await using engine = await make()
      const slow: string[] = []
      const off = engine.on('slow', event => slow.push(event['db.query.text']), { threshold: 50 })
      await engine.execute('select 1')
      await engine.execute('select pg_sleep(0.1)')
      off()
      await engine.execute('select pg_sleep(0.06)')
      expect(slow).toEqual(['select pg_sleep(0.1)'])
      expect(() => engine.on('slwo' as never, () => {})).toThrow(
        `there is no event 'slwo'; there are slow, warning; did you mean 'slow'?`,
      )
      expect(() => engine.on('slow', () => {}, { threshold: -1 })).toThrow(
        'a threshold is a number of milliseconds, 0 or above; not -1',
      )
    })

    test('reads an echo, without values', async () => {
      const lines: string[] = []
      await using engine = await make({ echo: (line: string) => lines.push(line) })
      lines.length = 0
      await engine.execute('select $1::text as\n  a', ['secret'])
      await engine.execute('select 1 / 0').catch(() => {})
      expect(lines[0]).toMatch(/^ +\d+\.\d ms {2}1 row {6}select \$1::text as a$/)
      expect(lines[1]).toMatch(/ms {2}StatementError {2}select 1 \/ 0$/)
      expect(lines.join()).not.toContain('secret')
    })
  })
}
