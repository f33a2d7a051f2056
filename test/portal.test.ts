/** Statements read piece by piece. */
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Connection, Driver } from '../src/engine/driver.ts'
import { driverFor } from '../src/engine/engine.ts'
import { ResultDecoder } from '../src/engine/result-decoder.ts'
import { drivers, pgDriver } from './drivers.ts'

const ways: [string, (prepare: boolean) => Promise<Driver>][] = drivers.map(driver => [
  driver.name,
  async prepare => driverFor(await driver.database(), { prepare }),
])
ways.push([
  'pg with clients that pipeline',
  async () => {
    const options: pg.PoolConfig & { pipeline: boolean } = {
      connectionString: await pgDriver.database(),
      pipeline: true,
    }
    const pool = new pg.Pool(options)
    onTestFinished(() => pool.end())
    return driverFor(pool)
  },
])

describe.each(ways)('%s', (_, open) => {
  async function inTransaction(prepare = true): Promise<{ connection: Connection; readers: ResultDecoder }> {
    const driver = await open(prepare)
    const connection = await driver.acquire()
    onTestFinished(async () => {
      connection.release()
      await driver.dispose()
    })
    await connection.run({ text: 'begin', values: [] })
    return { connection, readers: new ResultDecoder(null) }
  }
  const series = (last: number) => ({
    text: `select n, n / 2.0::float8 as half, 'word ' || n as word from generate_series(1, $1::int) n`,
    values: [String(last)],
  })

  test.each([true, false])('gives rows in pieces until there are no more (prepare: %s)', async prepare => {
    const { connection, readers } = await inTransaction(prepare)
    for (let run = 0; run < 2; run++) {
      const portal = await connection.portal(series(25), readers)
      const sizes: number[] = []
      const rows: unknown[] = []
      while (!portal.isDone) {
        const piece = await portal.next(10)
        sizes.push(piece.length)
        rows.push(...piece)
      }
      expect(sizes).toEqual([10, 10, 5])
      expect(portal.fields.map(field => field.name)).toEqual(['n', 'half', 'word'])
      expect(rows[24]).toEqual({ n: 25, half: 12.5, word: 'word 25' })
      expect(await portal.next(10)).toEqual([])
      await portal.close()
    }
    await connection.run({ text: 'commit', values: [] })
  })

  test('runs a statement only as far as its rows are asked for', async () => {
    const { connection, readers } = await inTransaction()
    const portal = await connection.portal(
      { text: 'select 1 / (5 - n) as n from generate_series(1, 10) n', values: [] },
      readers,
    )
    expect(await portal.next(3)).toEqual([{ n: 0 }, { n: 0 }, { n: 0 }])
    await portal.close()
    expect((await connection.run({ text: 'select 1', values: [] })).rows).toEqual([['1']])
  })

  test('several are read side by side, with other statements between', async () => {
    const { connection, readers } = await inTransaction()
    const first = await connection.portal(series(4), readers)
    const second = await connection.portal(series(3), readers)
    const found: unknown[] = []
    while (!first.isDone || !second.isDone) {
      for (const portal of [first, second]) found.push(...(await portal.next(1)).map(row => row['n']))
      await connection.fetch({ text: 'select 1', values: [] }, readers)
    }
    expect(found).toEqual([1, 1, 2, 2, 3, 3, 4])
  })

  test('a statement that fails on the way says so', async () => {
    const { connection, readers } = await inTransaction()
    const portal = await connection.portal(
      { text: 'select 1 / (5 - n) as n from generate_series(1, 10) n', values: [] },
      readers,
    )
    expect(await portal.next(2)).toHaveLength(2)
    await expect(portal.next(5)).rejects.toThrow('division by zero')
    await connection.run({ text: 'rollback', values: [] })
    expect((await connection.run({ text: 'select 1', values: [] })).rows).toEqual([['1']])
  })
})
