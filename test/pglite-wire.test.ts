/** What an engine shares with others who use the same PGlite. */
import { expect, onTestFinished, test } from 'vitest'
import { EngineCore } from '../src/engine/engine.ts'
import { pgliteDriver } from './drivers.ts'

test('those who listen on the PGlite hear, once, what statements of the engine notify', async () => {
  const database = await pgliteDriver.database()
  await using engine = new EngineCore(database)
  const heard: string[] = []
  const unlisten = await database.listen('news', payload => heard.push(payload))
  onTestFinished(() => unlisten())
  await engine.execute(`select pg_notify('news', 'now')`)
  await engine.inTransaction(async tx => {
    await tx.execute(`select pg_notify('news', $1)`, ['in a transaction'])
    expect(heard).toEqual(['now'])
  })
  await engine
    .inTransaction(tx => tx.execute(`select pg_notify('news', 'undone')`).then(() => tx.rollback()))
    .catch(() => {})
  await engine.execute(`select pg_notify('other', 'not heard')`)
  expect(heard).toEqual(['now', 'in a transaction'])
})

test('the PGlite is used by others between statements of the engine', async () => {
  const database = await pgliteDriver.database()
  await using engine = new EngineCore(database)
  await using second = new EngineCore(database, { prepare: false })
  for (let n = 0; n < 3; n++) {
    expect((await engine.execute('select $1::int8 as n', [n])).scalar()).toBe(BigInt(n))
    expect((await database.query('select $1::int8 as n', [n])).rows).toEqual([{ n }])
    expect((await second.execute('select $1::int8 as n', [n])).scalar()).toBe(BigInt(n))
    await expect(database.query('select 1 / 0')).rejects.toThrow('division by zero')
    await expect(engine.execute('select 1 / 0')).rejects.toThrow('division by zero')
    await database.exec('deallocate all')
  }
})

test('an engine leaves nothing prepared on a PGlite that stays open', async () => {
  const database = await pgliteDriver.database()
  const engine = new EngineCore(database)
  await engine.execute('select 1 as n')
  const names = `select statement from pg_prepared_statements where name like 'cupel_%'`
  expect((await database.query(names)).rows).toEqual([{ statement: 'select 1 as n' }])
  await engine.dispose()
  expect((await database.query(names)).rows).toEqual([])
})

test('large answers come in pieces of memory that is used again', async () => {
  await using engine = new EngineCore(await pgliteDriver.database())
  for (let run = 0; run < 3; run++) {
    const { rows } = await engine.execute<{ n: number; word: string; bytes: Uint8Array }>(
      `select n, repeat(chr(64 + n % 20), n) as word, decode(repeat('0a', n), 'hex') as bytes from generate_series(1, 400) n`,
    )
    for (const { n, word, bytes } of rows) {
      expect(word).toBe(String.fromCharCode(64 + (n % 20)).repeat(n))
      expect(bytes).toEqual(new Uint8Array(n).fill(10))
    }
  }
})

test('a statement that waits for rows to copy is refused, and the connection is clean', async () => {
  await using engine = new EngineCore(await pgliteDriver.database())
  await engine.execute('create table things (id int)')
  await expect(engine.execute('copy things from stdin')).rejects.toThrow()
  expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
}, 10_000)
