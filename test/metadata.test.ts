import { describe, expect, test } from 'vitest'
import { createEngine, defineSchema, EngineError, sql, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema(
  {
    posts: table({ id: t.id(), authorId: t.ref('users.id'), editorId: t.ref('users.id', { nullable: true }) }),
    users: table({ id: t.id(), email: t.text({ unique: true }), favouriteId: t.ref('posts.id', { nullable: true }) }),
    tags: table({ id: t.id() }),
  },
  { naming: 'snake_case' },
)

for (const driver of drivers) {
  describe(`metadata on ${driver.name}`, () => {
    const tables = `select table_name from information_schema.tables where table_schema = 'public' order by 1`

    test('createAll creates, again and again, and dropAll drops, again and again', async () => {
      const engine = await driver.engine(schema)
      await engine.metadata.createAll()
      await engine.metadata.createAll()
      expect((await engine.execute(tables)).scalars()).toEqual(['posts', 'tags', 'users'])
      await engine.metadata.dropAll()
      await engine.metadata.dropAll()
      expect((await engine.execute(tables)).scalars()).toEqual([])
    })

    test('dropAll takes away what is kept as SQL and holds on to others', async () => {
      const database = await driver.database()
      await using source = createEngine(database)
      await source.execute(`create table big (id bigint primary key); create table small (id integer primary key);
        create table held (big integer references big, small bigint references small);
        create function f() returns trigger language plpgsql as 'begin return new; end';
        create trigger "T r" before insert on held for each row execute function f(); alter table held disable trigger "T r";
        create rule r as on insert to held do also insert into small values (new.big);
        create table parted (id integer primary key) partition by list (id); create table part partition of parted for values in (1);
        create table pointing (id integer references parted)`)
      await using engine = createEngine(database, { schema: await source.metadata.reflect() })
      await engine.metadata.dropAll()
      await engine.metadata.dropAll()
      expect((await engine.execute(tables)).scalars()).toEqual([])
    })

    test('dropAll drops tables that count by the sequence of another', async () => {
      const database = await driver.database()
      await using source = createEngine(database)
      await source.execute(
        `create table m (id bigserial primary key, place regclass default 'm_id_seq'); create table a (like m including all); alter table m add other bigint references a; comment on sequence m_id_seq is 's'`,
      )
      await using engine = createEngine(database, { schema: await source.metadata.reflect() })
      await engine.metadata.dropAll()
      await engine.metadata.dropAll()
      expect(await engine.metadata.reflect()).toEqual({ tables: {}, options: {} })
    })

    test('dropAll takes things away before what they depend on, whatever their kinds', async () => {
      const engine = await driver.engine(
        defineSchema(
          {
            visits: table(
              {
                id: t.id(),
                span: t.custom('floats'),
                word: t.domain('word', { of: t.text(), check: sql`is_word(value)`, dependsOn: ['is_word'] }),
              },
              { dependsOn: ['range floats'] },
            ),
          },
          {
            functions: {
              is_word: {
                sql: sql`create or replace function is_word(text) returns boolean language sql immutable as $$ select $1 ~ '^[a-z]+$' $$`,
                signature: 'is_word(text)',
                when: 'before',
              },
              newest: {
                sql: sql`create or replace function newest(visits) returns text language sql stable as $$ select ($1).word $$`,
                signature: 'newest(visits)',
                when: 'before',
                dependsOn: ['visits'],
              },
              all_busy: {
                sql: sql`create or replace function all_busy() returns setof busy language sql stable as $$ select * from busy $$`,
                signature: 'all_busy()',
                dependsOn: ['busy'],
              },
            },
            views: { busy: { as: sql`select v.id, newest(v) as word from visits v`, dependsOn: ['newest'] } },
            raw: {
              'range floats': {
                kind: 'range',
                sql: sql`create type floats as range (subtype = float8)`,
                unless: sql`select where to_regtype('floats') is not null`,
                drop: sql`drop type if exists floats`,
                when: 'first',
              },
            },
          },
        ),
      )
      await engine.metadata.createAll()
      await engine.metadata.dropAll()
      await engine.metadata.dropAll()
      const left = `select (select count(*) from pg_class where relnamespace = 'public'::regnamespace) + (select count(*) from pg_proc where pronamespace = 'public'::regnamespace)
        + (select count(*) from pg_type where typnamespace = 'public'::regnamespace)`
      expect(Number((await engine.execute(left)).scalar())).toBe(0)
    })

    test('createAll at the same moment from several sides works', async () => {
      const engine = await driver.engine(schema)
      await Promise.all(Array.from({ length: 4 }, () => engine.metadata.createAll()))
      expect((await engine.execute(tables)).scalars()).toEqual(['posts', 'tags', 'users'])
    })

    test('createAll that fails leaves nothing behind', async () => {
      const engine = await driver.engine(
        defineSchema({
          fine: table({ id: t.id() }),
          wrong: table({ id: t.id(), what: t.custom<string>('no_such_type') }),
        }),
      )
      await expect(engine.metadata.createAll()).rejects.toThrow('no_such_type')
      expect((await engine.execute(tables)).scalars()).toEqual([])
    })

    test('ddl is what createAll runs', async () => {
      const engine = await driver.engine(schema)
      await engine.execute(engine.metadata.ddl())
      expect((await engine.execute(tables)).scalars()).toEqual(['posts', 'tags', 'users'])
    })
  })
}

test('sortedTables has parents first', () => {
  const engine = createEngine(undefined, {
    schema: defineSchema({
      posts: table({ id: t.id(), authorId: t.ref('users.id') }),
      users: table({ id: t.id() }),
    }),
  })
  expect(engine.metadata.sortedTables.map(one => one.key)).toEqual(['users', 'posts'])
  expect(engine.metadata.ddl()).toMatch(/^create table [^]*\);$/)
})

test('metadata and sessions need a schema, and an engine does not', () => {
  const engine = createEngine()
  expect(() => engine.metadata.ddl()).toThrow(EngineError)
  expect(() => engine.session()).toThrow(EngineError)
})
