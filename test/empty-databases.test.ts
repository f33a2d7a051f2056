/** Embedded databases that begin as copies of one. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { PGlite } from '@electric-sql/pglite'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { EmptyDatabases } from '../src/engine/empty-databases.ts'

/** A folder that is gone after the test. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cupel-empty-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function open(databases: EmptyDatabases): Promise<PGlite> {
  const database = await databases.open()
  onTestFinished(async () => {
    if (!database.closed) await database.close()
  })
  return database
}

/** What `initdb` gave to the database, which its copies have too. */
async function madeAs(database: PGlite): Promise<unknown> {
  const { rows } = await database.query('select system_identifier::text as made from pg_control_system()')
  return rows[0]
}

async function tables(database: PGlite): Promise<unknown> {
  const { rows } = await database.query(`select relname from pg_class where relnamespace = 'public'::regnamespace`)
  return rows
}

describe('empty databases', () => {
  test('asked for at once and later are copies of one, and know nothing of each other', async () => {
    const databases = new EmptyDatabases(null)
    const [first, second] = await Promise.all([open(databases), open(databases)])
    await first.exec('create table things (id int); create role somebody')
    await second.exec('create table others (id int)')
    const third = await open(databases)
    expect(await madeAs(second)).toEqual(await madeAs(first))
    expect(await madeAs(third)).toEqual(await madeAs(first))
    expect([await tables(first), await tables(second), await tables(third)]).toEqual([
      [{ relname: 'things' }],
      [{ relname: 'others' }],
      [],
    ])
    expect((await third.query(`select rolname from pg_roles where rolname = 'somebody'`)).rows).toEqual([])
  })

  test('are begun by another process from the file that the first has written', async () => {
    const path = folder()
    const first = await open(new EmptyDatabases(path))
    await first.exec('create table things (id int)')
    const [file = '', ...rest] = readdirSync(path)
    expect(file).toMatch(/^empty-\d+\.\d+\.\d+.*\.tar\.gz$/)
    expect(rest).toEqual([])
    const second = await open(new EmptyDatabases(path))
    expect(await madeAs(second)).toEqual(await madeAs(first))
    expect(await tables(second)).toEqual([])

    // A part of it, and what is no database: it is made anew, and written.
    const whole = readFileSync(join(path, file))
    for (const wrong of [whole.subarray(0, whole.length / 2), gzipSync(gunzipSync(whole).subarray(0, 1536))]) {
      writeFileSync(join(path, file), wrong)
      const other = await open(new EmptyDatabases(path))
      expect(await madeAs(other)).not.toEqual(await madeAs(first))
      expect(readFileSync(join(path, file)).length).toBeGreaterThan(whole.length / 2)
      await other.close()
    }
    expect(readdirSync(path)).toEqual([file])
  })

  test('are made where nothing can be written', async () => {
    const path = join(folder(), 'file')
    writeFileSync(path, '')
    const databases = new EmptyDatabases(join(path, 'below'))
    expect(await madeAs(await open(databases))).toEqual(await madeAs(await open(databases)))
  })

  // A busy machine may take that long: a fault shows each time.
  test('keep no process alive', { retry: 2 }, () => {
    const url = pathToFileURL(join(inject('compiled'), 'src/engine/empty-databases.js')).href
    const program = `
      import { EmptyDatabases } from ${JSON.stringify(url)}
      const databases = new EmptyDatabases()
      await (await databases.open()).close()
      const end = performance.now()
      process.on('exit', () => console.log(Math.round(performance.now() - end)))`
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    expect(status).toBe(0)
    // The copy is kept in memory for five seconds.
    expect(Number(stdout)).toBeLessThan(4000)
  })
})
