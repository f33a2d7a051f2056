import type { PGlite } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { afterAll, beforeAll, expect, test, inject } from 'vitest'
import type { AnyTables, SchemaOptions } from '../types/literal.ts'
import { Fragment } from '../src/base/fragment.ts'
import type { Statement } from '../src/base/statement.ts'
import { createAll } from '../src/ddl/create.ts'
import { dropAll } from '../src/ddl/drop.ts'
import { buildModel } from '../src/schema/build.ts'
import { t } from '../src/schema/columns.ts'
import { embeddedDatabase } from './embedded.ts'

const raw = (text: string): Fragment => new Fragment([{ kind: 'text', text }])

const awkward = `it's "odd" \\ $$ $cupel$ -- /* ; é`

// biome-ignore format: columns line up
const tables: AnyTables = {
  kinds: {
    columns: {
      id: t.bigserial({ primaryKey: true }),
      smallint: t.smallint({ default: -1 }),
      integer: t.integer({ default: 42 }),
      bigint: t.bigint({ default: -9223372036854775808n }),
      numeric: t.numeric({ precision: 10, scale: 2, default: '12345678.90' }),
      real: t.real({ default: 0.5 }),
      double: t.doublePrecision({ default: Number.NaN }),
      negativeZero: t.doublePrecision({ default: -0 }),
      huge: t.doublePrecision({ default: 1e300 }),
      money: t.money({ default: '12.34' }),
      text: t.text({ default: awkward, comment: awkward, collate: 'C' }),
      varchar: t.varchar({ length: 120, default: 'a' }),
      char: t.char({ length: 3, default: 'abc' }),
      name: t.name({ default: 'n' }),
      bytea: t.bytea({ default: new Uint8Array([0, 255]) }),
      boolean: t.boolean({ default: true }),
      uuid: t.uuid({ default: '00000000-0000-0000-0000-000000000001' }),
      date: t.date({ default: '2026-01-02' }),
      time: t.time({ precision: 3, default: '12:34:56.789' }),
      timetz: t.timetz({ default: '12:34:56+02' }),
      timestamp: t.timestamp({ precision: 0, default: '2026-01-02 03:04:05' }),
      timestamptz: t.timestamptz({ precision: 3, default: new Date(1e12) }),
      interval: t.interval({ fields: 'day to second', precision: 3, default: '1 day 02:00:00' }),
      json: { ...t.json(), default: { a: "it's" } },
      jsonb: { ...t.jsonb(), default: [1, null, 'x'] },
      jsonpath: t.jsonpath({ default: '$."a"' }),
      bit: t.bit({ length: 8, default: '10101010' }),
      varbit: t.varbit({ length: 8, default: '101' }),
      inet: t.inet({ default: '10.0.0.1/8' }),
      cidr: t.cidr({ default: '10.0.0.0/8' }),
      macaddr: t.macaddr({ default: '08:00:2b:01:02:03' }),
      macaddr8: t.macaddr8({ default: '08:00:2b:01:02:03:04:05' }),
      tsvector: t.tsvector({ default: "'a':1" }),
      tsquery: t.tsquery({ default: "'a' & 'b'" }),
      point: t.point({ default: { x: 1, y: -2 } }),
      line: t.line({ nullable: true }),
      lseg: t.lseg({ nullable: true }),
      box: t.box({ nullable: true }),
      path: t.path({ nullable: true }),
      polygon: t.polygon({ nullable: true }),
      circle: t.circle({ nullable: true }),
      int4range: t.int4range({ default: { lower: 1, upper: 5 } }),
      int8range: t.int8range({ nullable: true }),
      numrange: t.numrange({ nullable: true }),
      tsrange: t.tsrange({ nullable: true }),
      tstzrange: t.tstzrange({ default: { lower: new Date(0) } }),
      daterange: t.daterange({ nullable: true }),
      int4multirange: t.int4multirange({ nullable: true }),
      int8multirange: t.int8multirange({ nullable: true }),
      nummultirange: t.nummultirange({ nullable: true }),
      tsmultirange: t.tsmultirange({ nullable: true }),
      tstzmultirange: t.tstzmultirange({ nullable: true }),
      datemultirange: t.datemultirange({ nullable: true }),
      oid: t.oid({ default: 26 }),
      xid: t.xid({ nullable: true }),
      xid8: t.xid8({ nullable: true }),
      pgLsn: t.pgLsn({ default: '0/16' }),
      pgSnapshot: t.pgSnapshot({ nullable: true }),
      regclass: t.regclass({ default: 'pg_class' }),
      regtype: t.regtype({ default: 'integer' }),
      tags: t.array(t.text(), { default: ['a', 'b,"c"'] }),
      grid: t.array(t.array(t.integer()), { default: [[1, 2], [3, 4]] }),
      role: t.enum('Role $$', ['member', "ad'min"], { default: "ad'min" }),
      roles: t.array(t.enum('Role $$', ['member', "ad'min"]), { default: ['member'] }),
      email: t.domain('app.email', { of: t.text(), check: raw("value ~ '@'"), default: 'a@b', notNull: true }),
      home: t.composite('address', { street: t.text(), flat: t.integer() }, {
        default: { street: 'Main, 1', flat: 2 },
      }),
      custom: t.custom('double precision[]', {}, { default: raw("'{1}'") }),
      doubled: t.integer({ generated: raw('"integer" * 2') }),
      slug: t.text({ default: raw("slug('A b')") }),
      ticket: t.integer({ default: raw("nextval('tickets')") }),
    },
  },
  hens: {
    columns: {
      id: t.id(),
      eggId: t.ref('eggs.id', { deferrable: 'initially deferred' }),
      boss: t.ref('hens.id', { nullable: true, as: 'chief' }),
    },
  },
  eggs: { columns: { id: t.id(), henId: t.ref('hens.id', { onDelete: 'cascade' }) } },
  rooms: {
    columns: {
      building: t.text(), number: t.integer(),
      during: t.tsrange(), label: t.text({ unique: { nullsNotDistinct: true }, nullable: true }),
      size: t.integer({ check: { on: raw('size > 0'), noInherit: true }, comment: 'Square metres' }),
    },
    schema: 'app',
    primaryKey: { columns: ['building', 'number'] },
    comment: awkward,
    excludes: {
      no_overlap: {
        elements: [{ on: 'number', with: '=' }, { on: 'during', with: '&&' }],
        where: raw('number > 0'), deferrable: true,
      },
    },
    indexes: {
      rooms_by_label: {
        on: [{ column: 'label', order: 'desc', nulls: 'last', opclass: 'text_pattern_ops' }, raw('lower(building)')],
        where: raw('number > 0'), include: ['size'], with: { fillfactor: 70 }, comment: 'By label',
      },
      rooms_by_during: { on: ['during'], using: 'gist' },
    },
    triggers: {
      [awkward]: {
        when: 'before', on: ['insert', { update: ['size'] }], condition: raw('new.size > 1'), execute: raw('touch()'),
      },
    },
    policies: { [awkward]: { for: 'select', to: ['public'], using: raw('exists (select from bookings)') } },
  },
  bookings: {
    columns: { id: t.uuid({ primaryKey: true }), building: t.text(), number: t.integer() },
    foreignKeys: {
      bookings_room: {
        columns: ['building', 'number'], references: 'rooms', match: 'full', onUpdate: 'cascade', deferrable: true,
      },
    },
  },
  events: {
    columns: { at: t.date(), kind: t.text({ nullable: true }), id: t.bigint() },
    primaryKey: ['id', 'at'],
    indexes: { events_by_kind: { on: ['kind'] } },
    partitionBy: {
      range: ['at'],
      partitions: {
        events_old: { from: [raw('minvalue')], to: ['2026-01-01'] },
        events_new: {
          from: ['2026-01-01'], to: [raw('maxvalue')],
          partitionBy: {
            hash: ['id'],
            partitions: { events_new_0: { modulus: 2, remainder: 0 }, events_new_1: { modulus: 2, remainder: 1 } },
          },
        },
        events_rest: { default: true },
      },
    },
  },
  log: {
    columns: { kind: t.text({ nullable: true }) },
    partitionBy: { list: ['kind'], partitions: { log_ab: { in: ['a', 'b', null] } } },
  },
}

const options: SchemaOptions = {
  naming: 'snake_case',
  extensions: [{ name: 'btree_gist', schema: 'ext' }],
  sequences: { tickets: { as: 'integer', start: 10, increment: 5, maxValue: 1000, cycle: true, comment: 'Numbers' } },
  functions: {
    slug: {
      sql: raw(`create or replace function slug(given text) returns text language sql immutable as $$
        select replace(lower(given), ' ', '-')
      $$;`),
      when: 'before',
      signature: 'slug(text)',
    },
    touch: {
      sql: raw(`create or replace function touch() returns trigger language plpgsql as $$
        begin new.size = new.size + 1; return new; end
      $$`),
    },
    tidy: {
      sql: raw('create or replace procedure tidy() language sql as $$ delete from bookings $$'),
      kind: 'procedure',
    },
  },
  views: {
    roomCounts: {
      as: raw('select building, n from named_rooms'),
      materialized: true,
      dependsOn: ['namedRooms'],
      comment: 'Counts',
      indexes: { room_counts_key: { on: ['building'], unique: true, comment: 'Key' } },
    },
    namedRooms: {
      as: raw('select building, count(*) as n from app.rooms group by building -- all;'),
      comment: 'Rooms',
    },
    later: { as: raw('select 1 as one'), materialized: true, withData: false, schema: 'app' },
  },
}

const model = buildModel(tables, options)
let db: PGlite

beforeAll(async () => {
  db = await embeddedDatabase(inject('template'), { extensions: { btree_gist } })
})
afterAll(() => db.close())

async function run(statements: readonly Statement[]): Promise<void> {
  for (const { text } of statements) await db.query(text)
}

/** Everything that is no part of Postgres or of an extension, with its definition and its oid. */
async function catalogue(): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>(`
    with ours as (select oid from pg_namespace where nspname in ('public', 'app')),
      relations as (select * from pg_class where relnamespace in (select * from ours))
    select line from (
      select concat_ws(' ', 'relation', oid, relkind, oid::regclass, relrowsecurity, obj_description(oid)) as line
        from relations
      union all select concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod),
          attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
        from relations r join pg_attribute on attrelid = r.oid and attnum > 0
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
      union all select concat_ws(' ', 'constraint', oid, conname, pg_get_constraintdef(oid))
        from pg_constraint where connamespace in (select * from ours)
      union all select concat_ws(' ', 'index', indexrelid, pg_get_indexdef(indexrelid))
        from pg_index join relations r on r.oid = indexrelid
      union all select concat_ws(' ', 'type', oid, typtype, oid::regtype)
        from pg_type where typnamespace in (select * from ours) and typtype in ('e', 'd')
      union all select concat_ws(' ', 'function', oid, pg_get_functiondef(oid))
        from pg_proc where pronamespace in (select * from ours)
      union all select concat_ws(' ', 'trigger', oid, pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
      union all select concat_ws(' ', 'policy', oid, polname, polrelid::regclass) from pg_policy
    ) as all_lines order by line`)
  return rows.map(row => row.line)
}

test('a model that uses everything is created, created again without a change, dropped, dropped again', async () => {
  const before = await catalogue()
  await run(createAll(model))
  const created = await catalogue()
  await run(createAll(model))
  expect(await catalogue()).toEqual(created)

  const text = created
    .join('\n')
    .replace(/\b\d{5}\b /g, '')
    .replace(/ {2,}/g, ' ')
  const expected = [
    `relation r app.rooms t ${awkward}`,
    'relation p events f',
    'column app.rooms size integer t Square metres',
    'column kinds time time(3) without time zone t',
    'column kinds interval interval day to second(3) t',
    'column kinds numeric numeric(10,2) t',
    'column kinds grid integer[] t',
    'column kinds email app.email t',
    'constraint bookings_room FOREIGN KEY (building, number) REFERENCES app.rooms(building, number) ' +
      'MATCH FULL ON UPDATE CASCADE DEFERRABLE',
    'constraint hens_egg_id_fkey FOREIGN KEY (egg_id) REFERENCES eggs(id) DEFERRABLE INITIALLY DEFERRED',
    'constraint eggs_hen_id_fkey FOREIGN KEY (hen_id) REFERENCES hens(id) ON DELETE CASCADE',
    'constraint rooms_label_key UNIQUE NULLS NOT DISTINCT (label)',
    'constraint rooms_size_check CHECK ((size > 0)) NO INHERIT',
    'constraint rooms_pkey PRIMARY KEY (building, number)',
    'constraint no_overlap EXCLUDE USING gist (number WITH =, during WITH &&) WHERE ((number > 0)) DEFERRABLE',
    "constraint email_check CHECK ((VALUE ~ '@'::text))",
    'index CREATE INDEX rooms_by_label ON app.rooms USING btree (label text_pattern_ops DESC NULLS LAST, ' +
      "lower(building)) INCLUDE (size) WITH (fillfactor='70') WHERE (number > 0)",
    `policy ${awkward} app.rooms`,
  ]
  for (const line of expected) expect(text).toContain(line)

  await run(dropAll(model))
  expect(await catalogue()).toEqual(before)
  await run(dropAll(model))
  await run(createAll(model))
  expect((await catalogue()).length).toBe(created.length)
  await run(dropAll(model))
})

test('a default that was given as a value is that value in the database', async () => {
  await run(createAll(model))
  const { rows } = await db.query<Record<string, unknown>>(`insert into kinds default values returning
    smallint, bigint::text, numeric, double, negative_zero::text, huge, money::numeric as money, text, "char", bytea,
    "time", timetz, "timestamp"::text, timestamptz, "interval"::text, json, jsonb, jsonpath, bit, inet, point,
    int4range, tstzrange @> now() as since, pg_lsn, regclass::text, tags, grid, role::text, roles::text[] as roles,
    email, (home).street, (home).flat, doubled, slug, ticket`)
  expect(rows).toEqual([
    {
      smallint: -1,
      bigint: '-9223372036854775808',
      numeric: '12345678.90',
      double: Number.NaN,
      negative_zero: '-0',
      huge: 1e300,
      money: '12.34',
      text: awkward,
      char: 'abc',
      bytea: new Uint8Array([0, 255]),
      time: '12:34:56.789',
      timetz: '12:34:56+02',
      timestamp: '2026-01-02 03:04:05',
      timestamptz: new Date(1e12),
      interval: '1 day 02:00:00',
      json: { a: "it's" },
      jsonb: [1, null, 'x'],
      jsonpath: '$."a"',
      bit: '10101010',
      inet: '10.0.0.1/8',
      point: '(1,-2)',
      int4range: '[1,5)',
      since: true,
      pg_lsn: '0/16',
      regclass: 'pg_class',
      tags: ['a', 'b,"c"'],
      grid: [
        [1, 2],
        [3, 4],
      ],
      role: "ad'min",
      roles: ['member'],
      email: 'a@b',
      street: 'Main, 1',
      flat: 2,
      doubled: 84,
      slug: 'a-b',
      ticket: 10,
    },
  ])
  await run(dropAll(model))
})

test('a guard looks at the very object, not at one of the same name elsewhere', async () => {
  await db.exec(`create schema other; create type other.mood as enum ('x'); create domain other.mail as text;
    create type other.pair as (a text);
    create table other.pair_table (a int constraint hens_egg_id_fkey check (a > 0))`)
  const small: AnyTables = {
    moods: {
      columns: {
        mood: t.enum('mood', ['sad']),
        mail: t.domain('mail', { of: t.text() }),
        pair: t.composite('pair', { a: t.text() }),
      },
    },
    hens: tables['hens'] as AnyTables[string],
    eggs: tables['eggs'] as AnyTables[string],
  }
  const other = buildModel(small, { naming: 'snake_case' })
  await run(createAll(other))
  await run(createAll(other))
  const { rows } = await db.query(`select typname from pg_type
    where typnamespace = 'public'::regnamespace and typname in ('mood', 'mail', 'pair') order by typname`)
  expect(rows).toEqual([{ typname: 'mail' }, { typname: 'mood' }, { typname: 'pair' }])
  const keys = await db.query(`select conrelid::regclass::text as place from pg_constraint
    where conname = 'hens_egg_id_fkey' order by place`)
  expect(keys.rows).toEqual([{ place: 'hens' }, { place: 'other.pair_table' }])
  await run(dropAll(other))
  await db.exec('drop schema other cascade')
})

test('what the model does not own is never dropped: Postgres refuses instead', async () => {
  const other = buildModel({ a: { columns: { id: t.id() } } }, {})
  await run(createAll(other))
  await db.exec('create view foreign_view as select * from a')
  await expect(run(dropAll(other))).rejects.toThrow(/other objects depend on it/)
  await db.exec('drop view foreign_view')
  await run(dropAll(other))
})

test('where the search path begins elsewhere, everything is created there, and a guard looks there too', async () => {
  const moods: AnyTables = { moods: { columns: { mood: t.enum('mood', ['sad'], { primaryKey: true }) } } }
  const other = buildModel(moods, {})
  await run(createAll(other))
  await db.exec('create schema elsewhere; set search_path to elsewhere, public')
  await run(createAll(other))
  await run(createAll(other))
  const { rows } = await db.query(`select typnamespace::regnamespace::text as schema, typname from pg_type
    where typname in ('mood', 'moods') and typtype in ('c', 'e') order by schema, typname`)
  expect(rows).toEqual([
    { schema: 'elsewhere', typname: 'mood' },
    { schema: 'elsewhere', typname: 'moods' },
    { schema: 'public', typname: 'mood' },
    { schema: 'public', typname: 'moods' },
  ])
  await run(dropAll(other))
  await db.exec('drop schema elsewhere; reset search_path')
  await run(dropAll(other))
})
