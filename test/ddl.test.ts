import { describe, expect, test } from 'vitest'
import type { AnyColumn, AnyTables, PartitionBy, SchemaOptions } from '../types/literal.ts'
import { Fragment, type Part } from '../src/base/fragment.ts'
import { constant, typedConstant } from '../src/ddl/constant.ts'
import { createAll } from '../src/ddl/create.ts'
import { dropAll } from '../src/ddl/drop.ts'
import { fragmentText, statementText } from '../src/ddl/fragment-text.ts'
import { guarded } from '../src/ddl/guard.ts'
import { sqlType } from '../src/schema/sql-type.ts'
import { buildModel } from '../src/schema/build.ts'
import { t } from '../src/schema/columns.ts'
import { TypeRegistry } from '../src/schema/type-model.ts'

const raw = (text: string): Fragment => new Fragment([{ kind: 'text', text }])
const parts = (...given: Part[]): Fragment => new Fragment(given)
const typeOf = (column: AnyColumn) => new TypeRegistry(key => key).type(column)
const create = (tables: AnyTables, options: SchemaOptions = {}): string[] =>
  createAll(buildModel(tables, options)).map(statement => statement.text)
const drop = (tables: AnyTables, options: SchemaOptions = {}): string[] =>
  dropAll(buildModel(tables, options)).map(statement => statement.text)

describe('a type', () => {
  // biome-ignore format: columns line up
  test.each<[AnyColumn, string]>([
    [t.numeric({ precision: 10, scale: 2 }),             'numeric(10,2)'],
    [t.numeric({ precision: 10 }),                       'numeric(10)'],
    [t.numeric(),                                        'numeric'],
    [t.varchar({ length: 120 }),                         'character varying(120)'],
    [t.varchar(),                                        'character varying'],
    [t.char({ length: 3 }),                              'character(3)'],
    [t.bit({ length: 8 }),                               'bit(8)'],
    [t.varbit({ length: 8 }),                            'bit varying(8)'],
    [t.timestamptz({ precision: 3 }),                    'timestamp(3) with time zone'],
    [t.timestamp({ precision: 0 }),                      'timestamp(0) without time zone'],
    [t.time({ precision: 3 }),                           'time(3) without time zone'],
    [t.timetz(),                                         'time with time zone'],
    [t.interval({ fields: 'day to second', precision: 3 }), 'interval day to second(3)'],
    [t.interval({ precision: 2 }),                       'interval(2)'],
    [t.interval(),                                       'interval'],
    [t.doublePrecision(),                                'double precision'],
    [t.bigserial(),                                      'bigserial'],
    [t.array(t.array(t.integer())),                      'integer[][]'],
    [t.array(t.varchar({ length: 3 })),                  'character varying(3)[]'],
    [t.enum('Mood', ['sad']),                            '"Mood"'],
    [t.array(t.enum('app.mood', ['sad'])),               '"app"."mood"[]'],
    [t.domain('email', { of: t.text() }),                '"email"'],
    [t.composite('pair', { a: t.text() }),               '"pair"'],
    [t.custom('vector(3)'),                              'vector(3)'],
  ])('%j is printed as %s', (column, text) => {
    expect(sqlType(typeOf(column))).toBe(text)
  })
})

describe('a constant', () => {
  // biome-ignore format: columns line up
  test.each<[AnyColumn, unknown, string]>([
    [t.integer(),                    5,                              '5'],
    [t.bigint(),                     -9007199254740993n,             '-9007199254740993'],
    [t.numeric(),                    '1.50',                         '1.50'],
    [t.doublePrecision(),            Number.NaN,                     "'NaN'"],
    [t.doublePrecision(),            -Infinity,                      "'-Infinity'"],
    [t.doublePrecision(),            -0,                             "'-0'"],
    [t.boolean(),                    false,                          'false'],
    [t.text(),                       "it's",                         "'it''s'"],
    [t.text(),                       'a\\b',                         "E'a\\\\b'"],
    [t.text(),                       null,                           'null'],
    [t.enum('role', ['member']),     'member',                       "'member'"],
    [t.array(t.text()),              [],                             "'{}'"],
    [t.jsonb(),                      { a: [1] },                     `'{"a":[1]}'`],
    [t.domain('n', { of: t.integer() }), 7,                          '7'],
  ])('of type %j from %s is %s', (column, value, text) => {
    expect(typedConstant(typeOf(column), value)).toBe(text)
  })

  test('of no stated type carries a cast where its form does not say the type', () => {
    const values = [null, true, 1, -1, 10n, 1e300, 'a', new Date(0), new Uint8Array([1, 255]), [1, 2], [], { a: 1 }]
    expect(values.map(constant)).toEqual([
      'null',
      'true',
      '1',
      '(-1)',
      '10',
      "'1e+300'::double precision",
      "'a'",
      expect.stringMatching(/^'1970-01-01.00:00:00.*'::timestamp with time zone$/),
      "E'\\\\x01ff'::bytea",
      'array[1, 2]',
      "'{}'",
      `'{"a":1}'::jsonb`,
    ])
  })
})

describe('a fragment', () => {
  test('is printed with its values as constants and its names quoted', () => {
    const given = parts(
      { kind: 'text', text: ' ' },
      { kind: 'identifier', names: ['app', 'a"b'] },
      { kind: 'text', text: ' > ' },
      { kind: 'value', value: "'; drop table users; --" },
      { kind: 'text', text: '\n' },
    )
    expect(fragmentText(given)).toBe(`"app"."a""b" > '''; drop table users; --'\n`)
  })

  test('ending in a comment does not swallow what follows', () => {
    expect(fragmentText(raw('a > 0 -- positive'))).toBe('a > 0 -- positive\n')
    expect(fragmentText(raw('a > 0 -- positive\nand b'))).toBe('a > 0 -- positive\nand b')
  })

  test('that is a whole statement loses its semicolons', () => {
    expect(statementText(raw('select 1 ;\n; '))).toBe('select 1')
  })
})

test('a guard takes a dollar quote that neither of its texts holds', () => {
  expect(guarded('select', "comment on table a is '$$'")).toMatch(/^do \$cupel\$\n[^]*\n\$cupel\$$/)
  expect(guarded('select', "comment on table a is '$$ $cupel$'")).toMatch(/^do \$cupel1\$\n[^]*\n\$cupel1\$$/)
})

test('a table is printed one column a line, its constraints after its columns, each with its name', () => {
  const [text] = create(
    {
      users: {
        columns: {
          id: t.bigint({ identity: { when: 'byDefault', name: 'user_ids', start: 100, increment: 5, cycle: true } }),
          email: t.text({ unique: { deferrable: true }, collate: 'C' }),
          nick: t.text({ nullable: true, unique: { nullsNotDistinct: true } }),
          age: t.integer({ default: 0, check: raw('age >= 0') }),
          seen: t.timestamptz({ default: raw('now()') }),
          until: t.timestamptz({ default: raw("now() + interval '1 day'") }),
          label: t.text({ generated: raw("email || '!'") }),
          boss: t.bigint({
            nullable: true,
            references: 'users.id',
            onDelete: 'set null',
            onUpdate: 'cascade',
            deferrable: 'initially deferred',
          }),
          room: t.integer(),
          during: t.tsrange(),
        },
        primaryKey: ['id'],
        checks: { adult: raw('age > 17 -- in most countries') },
        excludes: {
          no_overlap: {
            elements: [
              { on: 'room', with: '=', opclass: 'gist_int4_ops' },
              { on: raw('during'), with: '&&' },
            ],
            where: raw('room > 0'),
            deferrable: 'initially immediate',
          },
        },
      },
    },
    { naming: 'snake_case' },
  )
  expect(text).toBe(`create table if not exists "users" (
  "id" bigint generated by default as identity (sequence name "user_ids" increment by 5 start with 100 cycle) not null,
  "email" text collate "C" not null,
  "nick" text,
  "age" integer default 0 not null,
  "seen" timestamp with time zone default now() not null,
  "until" timestamp with time zone default (now() + interval '1 day') not null,
  "label" text generated always as (email || '!') stored not null,
  "boss" bigint,
  "room" integer not null,
  "during" tsrange not null,
  constraint "users_pkey" primary key ("id"),
  constraint "users_email_key" unique ("email") deferrable,
  constraint "users_nick_key" unique nulls not distinct ("nick"),
  constraint "users_age_check" check (age >= 0),
  constraint "adult" check (age > 17 -- in most countries
),
  constraint "no_overlap" exclude using gist ("room" "gist_int4_ops" with =, (during) with &&) where (room > 0)\
 deferrable initially immediate,
  constraint "users_boss_fkey" foreign key ("boss") references "users" ("id") on delete set null on update cascade\
 deferrable initially deferred
)`)
})

test('a parent is created before its child, whatever the order of the literal, and the key stands in the table', () => {
  const texts = create({
    posts: { columns: { id: t.id(), userId: t.ref('users.id') } },
    users: { columns: { id: t.id() } },
  })
  expect(texts).toEqual([
    `create table if not exists "users" (
  "id" bigint generated always as identity not null,
  constraint "users_pkey" primary key ("id")
)`,
    `create table if not exists "posts" (
  "id" bigint generated always as identity not null,
  "userId" bigint not null,
  constraint "posts_pkey" primary key ("id"),
  constraint "posts_userId_fkey" foreign key ("userId") references "users" ("id")
)`,
  ])
})

test('of a cycle of keys, the one that comes too early is added after all tables and dropped before them', () => {
  const cycle = {
    hens: { columns: { id: t.id(), eggId: t.ref('eggs.id') } },
    eggs: { columns: { id: t.id(), henId: t.ref('hens.id') } },
  }
  const options = { naming: 'snake_case' } as const
  const texts = create(cycle, options)
  expect(texts.map(text => text.split('\n')[0])).toEqual([
    'create table if not exists "eggs" (',
    'create table if not exists "hens" (',
    'do $$',
  ])
  expect(texts[2]).toBe(`do $$
begin
  if not exists (
    select from pg_constraint where conrelid = '"eggs"'::regclass and conname = 'eggs_hen_id_fkey'
  ) then
    alter table "eggs" add constraint "eggs_hen_id_fkey" foreign key ("hen_id") references "hens" ("id");
  end if;
end
$$`)
  expect(drop(cycle, options)).toEqual([
    'alter table if exists "eggs" drop constraint if exists "eggs_hen_id_fkey"',
    'drop table if exists "hens"',
    'drop table if exists "eggs"',
  ])
})

test('an index is printed with all that it has', () => {
  const texts = create({
    posts: {
      columns: { title: t.text(), body: t.text(), words: t.integer() },
      schema: 'app',
      indexes: {
        plain: { on: ['title'] },
        full: {
          on: [
            { column: 'title', collate: 'C', opclass: 'text_pattern_ops', order: 'desc', nulls: 'last' },
            raw('lower(body)'),
            { expression: raw('words + 1'), nulls: 'first' },
          ],
          unique: true,
          include: ['words'],
          nullsNotDistinct: true,
          with: { fillfactor: 70, deduplicate_items: false },
          where: raw('words > 0'),
          comment: "it's full",
        },
        grams: { on: [{ column: 'body', opclass: 'ext.gist_trgm_ops(siglen=32)' }], using: 'gist' },
      },
    },
  })
  expect(texts.slice(2)).toEqual([
    'create index if not exists "plain" on "app"."posts" using btree ("title")',
    'create unique index if not exists "full" on "app"."posts" using btree ' +
      '("title" collate "C" "text_pattern_ops" desc nulls last, (lower(body)), (words + 1) nulls first) ' +
      'include ("words") nulls not distinct with (fillfactor = 70, deduplicate_items = false) where (words > 0)',
    'create index if not exists "grams" on "app"."posts" using gist ("body" "ext"."gist_trgm_ops"(siglen=32))',
    `comment on index "app"."full" is 'it''s full'`,
  ])
})

test('a partition comes after its table and before its own partitions', () => {
  const partitionBy: PartitionBy = {
    range: ['at'],
    partitions: {
      old: { from: [raw('minvalue')], to: ['2026-01-01'] },
      recent: {
        from: ['2026-01-01'],
        to: [raw('maxvalue')],
        partitionBy: {
          list: ['kind'],
          partitions: {
            recent_ab: { in: ['a', 'b', null] },
            recent_rest: {
              default: true,
              partitionBy: { hash: [raw('lower(kind)')], partitions: { rest_0: { modulus: 1, remainder: 0 } } },
            },
          },
        },
      },
    },
  }
  const columns = { at: t.date(), kind: t.text({ nullable: true }) }
  const texts = create({ events: { columns, schema: 'app', partitionBy } })
  expect(texts.slice(1)).toEqual([
    'create table if not exists "app"."events" (\n  "at" date not null,\n  "kind" text\n) partition by range ("at")',
    'create table if not exists "app"."old" partition of "app"."events"\n' +
      `  for values from (minvalue) to ('2026-01-01')`,
    'create table if not exists "app"."recent" partition of "app"."events"\n' +
      `  for values from ('2026-01-01') to (maxvalue)\n  partition by list ("kind")`,
    `create table if not exists "app"."recent_ab" partition of "app"."recent"\n  for values in ('a', 'b', null)`,
    'create table if not exists "app"."recent_rest" partition of "app"."recent"\n' +
      '  default\n  partition by hash ((lower(kind)))',
    'create table if not exists "app"."rest_0" partition of "app"."recent_rest"\n' +
      '  for values with (modulus 1, remainder 0)',
  ])
})

test('everything is created after what it depends on and dropped in the reverse order', () => {
  const tables: AnyTables = {
    users: {
      columns: {
        id: t.id(),
        role: t.enum('role', ['member', 'admin'], { default: 'member' }),
        email: t.domain('email', { of: t.text(), check: raw("value ~ '@'"), notNull: true }),
        home: t.composite('address', { street: t.text() }, { nullable: true }),
      },
      comment: 'People',
      triggers: {
        touch: {
          when: 'before',
          on: ['insert', { update: ['role'] }],
          condition: raw('new.id > 0'),
          execute: raw('touch()'),
        },
      },
      policies: { own: { as: 'restrictive', for: 'select', to: ['public', 'web user'], using: raw('id = 1') } },
    },
  }
  const options: SchemaOptions = {
    extensions: ['citext', { name: 'pg_trgm', schema: 'ext', version: '1.6' }],
    sequences: { tickets: { as: 'integer', start: 10, maxValue: 99, cycle: false, comment: 'Numbers' } },
    functions: {
      touch: {
        sql: raw('create or replace function touch() returns trigger language plpgsql as $$ begin return new; end $$;'),
        signature: 'touch()',
      },
      early: {
        sql: raw('create or replace procedure early() language sql as $$ $$'),
        kind: 'procedure',
        when: 'before',
      },
    },
    views: {
      totals: {
        as: raw('select * from names;'),
        materialized: true,
        withData: false,
        dependsOn: ['names'],
        indexes: { by_email: { on: ['email'], unique: true } },
      },
      names: { as: raw('select email from users'), comment: 'Addresses' },
    },
  }
  const texts = create(tables, options)
  const heads = texts.map(text => /then\n {4}(.*)\n {2}end if/.exec(text)?.[1] ?? text.split('\n')[0])
  expect(heads).toEqual([
    'create schema if not exists "ext"',
    'create extension if not exists "citext"',
    `create extension if not exists "pg_trgm" schema "ext" version '1.6'`,
    'create sequence if not exists "tickets" as integer maxvalue 99 start with 10 no cycle',
    `create type "role" as enum ('member', 'admin');`,
    `create domain "email" as text not null constraint "email_check" check (value ~ '@');`,
    'create type "address" as ("street" text);',
    'create or replace procedure early() language sql as $$ $$',
    'create table if not exists "users" (',
    `comment on sequence "tickets" is 'Numbers'`,
    `comment on table "users" is 'People'`,
    'create or replace function touch() returns trigger language plpgsql as $$ begin return new; end $$',
    'create or replace view "names" as',
    `comment on view "names" is 'Addresses'`,
    'create materialized view if not exists "totals" as',
    'create unique index if not exists "by_email" on "totals" using btree ("email")',
    'create trigger "touch" before insert or update of "role" on "users" ' +
      'for each row when (new.id > 0) execute function touch();',
    'alter table "users" enable row level security',
    'create policy "own" on "users" as restrictive for select to public, "web user" using (id = 1);',
  ])
  expect(texts).toContain('create materialized view if not exists "totals" as\nselect * from names\nwith no data')
  expect(drop(tables, options)).toEqual([
    'drop policy if exists "own" on "users"',
    'drop trigger if exists "touch" on "users"',
    'drop materialized view if exists "totals"',
    'drop view if exists "names"',
    'drop function if exists touch()',
    'drop table if exists "users"',
    'drop procedure if exists "early"',
    'drop type if exists "address"',
    'drop domain if exists "email"',
    'drop type if exists "role"',
    'drop sequence if exists "tickets"',
  ])
  expect(create(tables, options)).toEqual(texts)
})

test('what is no operator is refused in an exclusion', () => {
  const excludes = { free: { elements: [{ on: 'a', with: '=) where (true); drop table a' }] } }
  expect(() => create({ a: { columns: { a: t.integer() }, excludes } })).toThrow(/exclusion 'free' compares with/)
})

test('what generates a column of the table above is not said again', () => {
  const columns = { a: t.integer(), b: t.integer({ generated: raw('a * 2') }) }
  const other = { ...columns, b: t.integer({ generated: raw('a * 3') }) }
  const texts = create({ p: { columns }, c: { columns, inherits: ['p'] }, d: { columns: other, inherits: ['p'] } })
  expect(texts).toEqual([
    'create table if not exists "p" (\n  "a" integer not null,\n  "b" integer generated always as (a * 2) stored not null\n)',
    'create table if not exists "c" (\n  "a" integer not null,\n  "b" integer not null\n) inherits ("p")',
    'create table if not exists "d" (\n  "a" integer not null,\n  "b" integer generated always as (a * 3) stored not null\n) inherits ("p")',
  ])
})
