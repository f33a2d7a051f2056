/** Empty databases beside one that an engine is on. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PGlite } from '@electric-sql/pglite'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { type Beside, beside, type Use } from '../src/engine/beside.ts'
import { type EngineCore, targetOf } from '../src/engine/engine.ts'
import { createEngine, type Engine } from '../src/index.ts'
import { drivers, pgliteDriver } from './drivers.ts'
import { embeddedDatabase } from './embedded.ts'

/** It is disposed of after the test, if not before. */
async function lent(engine: Engine, use: Use): Promise<Beside> {
  const made = await beside(engine, use)
  let isLent = true
  const dispose = async (): Promise<void> => {
    if (isLent) await made.dispose()
    isLent = false
  }
  onTestFinished(dispose)
  return { ...made, dispose }
}

async function tables(engine: EngineCore): Promise<unknown[]> {
  const { rows } = await engine.execute(`select relname from pg_class where relnamespace = 'public'::regnamespace`)
  return rows
}

for (const driver of drivers) {
  describe(`a database beside another: ${driver.name}`, () => {
    const host = async (): Promise<Engine> => {
      const engine = createEngine(await driver.database())
      onTestFinished(() => engine.dispose())
      return engine
    }

    test('is empty, of the same kind, and what is written there is seen nowhere else', async () => {
      const engine = await host()
      await engine.execute('create table own (id int)')
      const first = await lent(engine, 'written')
      expect(first.isAlike).toBe(true)
      expect(await tables(first.engine)).toEqual([])
      await first.engine.execute('create table things (id int)')
      const second = await lent(engine, 'written')
      expect(await tables(second.engine)).toEqual([])
      await first.dispose()
      for (const use of ['rolled back', 'written'] as const)
        expect(await tables((await lent(engine, use)).engine)).toEqual([])
      expect(await tables(engine)).toEqual([{ relname: 'own' }])
      const version = 'show server_version'
      expect((await second.engine.execute(version)).rows).toEqual((await engine.execute(version)).rows)
    })
  })
}

describe('an embedded database beside another', () => {
  const host = async (): Promise<Engine> => createEngine(await pgliteDriver.database())
  const opened = (made: Beside): PGlite => targetOf(made.engine) as PGlite
  const madeAs = async (made: Beside): Promise<unknown> =>
    (await made.engine.execute('select system_identifier from pg_control_system()')).scalar()

  test('is a copy of the first', async () => {
    const engine = await host()
    const all = await Promise.all([lent(engine, 'written'), lent(engine, 'written'), lent(engine, 'rolled back')])
    expect(new Set(await Promise.all(all.map(madeAs))).size).toBe(1)
  })

  test.each(['written', 'rolled back'] as const)('is closed when it is disposed of: %s', async use => {
    const made = await lent(await host(), use)
    await made.dispose()
    expect(opened(made).closed).toBe(true)
  })

  // A busy machine may take that long: a fault shows each time.
  test('keeps no process alive', { retry: 2 }, () => {
    const at = (file: string): string => JSON.stringify(pathToFileURL(join(inject('compiled'), 'src', file)).href)
    const program = `
      import { createEngine, defineSchema, t, table } from ${at('index.js')}
      const engine = createEngine('pglite:', { schema: defineSchema({ users: table({ id: t.id() }) }) })
      await engine.metadata.createAll()
      await engine.metadata.diff()
      await engine.dispose()
      const end = performance.now()
      process.on('exit', () => console.log(Math.round(performance.now() - end)))`
    const argv = ['--input-type=module', '-e', program]
    const { status, stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: 50_000 })
    expect(status).toBe(0)
    expect(Number(stdout)).toBeLessThan(3000)
  })

  test('has the extensions of the other at hand', async () => {
    const given = await embeddedDatabase(inject('template'), { extensions: { citext } })
    onTestFinished(() => given.close())
    await given.exec('create extension citext; create table things (name citext)')
    const engine = createEngine(given)
    for (const use of ['written', 'rolled back'] as const) {
      const made = await lent(engine, use)
      expect(await tables(made.engine)).toEqual([])
      await made.engine.execute('create extension citext')
      await made.dispose()
      expect(opened(made).closed).toBe(true)
    }
    expect(given.closed).toBe(false)
  })
})
