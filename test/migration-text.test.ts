import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defineSchema, migrationText, t, table } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import { readSteps } from '../src/metadata/migrate/read-steps.ts'
import { writeMigration } from '../src/metadata/migrate/write-migration.ts'
import type { Change } from '../src/schema/change.ts'
import { drivers } from './drivers.ts'
import { folder, refusal } from './migration-folder.ts'

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

const back = changes
  .toReversed()
  .map(one => ({ ...plain, ...one, sql: one.inverse ?? '', inverse: one.sql, hazards: [] }))

describe('the text of a migration', () => {
  test('says of each change what it does, locks and risks, and has a step for each transaction', () => {
    expect(migrationText({ changes, back }).up).toBe(`-- create table teams
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

  test('leads back by the changes of the way back', () => {
    expect(migrationText({ changes, back }).down).toBe(`-- change type users.age
-- lock: ACCESS EXCLUSIVE on users
-- writes all rows anew
alter table users alter column age type integer;

-- step
-- create index users_by_team
-- lock: SHARE UPDATE EXCLUSIVE on users
-- reads all rows
drop index concurrently users_by_team;

-- step
-- add column users.team_id
-- lock: ACCESS EXCLUSIVE on users
alter table users drop column team_id;

-- create table teams
drop table teams;
`)
  })

  test('a name with a line break stays in its comment', () => {
    const object = 'users.a\n; drop table users; --\r\n-- step'
    const { up } = migrationText({ changes: [{ ...lost, object }], back: [] })
    expect(readSteps('x.up.sql', up).steps.flatMap(one => one.statements.map(statement => statement.text))).toEqual([
      lost.sql,
    ])
  })
})

for (const driver of drivers) {
  test(`the text leads up and down on ${driver.name}`, async () => {
    const schema = defineSchema({
      users: table({
        id: t.integer({ primaryKey: true }),
        name: t.text({ unique: true }),
        teamId: t.ref('teams.id', { nullable: true }),
      }),
      teams: table({ id: t.id(), label: t.text() }, { indexes: { by_label: { on: ['label'] } } }),
    })
    const engine = await driver.engine(schema)
    await engine.execute('create table users (id int primary key, name text, age int)')
    const read = () => engine.metadata.reflect({ schemas: ['public'] })
    const before = await read()
    const migrations = engine.metadata.migrations(folder({}), { schema: 'deploy' })
    const { name } = await migrations.write({
      title: 'join teams',
      ...migrationText(await engine.metadata.diff({ schemas: ['public'] })),
    })
    expect(name).toMatch(/^\d{14}_join_teams$/)
    await migrations.up()
    expect((await engine.metadata.diff({ schemas: ['public'] })).changes).toEqual([])
    await migrations.down()
    expect(diff(await read(), before, 180000)).toEqual([])
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
