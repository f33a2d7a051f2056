import { afterEach, describe, expect, test, vi } from 'vitest'
import { createEngine, type Engine } from '../src/index.ts'
import type { Transaction } from '../src/engine/transaction.ts'
import { WireConnection } from '../src/engine/wire-connection.ts'
import { drivers } from './drivers.ts'

/** A savepoint that is ended by hand. */
const savepoint = (tx: object): Promise<Transaction> => (tx as Transaction).begin()

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

  describe(`a savepoint on ${driver.name}`, () => {
    afterEach(() => vi.restoreAllMocks())
    const opened = async () => {
      const engine = createEngine(await driver.database())
      await engine.execute('create table s (n int primary key)')
      return engine
    }
    const numbers = async (engine: Engine) =>
      (await engine.execute<{ n: number }>('select n from s order by n')).rows.map(({ n }) => n)

    test('goes with its first statement, and its end with what comes next', async () => {
      await using engine = await opened()
      const seen = watched()
      await engine.transaction(async tx => {
        await tx.transaction(inner => inner.execute('insert into s values (1)'))
        await tx.transaction(inner => inner.transaction(inmost => inmost.execute('insert into s values (2)')))
        await tx.execute('insert into s values (3)')
        await tx.transaction(inner => inner.execute('insert into s values (4)'))
      })
      expect(seen).toEqual([
        ['begin', 'savepoint "cupel_1"', 'insert into s values (1)'],
        ['release savepoint "cupel_1"', 'savepoint "cupel_2"', 'savepoint "cupel_3"', 'insert into s values (2)'],
        ['release savepoint "cupel_3"', 'release savepoint "cupel_2"', 'insert into s values (3)'],
        ['savepoint "cupel_4"', 'insert into s values (4)'],
        ['commit'],
      ])
      expect(await numbers(engine)).toEqual([1, 2, 3, 4])
    })

    test('without a statement is never sent', async () => {
      await using engine = await opened()
      const seen = watched()
      await engine.transaction(async tx => {
        await tx.transaction(async inner => {
          await inner.transaction(async () => 'nothing')
        })
        await (await savepoint(tx)).rollback()
        await tx.execute('insert into s values (1)')
        const left = await savepoint(tx)
        await (await savepoint(left)).commit()
        await left.rollback()
      })
      expect(seen).toEqual([['begin', 'insert into s values (1)'], ['commit']])
    })

    test('is undone alone, whatever became of its statements', async () => {
      await using engine = await opened()
      await engine.transaction(async tx => {
        await tx.transaction(inner => inner.execute('insert into s values (1)'))
        // The first statement fails, a later one fails, none fails, and what is inside has ended before.
        for (const works of [
          ['select 1 / 0'],
          ['insert into s values (2)', 'select 1 / 0'],
          ['insert into s values (3)'],
        ]) {
          const inner = await savepoint(tx)
          for (const work of works) await inner.execute(work).catch(() => {})
          await inner.rollback()
        }
        const outer = await savepoint(tx)
        await outer.transaction(inner => inner.execute('insert into s values (4)'))
        await outer.rollback()
        await tx.execute('insert into s values (5)')
      })
      expect(await numbers(engine)).toEqual([1, 5])
    })

    test('is not lost with a first statement that is refused before it is sent, and undoes what follows', async () => {
      await using engine = await opened()
      const tooMany = Array.from({ length: 65_536 }, (_, at) => at)
      await engine.transaction(async tx => {
        await tx.execute('insert into s values (1)')
        const inner = await savepoint(tx)
        await expect(inner.execute('select $1', tooMany)).rejects.toThrow('a statement carries at most 65535 values')
        await inner.execute('insert into s values (2)')
        await inner.rollback()
      })
      expect(await numbers(engine)).toEqual([1])
    })

    test('cannot end well, or begin, after a statement that failed and was not undone', async () => {
      await using engine = await opened()
      const tx = await engine.begin()
      const inner = await savepoint(tx)
      await inner.execute('select 1 / 0').catch(() => {})
      await expect(savepoint(inner)).rejects.toThrow('aborted')
      await expect(inner.commit()).rejects.toThrow('aborted')
      await tx.rollback()
    })

    test('keeps rows that were read in pieces, and copied, inside it', async () => {
      await using engine = await opened()
      await engine.transaction(async tx => {
        const inner = await savepoint(tx)
        for await (const { n } of inner.stream<{ n: number }>('select generate_series(1, 3) as n')) {
          await inner.transaction(inmost => inmost.execute('insert into s values ($1)', [n]))
        }
        await inner.rollback()
        const other = await savepoint(tx)
        await other.executeMany('insert into s values ($1)', [[7], [8]])
        await other.commit()
      })
      expect(await numbers(engine)).toEqual([7, 8])
    })
  })
}
