/** The folder of an embedded database, which one program at a time may have open. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createEngine, EngineError } from '../src/index.ts'
import { lockFile } from '../src/engine/folder-lock.ts'
import { embeddedFolder } from './embedded.ts'

function home(): string {
  const path = mkdtempSync(join(tmpdir(), 'cupel-folder-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }))
  return path
}

function database(): string {
  const folder = join(home(), 'data')
  embeddedFolder(inject('template'), folder)
  return folder
}

const open = (folder: string) => createEngine(`pglite:${folder}`, { pool: { acquireTimeout: 200 } })

async function refusal(folder: string): Promise<string> {
  await using engine = open(folder)
  const error = await engine.execute('select 1').then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof EngineError)) throw new Error('not refused', { cause: error })
  return error.message
}

async function isFree(folder: string): Promise<boolean> {
  await using engine = open(folder)
  return (await engine.execute('select 1 as n')).scalar() === 1
}

test('is kept from others while it is open, and free afterwards', async () => {
  const folder = database()
  const lock = join(folder, lockFile)
  const engine = open(folder)
  await engine.execute('create table kept (id int)')
  expect(await refusal(folder)).toBe(
    `the folder '${folder}' is open in this program already, and one program at a time may have an embedded database; if that is not so, delete '${lock}'`,
  )
  const patient = createEngine(`pglite:${folder}`)
  const waiting = patient.execute('select count(*)::int from kept')
  await engine.dispose()
  expect((await waiting).scalar()).toBe(0)
  await patient.dispose()
  expect(existsSync(lock)).toBe(false)
})

test('is free again when its program has died, and of another machine after a while without a sign of life', async () => {
  const folder = database()
  const lock = join(folder, lockFile)
  const { pid } = spawnSync(process.execPath, ['--version'])
  const left = (owner: object): void => writeFileSync(lock, JSON.stringify(owner))
  left({ pid, machine: hostname(), began: null })
  expect(await isFree(folder)).toBe(true)
  // Its number was given to another process since.
  left({ pid: process.ppid, machine: hostname(), began: '1' })
  expect(await isFree(folder)).toBe(true)
  left({ pid: process.ppid, machine: hostname(), began: null })
  expect(await refusal(folder)).toContain(`is open in process ${process.ppid}, and`)
  left({ pid: 1, machine: 'elsewhere', began: null })
  expect(await refusal(folder)).toContain(`is open in process 1 on 'elsewhere', and`)
  const past = new Date(Date.now() - 61_000)
  utimesSync(lock, past, past)
  expect(await isFree(folder)).toBe(true)
  expect(readdirSync(folder).filter(name => name.startsWith(lockFile))).toEqual([])
})

test('is made with those above it, and never among other files', async () => {
  const path = home()
  expect(await isFree(join(path, 'a', 'b'))).toBe(true)
  mkdirSync(join(path, 'mine'))
  writeFileSync(join(path, 'mine', 'notes.txt'), 'dear')
  expect(await refusal(join(path, 'mine'))).toContain(`it has other files, as 'notes.txt', and no database`)
  expect(readdirSync(join(path, 'mine'))).toEqual(['notes.txt'])
  mkdirSync(join(path, 'half', 'base'), { recursive: true })
  expect(await refusal(join(path, 'half'))).toContain(
    'it has a part of one, which was stopped while it was made; delete it',
  )
  const file = join(path, 'mine', 'notes.txt')
  expect(await refusal(file)).toBe(`there can be no database in the folder '${file}': there is a file in its place`)
})

test('of a database that cannot be opened is named', async () => {
  const folder = database()
  writeFileSync(join(folder, 'PG_VERSION'), '9\n')
  expect(await refusal(folder)).toMatch(
    /^there can be no database in the folder '.*': .*; its database is one of Postgres 9$/,
  )
  expect(existsSync(join(folder, lockFile))).toBe(false)
})
