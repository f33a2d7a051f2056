import { describe, expect, onTestFinished, test } from 'vitest'
import { createEngine, defineSchema, proveMigration, sql, t, table } from '../src/index.ts'
import { sampleRows } from '../src/metadata/migrate/sample-rows.ts'
import { drivers, pgDriver } from './drivers.ts'
import { refusal } from './migration-folder.ts'

// A server's databases are quicker to make than embedded ones.
const scratch = async (): Promise<ReturnType<typeof createEngine>> => createEngine(await pgDriver.database())

const from = defineSchema({
  users: table({ id: t.id(), name: t.text() }),
  posts: table({ id: t.id(), author_id: t.ref('users.id', { onDelete: 'cascade' }) }),
})
const to = defineSchema({
  users: table({ id: t.id(), email: t.text({ nullable: true }), name: t.text() }),
  posts: table({ id: t.id(), author_id: t.ref('users.id', { onDelete: 'cascade' }) }),
})
const up = 'alter table users add email text;\n-- step\nvacuum users;'
const down = 'alter table users drop email'

describe('a migration that is tried', () => {
  test('holds when it leads to the new schema and back, with all rows', async () => {
    expect(await proveMigration({ from, to, up, down, scratch })).toEqual({
      up: [],
      down: [],
      failure: null,
      sampled: { rows: 4, empty: [] },
    })
  })

  test('holds where owners and privileges stay that the new schema does not name', async () => {
    const raw = {
      granted: { kind: 'privilege', sql: sql`grant select on users to pg_monitor` },
      owned: { kind: 'owner', sql: sql`alter schema public owner to current_user` },
    }
    const old = defineSchema(from.tables, { raw })
    expect(await proveMigration({ from: old, to, up, down, scratch })).toMatchObject({ up: [], down: [] })
  })

  test('holds where a materialized view is filled that has rows from then on', async () => {
    const view = (withData: boolean) =>
      defineSchema({}, { views: { v: { as: sql`select 1 as a`, materialized: true, withData } } })
    const given = { up: 'refresh materialized view v', down: 'select 1', scratch }
    expect(await proveMigration({ from: view(false), to: view(true), ...given })).toMatchObject({ up: [], down: [] })
    expect(await proveMigration({ from: view(false), to: view(true), ...given, up: 'select 1' })).toMatchObject({
      up: ["'v' of views is not the same"],
    })
  })

  test('needs one database, and another where rows are in its way', async () => {
    let made = 0
    const counted = (): ReturnType<typeof scratch> => {
      made++
      return scratch()
    }
    await proveMigration({ from, to, up, down, scratch: counted })
    expect(made).toBe(1)
    const wanted = defineSchema({ ...from.tables, users: table({ id: t.id(), name: t.text(), email: t.text() }) })
    await proveMigration({ from, to: wanted, up: 'alter table users add email text not null', scratch: counted })
    expect(made).toBe(3)
  })

  test('holds where the way back makes a table again, which has no rows then', async () => {
    const { users } = from.tables
    const way = {
      up: 'drop table posts',
      down: 'create table posts (id bigint generated always as identity primary key)',
    }
    const key = 'alter table posts add author_id bigint not null references users on delete cascade'
    const schemas = { from, to: defineSchema({ users }) }
    expect(await proveMigration({ ...schemas, up: way.up, down: `${way.down}; ${key}`, scratch })).toMatchObject({
      up: [],
      down: [],
    })
    const other = await proveMigration({
      ...schemas,
      up: way.up,
      down: `${way.down}; ${key}; delete from users`,
      scratch,
    })
    expect(other).toMatchObject({ up: [], down: ['table public.users has 0 rows, not 2'] })
  })

  test('does not where it leads elsewhere, or not back, or loses rows', async () => {
    const wrong = {
      up: `${up}\n-- step\nalter table users alter name drop not null; delete from users`,
      down: 'select 1',
    }
    expect(await proveMigration({ from, to, ...wrong, scratch })).toMatchObject({
      up: [
        "table 'users' is not the same",
        'table public.posts has 0 rows, not 2',
        'table public.users has 0 rows, not 2',
      ],
      down: [
        "table 'users' is not the same",
        'table public.posts has 0 rows, not 2',
        'table public.users has 0 rows, not 2',
      ],
    })
  })

  test('says where it fails on rows alone', async () => {
    const email = defineSchema({ ...from.tables, users: table({ id: t.id(), name: t.text(), email: t.text() }) })
    const proof = await proveMigration({ from, to: email, up: 'alter table users add email text not null', scratch })
    expect(proof).toMatchObject({ up: [], down: null, failure: { step: 1, line: 1, cause: { sqlState: '23502' } } })
  })

  test('is refused when it fails without rows, too', async () => {
    const error = await refusal(proveMigration({ from, to, up: 'select 1;\nselect no_such()', scratch }))
    expect(error).toMatchObject({ code: 'migrationFailed', line: 2 })
  })

  test('is not led back by a way for a part', async () => {
    const proof = await proveMigration({ from, to, up, down: `-- irreversible: rows\n${down}`, scratch })
    expect(proof).toMatchObject({ up: [], down: null, failure: null })
  })
})

for (const driver of drivers) {
  test(`every table has two rows to try things on, but those whose checks are not met, on ${driver.name}`, async () => {
    const schema = defineSchema(
      {
        // Before its parent.
        children: table({
          id: t.id(),
          parentId: t.ref('parents.id', { unique: true }),
          siblingId: t.ref('children.id', { nullable: true }),
        }),
        parents: table({
          id: t.id(),
          twice: t.integer({ generated: sql`number * 2` }),
          number: t.integer(),
          small: t.smallint({ unique: true }),
          exact: t.numeric({ precision: 3, scale: 1 }),
          real: t.real(),
          text: t.text({ unique: true }),
          short: t.varchar({ length: 1 }),
          is: t.boolean(),
          mood: t.enum('mood', ['good', 'bad']),
          tags: t.array(t.text()),
          json: t.jsonb(),
          bytes: t.bytea(),
          uuid: t.uuid({ unique: true }),
          day: t.date({ unique: true }),
          moment: t.timestamptz(),
          time: t.time(),
          span: t.interval(),
          range: t.int4range(),
          ranges: t.int4multirange(),
          address: t.inet(),
          point: t.point(),
          bits: t.bit({ length: 1 }),
          search: t.tsvector(),
          amount: t.domain('amount', { of: t.integer(), check: sql`value > 0` }),
          given: t.text({ default: 'x' }),
        }),
        checked: table({ id: t.id(), email: t.text({ check: sql`email like '%@%'` }) }),
        bare: table({ id: t.id() }),
        teams: table(
          { id: t.id() },
          { triggers: { made: { when: 'after', on: ['insert'], execute: sql`own_table()` } } },
        ),
      },
      {
        functions: {
          'own_table()': {
            when: 'before',
            sql: sql`create function own_table() returns trigger language plpgsql as $$ begin execute format('create table team_%s ()', new.id); return null; end $$`,
          },
        },
      },
    )
    const engine = createEngine(await driver.database(), { schema })
    onTestFinished(() => engine.dispose())
    await engine.metadata.createAll()
    await using lease = await engine.connect()
    const { rows, empty } = await sampleRows(lease)
    expect(empty).toEqual([
      { table: 'checked', why: expect.stringContaining('violates check constraint') },
      { table: 'teams', why: 'its triggers change the schema' },
    ])
    expect(rows).toBe(6)
    const counts = await lease.execute(
      'select (select count(*)::int from parents) p, (select count(*)::int from children) c',
    )
    expect(counts.rows).toEqual([{ p: 2, c: 2 }])
  })
}
