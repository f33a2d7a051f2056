import { randomUUID } from 'node:crypto'
import { describe, expect, inject, test } from 'vitest'
import { createEngine, defineSchema, MigrationError, sql, t, table } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import { drivers, pgDriver } from './drivers.ts'

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

test('a role that may make no database compares on an embedded one, for its own server', async () => {
  const address = new URL(await pgDriver.database())
  const admin = createEngine(address.href)
  const role = `cupel_${address.pathname.slice(-12)}`
  await admin.execute(`create role ${role} login password 'cupel' nocreatedb; grant all on schema public to ${role}`)
  address.username = role
  address.password = 'cupel'
  const limited = createEngine(address.href, { schema: first })
  await limited.metadata.createAll()
  expect((await limited.metadata.diff()).changes).toEqual([])
  await limited.execute('drop index posts_by_title')
  const [change] = (await limited.metadata.diff()).changes
  expect(change).toMatchObject({ kind: 'create index', object: 'posts_by_title' })
  await limited.dispose()
  await admin.execute(`drop owned by ${role} cascade; drop role ${role}`)
  await admin.dispose()
})

test('what a process that died has left is taken away, and nothing else', async () => {
  const engine = createEngine(await pgDriver.database(), { schema: first })
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
  const address = new URL(inject('postgres'))
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
    test('there is none right after createAll, and the database beside is gone', async () => {
      const engine = await driver.engine(first)
      await engine.metadata.createAll()
      expect(await engine.metadata.diff()).toEqual({ changes: [], questions: [] })
      const { rows } = await engine.execute(`select datname from pg_database where datname like 'cupel\\_scratch%'`)
      expect(rows).toEqual([])
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
      expect((await engine.metadata.diff()).changes.map(({ kind }) => kind)).toEqual(['drop view', 'create view'])
      await engine.dispose()
      await source.dispose()
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
      expect(plan.changes.find(change => change.object === 'spots.at')).toMatchObject({
        kind: 'alter type',
        locks: [{ mode: 'ACCESS EXCLUSIVE', on: '"spots"' }],
        rewrites: true,
        hazards: [
          { kind: 'blocks', allow: 'alter-type:spots.at' },
          { kind: 'may fail', allow: 'alter-type:spots.at' },
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
        questions: [],
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
      await engine.dispose()
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
