import { afterEach, describe, expect, test, vi } from 'vitest'
import { createEngine } from '../src/index.ts'
import { WireConnection } from '../src/engine/wire-connection.ts'
import { drivers } from './drivers.ts'

/** The exchanges with the database, each with the texts that it sent. */
function watched(): string[][] {
  const seen: string[][] = []
  const { fetch, pipeline } = WireConnection.prototype
  vi.spyOn(WireConnection.prototype, 'fetch').mockImplementation(function (this: WireConnection, statement, readers) {
    seen.push([statement.text])
    return fetch.call(this, statement, readers) as never
  })
  vi.spyOn(WireConnection.prototype, 'pipeline').mockImplementation(function (
    this: WireConnection,
    statements,
    readers,
  ) {
    seen.push(statements.map(({ text }) => text))
    return pipeline.call(this, statements, readers) as never
  })
  return seen
}

for (const driver of drivers) {
  describe(`the beginning of a transaction on ${driver.name}`, () => {
    afterEach(() => vi.restoreAllMocks())

    test('goes with its first statement, in one round trip', async () => {
      await using engine = createEngine(await driver.database())
      await engine.execute('select 1')
      const seen = watched()
      const value = await engine.transaction(async tx => (await tx.execute('select $1::int as n', [7])).scalar(), {
        isolation: 'serializable',
      })
      expect(value).toBe(7)
      expect(seen).toEqual([['begin isolation level serializable', 'select $1::int as n'], ['commit']])
    })

    test('and end, without a statement, are never sent', async () => {
      await using engine = createEngine(await driver.database())
      await engine.execute('select 1')
      const seen = watched()
      expect(await engine.transaction(async () => 'done')).toBe('done')
      await expect(
        engine.transaction(async () => {
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      expect(seen).toEqual([])
    })

    test('goes alone before a text of several statements, and before a stream', async () => {
      await using engine = createEngine(await driver.database())
      await engine.execute('create table t (n int)')
      await engine.transaction(tx => tx.execute('insert into t values (1); insert into t values (2)'))
      await engine.transaction(async tx => {
        for await (const row of tx.stream('select n from t')) expect(row).toHaveProperty('n')
      })
      await engine
        .transaction(async tx => {
          await tx.pipeline(['insert into t values (3)', 'insert into t values (4)'])
          throw new Error('no')
        })
        .catch(() => {})
      expect((await engine.execute('select count(*)::int from t')).scalar()).toBe(2)
    })

    test('leaves the statement that fails its own error, and the transaction to be undone', async () => {
      await using engine = createEngine(await driver.database())
      await engine.execute('create table u (n int primary key)')
      const failed = engine.transaction(tx => tx.execute('insert into u values ($1), ($1)', [1]))
      await expect(failed).rejects.toMatchObject({ name: 'UniqueViolation', sql: 'insert into u values ($1), ($1)' })
      const caught = await engine.transaction(async tx => {
        await tx.transaction(inner => inner.execute('select 1 / 0')).catch(() => {})
        return (await tx.execute('select 2 as n')).scalar()
      })
      expect(caught).toBe(2)
    })

    test('is not lost with a first statement that is refused before it is sent', async () => {
      await using engine = createEngine(await driver.database())
      await engine.execute('create table v (n int)')
      const tx = await engine.begin()
      const tooMany = Array.from({ length: 65_536 }, (_, at) => at)
      await expect(tx.execute('select $1', tooMany)).rejects.toThrow('a statement carries at most 65535 values')
      await tx.execute('insert into v values (1)')
      await tx.rollback()
      expect((await engine.execute('select * from v')).rows).toEqual([])
    })

    test('is sent once for statements that are asked for at once', async () => {
      await using engine = createEngine(await driver.database())
      await engine.execute('create table w (n int)')
      const seen = watched()
      await engine
        .transaction(async tx => {
          await Promise.all([1, 2, 3].map(n => tx.execute('insert into w values ($1)', [n])))
          throw new Error('no')
        })
        .catch(() => {})
      expect(seen.flat().filter(text => text === 'begin')).toHaveLength(1)
      expect((await engine.execute('select * from w')).rows).toEqual([])
    })
  })
}
