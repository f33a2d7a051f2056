/** `cupel diff`, `push` and `migrate new`. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { refusal } from '../src/cli/hazards.ts'
import { Output } from '../src/cli/output.ts'
import { planText } from '../src/cli/plan-text.ts'
import { createEngine, type Hazard } from '../src/index.ts'
import { drivers, pgDriver } from './drivers.ts'
import { project } from './projects.ts'

/** A schema is plain data, which this process can load from JavaScript. */
const users = (columns: string): string =>
  `export const schema = { tables: { users: { columns: { id: { type: 'integer', primaryKey: true }, ${columns} } } }, options: {} }`
const files = {
  'one.js': users(`name: { type: 'text', nullable: true }`),
  // What the name has become cannot be seen: there are two that it may be.
  'two.js': users(`full_name: { type: 'text', nullable: true }, nick: { type: 'text', nullable: true }`),
}

for (const driver of drivers) {
  describe(driver.name, () => {
    test('what differs is told with 2, pushed, and gone; what may lose rows needs to be allowed', {
      timeout: 300_000,
    }, async () => {
      const { embedded, inside } = project(files)
      const given = driver.name === 'pg' ? await driver.database() : embedded()
      if (typeof given !== 'string') throw new Error('the tests have no server')
      const cupel = (...argv: string[]) => inside({ DATABASE_URL: given }, ...argv)

      const drift = await cupel('diff', '--schema', 'one.js', '--json')
      expect(drift).toMatchObject({ status: 2, stderr: '' })
      const told = JSON.parse(drift.stdout)
      expect(told).toMatchObject({ changes: [{ kind: 'create table', object: 'users' }], questions: [] })
      expect(Object.keys(told)).toEqual(['changes', 'questions'])
      expect(await cupel('push', '--schema', 'one.js')).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('create table users\n1 change made\n'),
      })
      expect(await cupel('diff', '--schema', 'one.js')).toEqual({ status: 0, stdout: 'no difference\n', stderr: '' })

      // What is asked and refused is no driver's business, and an embedded database is slow to start.
      if (driver.name === 'pglite') return
      {
        await using engine = createEngine(given)
        await engine.execute(`insert into users values (1, 'Ada')`)
      }
      const refused = await cupel('push', '--schema', 'two.js')
      expect(refused).toMatchObject({ status: 2, stdout: '' })
      expect(refused.stderr).toContain('--rename users.name=full_name')
      expect(refused.stderr).toContain('refused; to take it: --allow drop-column:users.name')
      const json = JSON.parse((await cupel('push', '--schema', 'two.js', '--json')).stdout)
      expect(json).toMatchObject({ applied: [], allow: ['drop-column:users.name'] })

      const renamed = await cupel('push', '--schema', 'two.js', '--rename', 'users.name=full_name')
      expect(renamed).toMatchObject({ status: 0, stderr: '' })
      await using engine = createEngine(given)
      expect((await engine.execute('select full_name from users')).rows).toEqual([{ full_name: 'Ada' }])
    })
  })
}

test('several pushes at once make the changes once', { timeout: 300_000 }, async () => {
  const { inside } = project(files)
  const server = { DATABASE_URL: await pgDriver.database() }
  const all = await Promise.all([1, 2, 3, 4].map(() => inside(server, 'push', '--schema', 'one.js')))
  expect(all.map(({ status, stderr }) => [status, stderr])).toEqual(all.map(() => [0, '']))
  expect(all.filter(({ stdout }) => stdout.includes('1 change made'))).toHaveLength(1)
  expect(await inside(server, 'diff', '--schema', 'one.js')).toMatchObject({ status: 0 })
})

test('migrate new writes what the schema says and the migrations do not', { timeout: 300_000 }, async () => {
  const { folder, inside } = project(files)
  const list = () => readdirSync(join(folder, 'migrations')).toSorted()
  // The first on an embedded database, the others beside one of a server.
  const server = { DATABASE_URL: await pgDriver.database() }
  const first = await inside({}, 'migrate', 'new', 'first users', '--schema', 'one.js')
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toMatch(/^wrote migrations\/\d{14}_first_users\.up\.sql\nwrote .*\.down\.sql\n1 change\n$/)
  expect(readFileSync(join(folder, 'migrations', list()[1] ?? ''), 'utf8')).toMatch(/create table .*users/i)

  expect(await inside(server, 'migrate', 'new', 'again', '--schema', 'one.js')).toMatchObject({
    status: 0,
    stdout: 'the migrations lead to the schema already\n',
  })
  const open = await inside(server, 'migrate', 'new', 'names', '--schema', 'two.js')
  expect(open.status).toBe(2)
  expect(open.stderr.trim().split('\n')).toEqual([
    'error: it may be a rename, and nothing says so:',
    '  column users.name is gone, and may have become full_name or nick: say --rename users.name=full_name or --rename users.name=nick or --no-rename users.name',
  ])
  expect(list()).toHaveLength(2)
  // A file is for databases that have rows, whatever there is where it is written.
  const drop = ['migrate', 'new', 'names', '--schema', 'two.js', '--no-rename', 'users.name']
  const refused = await inside(server, ...drop)
  expect(refused).toMatchObject({ status: 2, stdout: '' })
  expect(refused.stderr).toContain('data loss: ')
  expect(refused.stderr).toContain('refused; to take it: --allow drop-column:users.name\n')
  const json = await inside(server, ...drop, '--json', '--allow', 'drop-column:users.nick')
  expect(json.status).toBe(2)
  expect(JSON.parse(json.stdout)).toMatchObject({ name: null, files: [], allow: ['drop-column:users.name'] })
  expect(list()).toHaveLength(2)
  const taken = await inside(server, ...drop, '--allow', 'drop-table:x', '--allow', 'drop-column:users.*')
  expect(taken).toMatchObject({ status: 0, stdout: expect.stringContaining('3 changes\n') })
  const [down = '', up = ''] = list().slice(-2)
  expect(readFileSync(join(folder, 'migrations', up), 'utf8')).toContain(
    '-- hazard, data loss (drop-column:users.name): ',
  )
  for (const file of [down, up]) rmSync(join(folder, 'migrations', file))
  const renamed = await inside(
    server,
    'migrate',
    'new',
    'names',
    '--schema',
    'two.js',
    '--rename',
    'users.name=full_name',
  )
  expect(renamed).toMatchObject({ status: 0, stderr: '' })
  expect(list()).toHaveLength(4)
  expect(readFileSync(join(folder, 'migrations', list().at(-1) ?? ''), 'utf8')).toMatch(
    /rename column .*name.* to .*full_name/,
  )
})

test('migrate new knows the roles that the migrations make', { timeout: 120_000 }, async () => {
  const granted = `raw: { grant: { kind: 'privilege', sql: sql\`grant select on users to reader\` } }`
  const { folder, inside, embedded } = project({
    'one.js': `import { defineSchema, sql, t, table } from 'cupel'
      export default defineSchema({ users: table({ id: t.id() }) }, { ${granted} })`,
    'migrations/20260101000000_roles.up.sql': 'create role reader;\n',
    'migrations/20260101000000_roles.down.sql': 'drop role reader;\n',
  })
  expect(await inside({}, 'migrate', 'new', 'users', '--schema', 'one.js')).toMatchObject({ status: 0, stderr: '' })
  const up = readdirSync(join(folder, 'migrations')).toSorted().at(-1) ?? ''
  expect(readFileSync(join(folder, 'migrations', up), 'utf8')).toContain('grant select on table public.users to reader')
  const url = embedded()
  expect(await inside({}, 'migrate', 'up', '--url', url)).toMatchObject({ status: 0, stderr: '' })
  expect(await inside({}, 'diff', '--schema', 'one.js', '--url', url)).toMatchObject({ status: 0, stderr: '' })
})

test('hazards are taken by a yes, and told before it is asked for', async () => {
  const hazards: Hazard[] = [
    { kind: 'data loss', allow: 'drop-column:users.name', message: 'its values are gone', rows: 'users' },
    { kind: 'irreversible', allow: `drop-extension:o'clock`, message: 'what it keeps is lost', rows: null },
  ]
  const asked = async (answer: boolean | null) => {
    let told = ''
    const err = {
      write: (text: string) => {
        told += text
      },
    }
    const output = new Output({ out: err, err, env: {}, json: false })
    const ask = async (question: string) => {
      told += question
      return answer === true
    }
    const ended = await refusal(
      { output, ask: answer === null ? null : ask },
      { changes: [], back: [], questions: [] },
      hazards,
      'Do it?',
    )
    return { ended, told }
  }
  const lines = [
    '! data loss: its values are gone (drop-column:users.name)',
    `! irreversible: what it keeps is lost (drop-extension:o'clock)`,
  ].join('\n')
  expect(await asked(true)).toEqual({ ended: null, told: `\n\n${lines}\nDo it?` })
  expect(await asked(false)).toMatchObject({ ended: { ending: 'declined' } })
  expect(await asked(null)).toEqual({
    ended: { ending: 'failed', text: '' },
    told: `${lines}\nrefused; to take them: --allow drop-column:users.name --allow 'drop-extension:o'\\''clock'\n`,
  })
})

test('an empty migration is for a person to fill in', async () => {
  const { folder, inside } = project()
  expect((await inside({}, 'migrate', 'new', 'by hand', '--empty')).status).toBe(0)
  expect(readdirSync(join(folder, 'migrations')).map(name => name.slice(14))).toEqual([
    '_by_hand.down.sql',
    '_by_hand.up.sql',
  ])
  expect((await inside({}, 'diff', '--url', 'pglite:', '--rename', 'users')).stderr).toContain('this needs a schema')
})

test('a change is printed with its SQL, its locks and its hazards', () => {
  const plain = { styled: (_: unknown, text: string) => text }
  const text = planText(
    {
      changes: [
        {
          kind: 'drop column',
          object: 'users.name',
          sql: 'alter table "users"\n  drop column "name"',
          inverse: null,
          locks: [{ mode: 'ACCESS EXCLUSIVE', on: 'users' }],
          rewrites: false,
          scans: true,
          transaction: 'shared',
          hazards: [
            { kind: 'data loss', allow: 'drop-column:users.name', message: 'its values are gone', rows: 'users' },
          ],
        },
      ],
    },
    plain,
  )
  expect(text).toBe(
    [
      '- drop column users.name',
      '    alter table "users"',
      '      drop column "name"',
      '    lock ACCESS EXCLUSIVE on users',
      '    reads all rows',
      '    ! data loss: its values are gone (drop-column:users.name)',
    ].join('\n'),
  )
})

/** `script` runs a program on a terminal of its own. */
const script = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? ''

test.skipIf(!script.includes('util-linux'))(
  'on a terminal hazards are asked about, and no is 3',
  { timeout: 300_000 },
  async () => {
    const { terminal } = project(files)
    const address = await pgDriver.database()
    await using engine = createEngine(address)
    await engine.execute(
      `create table users (id integer primary key); insert into users values (1); create table other (id integer primary key); insert into other values (1)`,
    )
    const argv = ['push', '--schema', 'one.js', '--url', address]
    const declined = terminal({}, 'n\n', ...argv)
    expect(declined.output).toContain('all the same? [y/N]')
    expect(declined.output).toContain('\u001B[')
    expect(declined.status).toBe(3)
    expect((await engine.execute('select id from other')).rowCount).toBe(1)
    const plain = terminal({ NO_COLOR: '1' }, 'y\n', ...argv)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what begins a colour
    expect(plain.output).not.toMatch(/\u001B\[[\d;]+m/)
    expect(plain.status).toBe(0)
    expect((await engine.execute(`select to_regclass('other') as other`)).scalar()).toBeNull()
  },
)

test('push says what it waits for', async () => {
  const { inside } = project(files)
  const address = await pgDriver.database()
  await using engine = createEngine(address)
  expect((await inside({}, 'push', '--url', address, '--schema', 'one.js')).status).toBe(0)
  await using held = await engine.connect()
  const begun = await held.begin()
  await begun.execute('lock table users in access share mode')
  const pushing = inside(
    {},
    'push',
    '--url',
    address,
    '--schema',
    'two.js',
    '--allow',
    '*',
    '--no-rename',
    'users.name',
  )
  await new Promise(resolve => setTimeout(resolve, 3800))
  await begun.rollback()
  const { status, stderr } = await pushing
  expect(status).toBe(0)
  expect(stderr).toMatch(
    /^\w+ column users\.\w+ is tried again in [\d.]+ m?s: canceling statement due to lock timeout$/m,
  )
})
