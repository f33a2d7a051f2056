import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AnySchema, createEngine, defineSchema, MigrationError, sql, t, table } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import { plainFragment } from '../src/metadata/text-fragment.ts'
import { drivers } from './drivers.ts'
import { limitedRole } from './role.ts'

const first = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      name: t.text({ nullable: true }),
      role: t.enum('user_role', ['member', 'admin'], { default: 'member' }),
      words: t.integer({ default: 0, check: sql`words >= 0` }),
      createdAt: t.timestamptz({ default: sql`now()` }),
    }),
    posts: table(
      { id: t.id(), authorId: t.ref('users.id', { onDelete: 'cascade' }), title: t.text() },
      { indexes: { posts_by_title: { on: ['title'], where: sql`length(title) > 0` } } },
    ),
  },
  { naming: 'snake_case' },
)

const second = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      fullName: t.text({ nullable: true }),
      role: t.enum('user_role', ['member', 'owner', 'admin'], { default: 'member' }),
      words: t.integer({ default: 0, check: sql`words >= 0` }),
      createdAt: t.timestamptz({ default: sql`now()` }),
      bio: t.text(),
    }),
    articles: table(
      { id: t.id(), authorId: t.ref('users.id', { onDelete: 'cascade' }), title: t.text() },
      { indexes: { posts_by_title: { on: ['title'], where: sql`length(title) > 0` } } },
    ),
  },
  { naming: 'snake_case' },
)

/** The first with what only the database's roles and tablespaces make good. */
function granted(role: string, tablespace?: string): AnySchema {
  const kept = {
    'tablespace of table users': {
      kind: 'tablespace',
      sql: plainFragment(`alter table users set tablespace "${tablespace}"`),
    },
  }
  const raw = {
    [`privilege select on users to ${role}`]: {
      kind: 'privilege',
      sql: plainFragment(`grant select on users to ${role}`),
    },
    ...(tablespace === undefined ? {} : kept),
  }
  return { tables: first.tables, options: { ...first.options, raw } }
}

test('a role that may make no database compares on an embedded one, for its own server', async () => {
  const { address, role, admin } = await limitedRole('nocreatedb')
  const limited = createEngine(address, { schema: first })
  await limited.metadata.createAll()
  expect((await limited.metadata.diff()).changes).toEqual([])
  await limited.execute('drop index posts_by_title')
  const [change] = (await limited.metadata.diff()).changes
  expect(change).toMatchObject({ kind: 'create index', object: 'posts_by_title' })
  await limited.dispose()

  // The other database has the server's roles.
  const reader = `${role}_reader`
  await admin.execute(`create role ${reader}`)
  const granting = createEngine(address, { schema: granted(reader) })
  expect((await granting.metadata.diff()).changes.map(one => one.sql)).toContain(
    `grant select on table public.users to ${reader}`,
  )
  await granting.dispose()
  await admin.execute(`drop role ${reader}`)
})

test('the database beside is gone after it', async () => {
  // Other files compare on this server meanwhile, so the databases of this one are a role's of its own.
  const { address, role, admin } = await limitedRole('createdb')
  const engine = createEngine(address, { schema: first })
  const beside = async () => {
    const own = `select count(*) from pg_database where datname like 'cupel\\_scratch%' and pg_get_userbyid(datdba) = $1`
    return Number((await admin.execute(own, [role])).scalar())
  }
  await engine.metadata.createAll()
  let isOver = false
  const comparing = engine.metadata.diff().finally(() => {
    isOver = true
  })
  let most = 0
  while (!isOver) most = Math.max(most, await beside())
  expect(most).toBe(1)
  expect(await comparing).toEqual({ changes: [], back: [], questions: [] })
  expect(await beside()).toBe(0)
  // Nor is one left where what is to be compared can not be made.
  const failing = createEngine(address, { schema: granted('nobody_at_all') })
  await expect(failing.metadata.diff()).rejects.toThrow('nobody_at_all')
  expect(await beside()).toBe(0)
  await failing.dispose()
  await engine.dispose()
})

test('what a process that died has left is taken away, and nothing else', async () => {
  // What other files compare on this server takes away what its role left: so these are left by a role of its own.
  const { address: home } = await limitedRole('createdb')
  const engine = createEngine(home, { schema: first })
  const name = () => `cupel_scratch_${randomUUID().replaceAll('-', '')}`
  const [old, young, unmarked, used] = [name(), name(), name(), name()]
  for (const one of [old, young, unmarked, used]) await engine.execute(`create database ${one}`)
  const made = (one: string, ago: string) =>
    engine.execute(
      `do $$ begin execute format('comment on database %I is %L', '${one}', 'made by cupel for the while, at ' || to_char(now() at time zone 'UTC' - interval '${ago}', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')); end $$`,
    )
  await made(old, '61 minutes')
  await made(young, '59 minutes')
  await made(used, '61 minutes')
  const address = new URL(home)
  address.pathname = `/${used}`
  const other = createEngine(address.href)
  await other.execute('select 1')
  await engine.metadata.diff()
  const { rows } = await engine.execute<{ datname: string }>(
    'select datname from pg_database where datname = any ($1)',
    [[old, young, unmarked, used]],
  )
  expect(new Set(rows.map(row => row.datname))).toEqual(new Set([young, unmarked, used]))
  await other.dispose()
  for (const one of [young, unmarked, used]) await engine.execute(`drop database ${one} with (force)`)
  await engine.dispose()
})

for (const driver of drivers) {
  describe(`the difference on ${driver.name}`, () => {
    test('there is none right after createAll', async () => {
      const engine = await driver.engine(first)
      await engine.metadata.createAll()
      expect(await engine.metadata.diff()).toEqual({ changes: [], back: [], questions: [] })
    })

    test('there is none to what was read, where Postgres prints a view in other words each time', async () => {
      const database = await driver.database()
      const source = createEngine(database)
      // The second part of the union has a name once its text was read again.
      await source.execute(
        `create view names as select n.name from (select rolname as name from pg_roles union all select 'nobody') n (name)`,
      )
      const schema = await source.metadata.reflect()
      const engine = createEngine(database, { schema })
      expect((await engine.metadata.diff()).changes).toEqual([])
      await engine.execute(`create or replace view names as select 'other'::name as name`)
      expect((await engine.metadata.diff()).changes.map(({ kind }) => kind)).toEqual(['replace view'])
      await engine.dispose()
      await source.dispose()
    })

    test('there is none for a schema that names roles and tablespaces, once it is there', async () => {
      const database = await driver.database()
      const host = createEngine(database)
      const [role, tablespace] = [`cupel_${randomUUID().slice(0, 8)}`, `Fast ${randomUUID()}`]
      {
        await using connection = await host.connect()
        await connection.execute(`set allow_in_place_tablespaces = on; create role ${role}`)
        await connection.execute(`create tablespace "${tablespace}" location ''`)
      }
      const schema = granted(role, tablespace)
      const engine = createEngine(database, { schema })
      onTestFinished(async () => {
        await host.execute(`drop owned by ${role}; drop role ${role}; drop table if exists users, posts`)
        await host.execute(`drop tablespace "${tablespace}"`)
        await engine.dispose()
        await host.dispose()
      })
      await createEngine(database, { schema: first }).metadata.createAll()
      const plan = await engine.metadata.diff()
      expect(plan.changes.map(change => change.sql)).toEqual([
        `alter table public.users set tablespace "${tablespace}"`,
        `grant select on table public.users to ${role}`,
      ])
      await engine.metadata.apply(plan, { allow: ['*'] })
      expect((await engine.metadata.diff()).changes).toEqual([])
    })

    test('renames are seen, told or asked, and rows stay', async () => {
      const database = await driver.database()
      const before = createEngine(database, { schema: first })
      await before.metadata.createAll()
      const engine = createEngine(database, { schema: second })
      const asked = await engine.metadata.diff()
      // A table with the same columns is the same; a column is not, while another is new too.
      expect(asked.changes[0]?.sql).toBe('alter table "posts" rename to "articles"')
      expect(asked.questions).toEqual([{ kind: 'column', from: 'users.name', to: ['users.full_name'] }])

      await before.execute(`insert into users (email, name) values ('ada@example.org', 'Ada')`)
      await before.execute(`insert into posts (author_id, title) select id, 'Notes' from users`)
      const plan = await engine.metadata.diff({ renames: { 'users.name': 'full_name' } })
      expect(plan.questions).toEqual([])
      expect(plan.changes.slice(0, 2).map(change => change.sql)).toEqual([
        'alter table "posts" rename to "articles"',
        'alter table "users" rename column "name" to "full_name"',
      ])
      await expect(engine.metadata.apply(plan)).rejects.toThrow(/may fail: .*\(add-column:users\.bio\)/)
      expect((await engine.execute('select name from users')).scalars()).toEqual(['Ada'])

      const eased = { ...plan, changes: plan.changes.filter(change => change.object !== 'users.bio') }
      await engine.metadata.apply(eased)
      await engine.execute(`alter table users add column bio text not null default ''`)
      await engine.execute('alter table users alter column bio drop default')
      expect((await engine.execute('select full_name from users')).scalars()).toEqual(['Ada'])
      expect((await engine.execute('select title from articles')).scalars()).toEqual(['Notes'])
      expect((await engine.metadata.diff()).changes).toEqual([])
      await before.dispose()
      await engine.dispose()
    })

    test.each([
      ['view', 'create view jobs as select id from work; create view more as select id from jobs'],
      ['materialized view', 'create materialized view jobs as select id from work; create index on jobs (id)'],
      ['sequence', "create sequence jobs; alter table work alter id set default nextval('jobs')"],
      ['enum', `create type jobs as enum ('a'); create table states (state jobs)`],
      ['domain', 'create domain jobs as text; create table states (state jobs)'],
      ['composite', 'create type jobs as (a integer); create table states (state jobs)'],
    ])('a table gets the name of a %s that goes, and loses it again', async (_, made) => {
      const database = await driver.database()
      await using old = createEngine(database)
      await old.execute(`create table work (id integer, title text); insert into work values (1, 'a'); ${made}`)
      const tables = { jobs: table({ id: t.integer({ nullable: true }), title: t.text({ nullable: true }) }) }
      await using engine = createEngine(database, { schema: defineSchema({ ...tables, jobs_aside: table({}) }) })
      const before = await old.metadata.reflect()
      const plan = await engine.metadata.diff({ renames: { work: 'jobs' } })
      await engine.metadata.apply(plan, { allow: ['*'] })
      expect((await engine.metadata.diff()).changes).toEqual([])
      expect((await engine.execute('select * from jobs')).rows).toEqual([{ id: 1, title: 'a' }])
      await engine.metadata.apply({ changes: plan.back }, { allow: ['*'] })
      expect(await old.metadata.reflect()).toEqual(before)
      expect((await engine.execute('select * from work')).rows).toEqual([{ id: 1, title: 'a' }])
    })

    test('what remembers the migrations is left out by its name', async () => {
      const engine = await driver.engine(first)
      await engine.metadata.createAll()
      await engine.execute(`create schema meta; create table meta.done (name text); comment on column meta.done.name is 'it';
        grant select on meta.done to public; create table cupel_migrations (name text)`)
      const objects = async (history: { table?: string; schema?: string }) =>
        (await engine.metadata.diff({ history })).changes.map(({ kind, object }) => `${kind} ${object}`)
      expect(await objects({ table: 'done', schema: 'meta' })).toEqual(['drop table cupel_migrations'])
      expect(await objects({ table: 'done' })).toEqual([
        'drop table cupel_migrations',
        'drop table meta.done',
        'drop schema meta',
      ])
      expect(await objects({})).toEqual(['drop table meta.done', 'drop schema meta'])
    })

    test('a hazard to rows is none where there are no rows', async () => {
      const database = await driver.database()
      const before = createEngine(database, { schema: first })
      await before.metadata.createAll()
      const engine = createEngine(database, { schema: second })
      const plan = await engine.metadata.diff({ renames: { 'users.name': null } })
      expect(plan.questions).toEqual([])
      expect(await engine.metadata.hazards(plan)).toEqual([])
      await before.execute(`insert into users (email) values ('ada@example.org')`)
      const open = (await engine.metadata.hazards(plan)).map(hazard => hazard.allow)
      expect(open).toEqual(['add-column:users.bio', 'drop-column:users.name'])
      expect(await engine.metadata.hazards(plan, ['add-column:*', 'drop-column:users.name'])).toEqual([])
      await before.dispose()
      await engine.dispose()
    })

    test('values of a composite stay where a field of it is of another type', async () => {
      const place = (x: 'integer' | 'text') => {
        const fields = { x: x === 'text' ? t.text({ nullable: true }) : t.integer({ nullable: true }), y: t.text() }
        const composite = t.composite('place', fields)
        return defineSchema({ spots: table({ id: t.id(), at: composite, seen: t.array(composite) }) })
      }
      const database = await driver.database()
      await using before = createEngine(database, { schema: place('integer') })
      await before.metadata.createAll()
      await before.execute(`insert into spots (at, seen) values (row(7, 'a, "b"'), array[row(null, '')::place, null])`)
      await using engine = createEngine(database, { schema: place('text') })
      const plan = await engine.metadata.diff()
      expect(plan.changes.find(change => change.object === 'spots')).toMatchObject({
        kind: 'alter table',
        locks: [{ mode: 'ACCESS EXCLUSIVE', on: '"spots"' }],
        rewrites: true,
        hazards: [
          { kind: 'blocks', allow: 'alter-type:spots.at' },
          { kind: 'may fail', allow: 'alter-type:spots.at' },
          { kind: 'blocks', allow: 'alter-type:spots.seen' },
          { kind: 'may fail', allow: 'alter-type:spots.seen' },
        ],
      })
      await engine.metadata.apply(plan, { allow: ['alter-type:spots.*'] })
      expect((await engine.execute('select (at).x, (at).y, seen::text as seen from spots')).rows).toEqual([
        { x: '7', y: 'a, "b"', seen: '{"(,\\"\\")",NULL}' },
      ])
      expect((await engine.metadata.diff()).changes).toEqual([])
    })

    test('an extension that the schema has not is not dropped unasked', async () => {
      const engine = await driver.engine(first)
      await engine.metadata.createAll()
      const plan = {
        changes: diff(
          { tables: {}, options: { extensions: ['citext'] } },
          { tables: {}, options: {} },
          Number((await engine.execute('show server_version_num')).scalar()),
        ),
      }
      await expect(engine.metadata.apply(plan)).rejects.toThrow(/irreversible: .*\(drop-extension:citext\)/)
    })

    test('a generated column that is made again says that it goes to the end', async () => {
      const counted = (factor: number, last: boolean) => {
        const columns = { n: t.integer(), twice: t.integer({ generated: sql.dangerous(`n * ${factor}`) }) }
        return defineSchema({ counts: table(last ? columns : { ...columns, z: t.text() }) })
      }
      const moved = (version: number, last: boolean) =>
        diff(counted(2, last), counted(3, last), version)
          .flatMap(change => change.hazards)
          .filter(hazard => hazard.kind === 'irreversible')
      expect(moved(160000, false)).toEqual([
        {
          kind: 'irreversible',
          allow: 'add-column:counts.twice',
          message: "'counts.twice' is made again, and stands behind the other columns from now on",
          rows: null,
        },
      ])
      expect([...moved(160000, true), ...moved(170000, false)]).toEqual([])
    })

    test('a change that fails says which, and what was done', async () => {
      const database = await driver.database()
      const engine = createEngine(database, { schema: second })
      await createEngine(database, { schema: first }).metadata.createAll()
      const plan = await engine.metadata.diff({ renames: { 'users.name': 'full_name' } })
      await engine.execute(`insert into users (email) values ('ada@example.org')`)
      const failed = engine.metadata.apply(plan, { allow: ['*'] })
      await expect(failed).rejects.toThrow(MigrationError)
      await expect(failed).rejects.toThrow(
        /^'add column users\.bio' failed, with \d+ of \d+ changes done before: column "bio"/,
      )
      const changes = [
        { ...plan.changes[0]!, sql: 'select 1' },
        { ...plan.changes[0]!, sql: 'select 2', transaction: 'none' as const },
        { ...plan.changes[0]!, sql: 'select 3 from nowhere' },
      ]
      await expect(engine.metadata.apply({ changes }, { allow: ['*'] })).rejects.toThrow(
        / failed, with 2 of 3 changes done before: relation "nowhere"/,
      )
      await engine.dispose()
    })

    test('a column is renamed in the table above alone, which renames it in partitions and in those that inherit', async () => {
      const text = (
        a: string,
      ) => `create table p (${a} integer, b text); create table i () inherits (p); create table own (${a} integer, c text) inherits (p); create table below (${a} integer) inherits (own);
        create table q (${a} integer, b text) partition by list (${a}); create table q1 partition of q for values in (1)`
      const target = createEngine(await driver.database())
      await target.execute(text('n'))
      const wanted = createEngine(await driver.database(), { schema: await target.metadata.reflect() })
      await wanted.execute(text('a'))
      const plan = await wanted.metadata.diff({ renames: { 'q.a': 'n', 'own.a': 'n' } })
      expect(plan.changes.map(change => change.sql)).toEqual([
        'alter table "p" rename column "a" to "n"',
        'alter table "q" rename column "a" to "n"',
      ])
      await wanted.metadata.apply(plan)
      expect((await wanted.metadata.diff()).changes).toEqual([])
      await target.dispose()
      await wanted.dispose()
    })

    test('a column that is spelt like one that is gone is asked for alone, and for no other', async () => {
      const database = await driver.database()
      await using before = createEngine(database, {
        schema: defineSchema({ jobs: table({ retrylimit: t.integer(), retrycount: t.integer(), done: t.integer() }) }),
      })
      await before.metadata.createAll()
      const columns = { retry_count: t.integer(), retryLimit: t.integer(), tries: t.integer(), since: t.date() }
      await using engine = createEngine(database, { schema: defineSchema({ jobs: table(columns) }) })
      expect((await engine.metadata.diff()).questions).toEqual([
        { kind: 'column', from: 'jobs.retrylimit', to: ['jobs.retryLimit'] },
        { kind: 'column', from: 'jobs.retrycount', to: ['jobs.retry_count'] },
        { kind: 'column', from: 'jobs.done', to: ['jobs.tries'] },
      ])
    })

    test('renames that fit nothing are refused, with the nearest name', async () => {
      const database = await driver.database()
      const engine = createEngine(database, { schema: second })
      await createEngine(database, { schema: first }).metadata.createAll()
      await expect(engine.metadata.diff({ renames: { 'users.name': 'ful_name' } })).rejects.toThrow(
        /did you mean 'full_name'/,
      )
      await expect(engine.metadata.diff({ renames: { 'users.nmae': 'full_name' } })).rejects.toThrow(/'users\.nmae'/)
      await engine.dispose()
    })

    test('without a schema there is nothing to compare', async () => {
      const engine = createEngine(await driver.database())
      await expect(engine.metadata.diff()).rejects.toThrow('there is nothing to compare the database with')
      await engine.dispose()
    })
  })
}
