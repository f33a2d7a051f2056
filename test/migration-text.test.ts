import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { migrationText } from '../src/index.ts'
import { readSteps } from '../src/metadata/migrate/read-steps.ts'
import { writeMigration } from '../src/metadata/migrate/write-migration.ts'
import type { Change } from '../src/schema/change.ts'
import { drivers } from './drivers.ts'
import { folder, open, refusal } from './migration-folder.ts'

const plain = { locks: [], rewrites: false, scans: false, hazards: [], transaction: 'shared' } as const

const changes: readonly Change[] = [
  {
    ...plain,
    kind: 'create table',
    object: 'teams',
    sql: 'create table teams (id int primary key);',
    inverse: 'drop table teams',
  },
  {
    ...plain,
    kind: 'add column',
    object: 'users.team_id',
    sql: 'alter table users add column team_id int',
    inverse: 'alter table users drop column team_id',
    locks: [{ mode: 'ACCESS EXCLUSIVE', on: 'users' }],
  },
  {
    ...plain,
    kind: 'create index',
    object: 'users_by_team',
    sql: 'create index concurrently users_by_team on users (team_id)',
    inverse: 'drop index concurrently users_by_team',
    locks: [{ mode: 'SHARE UPDATE EXCLUSIVE', on: 'users' }],
    scans: true,
    transaction: 'none',
  },
  {
    ...plain,
    kind: 'change type',
    object: 'users.age',
    sql: 'alter table users alter column age type bigint',
    inverse: 'alter table users alter column age type integer',
    locks: [{ mode: 'ACCESS EXCLUSIVE', on: 'users' }],
    rewrites: true,
    hazards: [
      { kind: 'blocks', allow: 'change-type:users.age', message: 'nobody reads users\nmeanwhile', rows: 'users' },
    ],
    transaction: 'own',
  },
]
const lost: Change = {
  ...plain,
  kind: 'drop column',
  object: 'users.name',
  sql: 'alter table users drop column name',
  inverse: null,
  hazards: [{ kind: 'data loss', allow: 'drop-column:users.name', message: 'the names are gone', rows: 'users' }],
}

describe('the text of a migration', () => {
  test('says of each change what it does, locks and risks, and has a step for each transaction', () => {
    expect(migrationText({ changes }).up).toBe(`-- create table teams
create table teams (id int primary key);

-- add column users.team_id
-- lock: ACCESS EXCLUSIVE on users
alter table users add column team_id int;

-- step
-- create index users_by_team
-- lock: SHARE UPDATE EXCLUSIVE on users
-- reads all rows
create index concurrently users_by_team on users (team_id);

-- step
-- change type users.age
-- lock: ACCESS EXCLUSIVE on users
-- writes all rows anew
-- hazard, blocks (change-type:users.age): nobody reads users meanwhile
alter table users alter column age type bigint;
`)
  })

  test('leads back in the reverse order', () => {
    expect(migrationText({ changes }).down).toBe(`-- undo: change type users.age
alter table users alter column age type integer;

-- step
-- undo: create index users_by_team
drop index concurrently users_by_team;

-- step
-- undo: add column users.team_id
alter table users drop column team_id;

-- undo: create table teams
drop table teams;
`)
  })

  test('an inverse that Postgres takes in no transaction has a step of its own, and one that it takes has a transaction', () => {
    const drop = {
      ...plain,
      kind: 'drop index',
      object: 'i',
      sql: 'drop index concurrently i',
      transaction: 'none',
    } as const
    const { down } = migrationText({
      changes: [
        { ...drop, inverse: 'create index concurrently i on users (age)' },
        { ...drop, inverse: 'create index i on users (age)' },
        {
          ...plain,
          kind: 'drop index',
          object: 'j',
          sql: 'drop index j',
          inverse: 'create index concurrently j on users (age)',
        },
      ],
    })
    expect(readSteps('x.down.sql', down).steps.map(one => one.transaction)).toEqual(['none', 'own', 'none'])
  })

  test('a change without an inverse is named in the way down, between those that have one', () => {
    const { down } = migrationText({ changes: [...changes.slice(0, 1), lost, ...changes.slice(1, 2)] })
    expect(down).toBe(`-- undo: add column users.team_id
alter table users drop column team_id;

-- irreversible: drop column users.name

-- undo: create table teams
drop table teams;
`)
    expect(readSteps('x.down.sql', down).irreversible).toEqual(['drop column users.name'])
  })

  test('a name with a line break stays in its comment', () => {
    const { up } = migrationText({ changes: [{ ...lost, object: 'users.a\n; drop table users; --\r\n-- step' }] })
    expect(readSteps('x.up.sql', up).steps.flatMap(one => one.statements.map(statement => statement.text))).toEqual([
      lost.sql,
    ])
  })
})

for (const driver of drivers) {
  test(`the text leads up and down, and not down past what has no way back, on ${driver.name}`, async () => {
    const engine = await open(driver)
    await engine.execute('create table users (id int, name text, age int)')
    const before = await engine.metadata.reflect({ schemas: ['public'] })
    const migrations = engine.metadata.migrations(folder({}), { schema: 'deploy' })
    const { name } = await migrations.write({ title: 'join teams', ...migrationText({ changes }) })
    expect(name).toMatch(/^\d{14}_join_teams$/)
    expect((await migrations.up()).migrations[0]?.steps).toHaveLength(3)
    expect(await engine.metadata.reflect({ schemas: ['public'] })).not.toEqual(before)
    await migrations.down()
    expect(await engine.metadata.reflect({ schemas: ['public'] })).toEqual(before)

    const other = engine.metadata.migrations(folder({}))
    const create = { ...plain, kind: 'create table', object: 'a', sql: 'create table a ()', inverse: 'drop table a' }
    await other.write({ title: 'lose', ...migrationText({ changes: [create, lost] }) })
    await other.up()
    expect((await refusal(other.down())).message).toContain('cannot be undone: drop column users.name')
    expect((await engine.execute("select to_regclass('a')::text")).scalar()).toBe('a')
  })
}

describe('a new migration', () => {
  test('comes after all others, and writes over nothing', async () => {
    const path = join(folder({}), 'new', 'folder')
    const at = new Date('2026-11-25T21:59:59Z')
    const first = await writeMigration(path, { title: 'one', up: 'select 1', down: 'select 2', at })
    expect(first).toEqual({
      name: '20261125215959_one',
      files: [join(path, '20261125215959_one.up.sql'), join(path, '20261125215959_one.down.sql')],
    })
    expect(readFileSync(first.files[0] ?? '', 'utf8')).toBe('select 1')
    expect((await writeMigration(path, { title: 'one', up: 'select 1', at })).name).toBe('20261125220000_one')
    expect((await refusal(writeMigration(path, { title: 'a/b', up: '' }))).code).toBe('migrationTitle')
    expect((await refusal(writeMigration(path, { title: 'c', up: 'select 1', down: 'commit' }))).code).toBe(
      'stepTransaction',
    )
  })
})
