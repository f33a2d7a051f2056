/** `cupel migrate …`. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { statusLines } from '../src/cli/migrate-status.ts'
import { createEngine } from '../src/index.ts'
import { drivers, pgDriver } from './drivers.ts'
import { project } from './projects.ts'

const files = {
  'migrations/20260101000000_users.up.sql': 'create table users (id int primary key);\n',
  'migrations/20260101000000_users.down.sql': 'drop table users;\n',
  'migrations/20260102000000_names.up.sql': 'alter table users add column name text;\n',
  'migrations/20260102000000_names.down.sql': 'alter table users drop column name;\n',
}

for (const driver of drivers) {
  describe(driver.name, () => {
    test('migrations run, are told of and are undone', async () => {
      const { embedded, inside } = project(files)
      const given = driver.name === 'pg' ? await driver.database() : embedded()
      if (typeof given !== 'string') throw new Error('the tests have no server')
      const migrate = (...argv: string[]) => inside({ DATABASE_URL: given }, 'migrate', ...argv)

      const dry = await migrate('up', '--dry-run')
      expect(dry).toMatchObject({ status: 0, stderr: '' })
      expect(dry.stdout).toContain('-- 20260101000000_users\ncreate table users (id int primary key);\n')
      expect(await migrate('status', '--check')).toMatchObject({
        status: 2,
        stdout: 'pending   20260101000000_users\npending   20260102000000_names\n',
      })

      const up = await migrate('up', '--json')
      expect(up).toMatchObject({ status: 0, stderr: '' })
      expect(JSON.parse(up.stdout)).toMatchObject({
        dryRun: false,
        migrations: [{ name: '20260101000000_users' }, { name: '20260102000000_names' }],
      })
      expect((await migrate('up')).stdout).toBe('nothing to run\n')

      expect((await migrate('down')).stdout).toMatch(/^undone 20260102000000_names {2}\d/)
      const status = await migrate('status')
      expect(status.stdout).toMatch(
        /^applied {3}20260101000000_users {2}\d{4}-\d\d-\d\d [\d:]{8}\npending {3}20260102000000_names\n$/,
      )
      await using engine = createEngine(given)
      expect((await engine.execute('select * from users')).rows).toEqual([])
    })
  })
}

test('a migration that fails exits with 2 and says where', async () => {
  const { inside, embedded, write } = project(files)
  write('migrations/20260103000000_wrong.up.sql', 'select 1;\n\n-- step\nalter table nobody add column x int;\n')
  const { status, stdout, stderr } = await inside({}, 'migrate', 'up', '--url', embedded(), '--json')
  expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('20260103000000_wrong') })
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      name: 'MigrationError',
      migration: '20260103000000_wrong',
      step: 2,
      done: ['20260101000000_users', '20260102000000_names'],
    },
    status: 2,
  })
})

test.skipIf(process.platform === 'win32')(
  'Ctrl-C cancels the statement on the server, and what was done before it stays',
  { timeout: 120_000 },
  async () => {
    const { start, inside, write } = project(files)
    const slow = 'insert into users values (1);\n\n-- step\ninsert into users values (2);\nselect pg_sleep(100);\n'
    write('migrations/20260103000000_slow.up.sql', slow)
    const address = await pgDriver.database()
    await using engine = createEngine(address)
    const child = start({ DATABASE_URL: address }, ['migrate', 'up'])
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', text => (stderr += text))
    const ended = new Promise(resolve => child.on('close', resolve))
    const sleeping = `select count(*)::int from pg_stat_activity where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()`
    while ((await engine.execute(`${sleeping} and state = 'active'`)).scalar() === 0)
      await new Promise(done => setTimeout(done, 50))
    const began = performance.now()
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(performance.now() - began).toBeLessThan(5000)
    expect(stderr).toMatch(/interrupted: .*20260103000000_slow.*step 2.*user request/s)
    expect((await engine.execute(sleeping)).scalar()).toBe(0)
    expect((await engine.execute('select id from users order by id')).scalars()).toEqual([1])

    const status = await inside({ DATABASE_URL: address }, 'migrate', 'status')
    expect(status.stdout).toContain('failed    20260103000000_slow')
    expect(status.stdout).toContain('1 of 2 steps done')
    write('migrations/20260103000000_slow.up.sql', slow.replace('pg_sleep(100)', 'pg_sleep(0)'))
    expect((await inside({ DATABASE_URL: address }, 'migrate', 'up')).stdout).toMatch(/^applied 20260103000000_slow/)
    expect((await engine.execute('select id from users order by id')).scalars()).toEqual([1, 2])
  },
)

test('squash writes one migration in place of all', async () => {
  const { folder, inside } = project(files)
  const { status, stdout } = await inside({}, 'migrate', 'squash', '--title', 'first')
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: [
      'wrote migrations/20260102000000_first.up.sql',
      'in place of 20260101000000_users',
      'in place of 20260102000000_names',
      '',
    ].join('\n'),
  })
  expect(readdirSync(join(folder, 'migrations'))).toEqual(['20260102000000_first.up.sql'])
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

test('what is wrong with a migration stands under it', () => {
  const one = { direction: 'up', appliedAt: null, duration: 0, steps: 3 } as const
  const lines = statusLines(
    [
      { ...one, name: 'a', state: 'failed', problem: null, stepsDone: 1, error: 'no room' },
      { ...one, name: 'bcd', state: 'pending', problem: 'out of order', stepsDone: 0, error: null },
    ],
    { styled: (_, text) => text },
  )
  expect(lines).toEqual([
    'failed    a    1 of 3 steps done',
    '          no room',
    'pending   bcd',
    '          out of order',
  ])
})

test('a migration in TypeScript is read as the schema is, with what Node alone does not read', async () => {
  const { cupel, embedded, write } = project(files)
  write(
    'migrations/20260103000000_fill.ts',
    `import { Names } from './names.js'
import type { MigrationModule } from 'cupel'
export const up: MigrationModule['up'] = async tx => void (await tx.execute('insert into users values (1, $1)', [Names.Ada]))
export const down: MigrationModule['down'] = async tx => void (await tx.execute('delete from users'))
`,
  )
  write('migrations/names.ts', `export enum Names { Ada = 'Ada' }\n`)
  const address = embedded()
  const up = await cupel('migrate', 'up', '--url', address)
  expect(up).toMatchObject({ status: 0, stderr: '' })
  expect(up.stdout).toContain('applied 20260103000000_fill')
  expect((await cupel('migrate', 'down', '--url', address)).stdout).toContain('undone 20260103000000_fill')
  write('migrations/20260103000000_fill.ts', 'export const up = async () => {\n  (}\n')
  const broken = await cupel('migrate', 'up', '--url', address)
  expect(broken.status).toBe(2)
  expect(broken.stderr).toMatch(/20260103000000_fill\.ts' could not be loaded: .*, line 2\n$/)
})

test('a role that may make nothing, or not read a table, is told of what', async () => {
  const { inside, write } = project(files)
  write('schema.js', 'export const schema = { tables: {}, options: {} }')
  const address = await pgDriver.database()
  await using admin = createEngine(address)
  const role = `limited_${process.pid}`
  await admin.execute(`create role ${role} login password 'x'`)
  try {
    await admin.execute('create table theirs (id int)')
    const url = new URL(address)
    url.username = role
    url.password = 'x'
    const up = await inside({}, 'migrate', 'up', '--url', url.href)
    expect(up.status).toBe(2)
    expect(up.stderr).toBe(
      `error: the table 'public.cupel_migrations', which remembers the migrations, could not be made: permission denied for schema public\n`,
    )
    const push = await inside({}, 'push', '--schema', 'schema.js', '--url', url.href)
    expect(push.status).toBe(2)
    expect(push.stderr).toContain(`refused; to take it: --allow drop-table:theirs\n`)
  } finally {
    await admin.execute(`drop role ${role}`)
  }
})

test('what fails where migrations are tried is said to have failed there, and what keeps the statements', async () => {
  const { folder, inside, write } = project(files)
  write(
    'migrations/20260103000000_role.up.sql',
    'create role squashed_away;\ngrant select on users to squashed_away;\n',
  )
  const before = readdirSync(join(folder, 'migrations'))
  const squashed = await inside({}, 'migrate', 'squash')
  expect(squashed.status).toBe(2)
  expect(squashed.stderr).toMatch(/^error: the new migration fails on an empty database.*"squashed_away".* 'steps' /)
  expect(readdirSync(join(folder, 'migrations'))).toEqual(before)
  write('migrations/20260104000000_wrong.up.sql', 'select 1 / 0;\n')
  const failed = await inside({}, 'migrate', 'squash')
  expect(failed.status).toBe(2)
  expect(failed.stderr).toMatch(
    /^on an empty database, made for the while; yours is as it was:\nerror: .*division by zero\n$/,
  )
})
