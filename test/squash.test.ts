import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createEngine } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import { pgDriver } from './drivers.ts'
import { folder, open, refusal, write } from './migration-folder.ts'

const files = {
  '20260101000000_users.up.sql': 'create table users (id int primary key, name text, old text);',
  '20260101000000_users.down.sql': 'drop table users;',
  '20260102000000_email.up.sql':
    'alter table users add email text;\n-- step\ncreate index concurrently by_email on users (email);\n-- step\nalter table users drop old',
  '20260102000000_email.down.sql': 'alter table users add old text;\n-- step\ndrop index concurrently by_email;',
  '20260103000000_teams.up.sql':
    "create table teams (id int);\ncomment on table teams is '-- replaces: nothing';\n-- replaces: no more\ncreate view names as select name from users",
}
const names = ['20260101000000_users', '20260102000000_email', '20260103000000_teams']
const data = { '20260102000001_ada.up.sql': "insert into users (id, name) values (1, 'Ada')" }

// A server's databases are quicker to make than embedded ones.
const scratch = async (): Promise<ReturnType<typeof createEngine>> => createEngine(await pgDriver.database())

describe('squash', () => {
  test('writes what migrations lead to as one, which databases that have them take without running it', {
    timeout: 240_000,
  }, async () => {
    const engine = await open(pgDriver)
    const path = folder(files)
    const migrations = engine.metadata.migrations(path, { schema: 'deploy' })
    await migrations.up()
    const before = await engine.metadata.reflect()
    const { files: written, ...squashed } = await migrations.squash()
    expect(squashed).toEqual({ name: '20260103000000_squashed', replaced: names })
    expect(written).toEqual([join(path, '20260103000000_squashed.up.sql')])
    expect(readdirSync(path)).toEqual(['20260103000000_squashed.up.sql'])
    const text = readFileSync(written[0] ?? '', 'utf8')
    expect(text).toMatch(
      /^-- replaces: 20260101000000_users\n-- replaces: 20260102000000_email\n-- replaces: 20260103000000_teams\n\n/,
    )
    expect(text).toMatch(/^create table "users" \(/m)
    expect(text).not.toContain('alter table users')

    expect(await migrations.status()).toMatchObject([{ name: squashed.name, state: 'squashed', problem: null }])
    expect(await migrations.up({ dryRun: true })).toEqual({ migrations: [], recorded: [squashed.name] })
    expect(await migrations.up()).toEqual({ migrations: [], recorded: [squashed.name] })
    expect(await migrations.status()).toMatchObject([{ name: squashed.name, state: 'applied', problem: null }])
    expect(await migrations.up()).toEqual({ migrations: [], recorded: [] })

    const fresh = await open(pgDriver)
    await fresh.metadata.migrations(path, { schema: 'deploy' }).up()
    expect(await fresh.metadata.reflect()).toEqual(before)
  })

  test('as a schema leads down too, where older ones stay', async () => {
    const engine = await open(pgDriver)
    const path = folder({
      ...files,
      '20260104000000_keys.up.sql':
        'create index on teams (id);\nalter table users add column n int not null default 1, add unique (email)',
    })
    const migrations = engine.metadata.migrations(path)
    await migrations.up({ to: names[0] })
    const before = await engine.metadata.reflect()
    const { name } = await migrations.squash({ from: names[1], as: 'schema', scratch })
    await migrations.up()
    expect(await migrations.status()).toMatchObject([{}, { name, state: 'applied' }])
    expect(await engine.metadata.reflect()).not.toEqual(before)
    await migrations.down()
    expect(diff(await engine.metadata.reflect(), before, 150000)).toEqual([])
  })

  test('keeps steps, rows and the way down where it is asked to, or where older ones stay', async () => {
    const engine = await open(pgDriver)
    const path = folder({ ...files, ...data })
    const migrations = engine.metadata.migrations(path)
    await migrations.up({ to: names[0] })
    const squashed = await migrations.squash({ from: names[1], to: '20260102000001_ada', title: 'people', scratch })
    expect(squashed).toMatchObject({ name: '20260102000001_people', replaced: [names[1], '20260102000001_ada'] })
    expect(readdirSync(path)).toEqual([
      '20260101000000_users.down.sql',
      '20260101000000_users.up.sql',
      '20260102000001_people.up.sql',
      '20260103000000_teams.up.sql',
    ])
    expect((await migrations.up()).migrations.map(one => [one.name, one.steps.length])).toEqual([
      ['20260102000001_people', 4],
      [names[2], 1],
    ])
    expect((await engine.execute('select name from users')).scalars()).toEqual(['Ada'])

    const both = folder(files)
    await engine.metadata.migrations(both).squash({ to: names[1], as: 'steps', scratch })
    expect(readFileSync(join(both, '20260102000000_squashed.down.sql'), 'utf8')).toBe(
      '-- 20260102000000_email\nalter table users add old text;\n-- step\ndrop index concurrently by_email;\n\n-- step\n-- 20260101000000_users\ndrop table users;\n',
    )
    const other = await open(pgDriver)
    const again = other.metadata.migrations(both)
    await again.up()
    await again.down({ to: null, steps: 5 }).catch(error => expect(error.code).toBe('migrationNoDown'))
    write(both, { '20260103000000_teams.down.sql': 'drop view names; drop table teams' })
    await again.down({ to: null })
    expect((await other.execute("select to_regclass('users')::text")).scalar()).toBeNull()
  })

  test('is refused where rows would be lost, and writes nothing', async () => {
    const engine = await open(pgDriver)
    const path = folder({ ...files, ...data })
    const migrations = engine.metadata.migrations(path)
    expect((await refusal(migrations.squash({ scratch }))).message).toBe(
      'the new migration does not lead where the old ones do: table public.users has 0 rows, not 1; nothing was written',
    )
    expect((await refusal(migrations.squash({ from: names[1], as: 'schema', scratch }))).code).toMatch(
      /^(squashDiffers|migrationFailed)$/,
    )
    expect(readdirSync(path)).toHaveLength(6)
    await migrations.squash({ as: 'steps', scratch })
    expect(readdirSync(path)).toEqual(['20260103000000_squashed.up.sql'])
    // What a file among them stood for is no affair of the new one.
    expect(readFileSync(join(path, '20260103000000_squashed.up.sql'), 'utf8').match(/^-- replaces: .*$/gm)).toEqual(
      [...names.slice(0, 2), '20260102000001_ada', names[2]].map(name => `-- replaces: ${name}`),
    )
  })

  test('takes no program, no single one, and no name that is taken', async () => {
    const engine = await open(pgDriver)
    const code = { '20260104000000_fill.mjs': "export const up = async tx => void await tx.execute('select 1')" }
    const migrations = engine.metadata.migrations(folder({ ...files, ...code }))
    expect((await refusal(migrations.squash({ as: 'steps', scratch }))).code).toBe('squashCode')
    expect((await refusal(migrations.squash({ from: names[2], to: names[1] }))).code).toBe('squashNothing')
    expect((await refusal(migrations.squash({ to: names[0] }))).code).toBe('squashNothing')
    expect((await refusal(migrations.squash({ to: names[2], title: 'teams' }))).code).toBe('migrationExists')
    expect((await refusal(migrations.squash({ title: '/' }))).code).toBe('migrationTitle')
    expect((await refusal(migrations.squash({ to: 'users' }))).code).toBe('unknownMigration')
    // What a program does to the schema can be written as one.
    await migrations.squash({ scratch })
  })

  test('a database that has some of what one stands for is told to apply the rest first', async () => {
    const engine = await open(pgDriver)
    const path = folder(files)
    const migrations = engine.metadata.migrations(path)
    await migrations.up({ to: names[1] })
    await migrations.squash({ scratch })
    expect(await migrations.status()).toMatchObject([{ state: 'pending', problem: 'half squashed' }])
    expect((await refusal(migrations.up())).message).toBe(
      `migration '20260103000000_squashed' stands for others, of which '${names[0]}' is applied and '${names[2]}' is not; apply those first`,
    )
  })
})
