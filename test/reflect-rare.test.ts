/** What few databases have: read, made again, taken away by a plan, and told of where it is not kept. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AnySchema, createEngine, type Engine, type LeftOut, sql } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import { drivers, pgDriver, type TestDriver } from './drivers.ts'
import { fingerprint } from './fingerprint.ts'

async function engineOf(driver: TestDriver, schema?: AnySchema): Promise<Engine> {
  const engine = createEngine(await driver.database(), schema === undefined ? {} : { schema })
  onTestFinished(() => engine.dispose())
  return engine
}

/** The schema that is read makes the same again, also twice, differs in nothing, and can be dropped whole, but for Postgres schemas. */
async function expectCopied(driver: TestDriver, source: Engine, schemas: readonly string[] = []): Promise<void> {
  const schema = await source.metadata.reflect()
  const copy = await engineOf(driver, schema)
  await copy.metadata.createAll()
  await copy.metadata.createAll()
  expect(await fingerprint(copy)).toEqual(await fingerprint(source))
  expect(await copy.metadata.reflect()).toEqual(schema)
  expect((await copy.metadata.diff()).changes).toEqual([])
  await copy.metadata.dropAll()
  const left = schemas.map(name => [`schema ${name}`, schema.options.raw?.[`schema ${name}`]])
  const options = left.length === 0 ? {} : { raw: Object.fromEntries(left) }
  expect(await copy.metadata.reflect()).toEqual({ tables: {}, options })
}

const rare = `create transform for integer language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal));
  create text search parser "Words" (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
  create text search template plain_words (init = dsimple_init, lexize = dsimple_lexize);
  create text search dictionary own_words (template = plain_words);
  create text search configuration own_search (parser = "Words");
  alter text search configuration own_search add mapping for asciiword with own_words;
  create operator family numbers using btree;
  alter operator family numbers using btree add operator 1 < (int4, int2), operator 2 <= (int4, int2), operator 3 = (int4, int2),
    operator 4 >= (int4, int2), operator 5 > (int4, int2), function 1 (int4, int2) btint42cmp(int4, int2);`

const raws = [
  'operator family member public.numbers using btree function 1 (integer, smallint)',
  'operator family member public.numbers using btree operator 1 (integer, smallint)',
  'operator family member public.numbers using btree operator 5 (integer, smallint)',
  'operator family public.numbers using btree',
  'text search dictionary public.own_words',
  'text search parser public."Words"',
  'text search template public.plain_words',
  'transform for integer language sql',
]

for (const driver of drivers) {
  describe(`reflect on ${driver.name}`, () => {
    test('transforms, parsers, templates and members of operator families are kept', async () => {
      const source = await engineOf(driver)
      await source.execute(rare)
      const schema = await source.metadata.reflect()
      expect(Object.keys(schema.options.raw ?? {})).toEqual(expect.arrayContaining(raws))

      const copy = await engineOf(driver, schema)
      await copy.metadata.createAll()
      await copy.metadata.createAll()
      expect(await copy.metadata.reflect()).toEqual(schema)
      await copy.metadata.dropAll()
      await copy.metadata.dropAll()
      const empty = await copy.metadata.reflect()
      expect(empty).toEqual({ tables: {}, options: {} })

      const version = Number((await copy.execute('show server_version_num')).scalar())
      for (const [from, to] of [
        [empty, schema],
        [schema, empty],
      ] as const) {
        await copy.metadata.apply({ changes: diff(from, to, version) }, { allow: ['*'] })
        expect(await copy.metadata.reflect()).toEqual(to)
      }
      // Each by itself, as the family stays.
      const { 'operator family public.numbers using btree': family, ...others } = schema.options.raw ?? {}
      const members = Object.fromEntries(
        Object.entries(others).filter(([name]) => !name.startsWith('operator family member')),
      )
      const bare = {
        tables: {},
        options: { raw: { ...members, 'operator family public.numbers using btree': family } },
      } as AnySchema
      await copy.metadata.apply({ changes: diff(empty, schema, version) }, { allow: ['*'] })
      await copy.metadata.apply({ changes: diff(schema, bare, version) }, { allow: ['*'] })
      expect(diff(await copy.metadata.reflect(), bare, version)).toEqual([])
      // It is in no schema, with which the rest goes.
      for (const engine of [source, copy]) await engine.execute('drop transform for integer language sql')
    })

    test('keys that say twice the same are two', async () => {
      const source = await engineOf(driver)
      await source.execute(`create table k (a integer primary key, b integer unique, during int4range, exclude using gist (during with &&));
        alter table k add constraint a_again unique (a), add constraint b_again unique (b), add constraint b_late unique (b) deferrable, add constraint during_again exclude using gist (during with &&);
        create table r (a integer references k, b integer references k (b));
        create table p (a integer primary key) partition by range (a); create table p1 partition of p for values from (1) to (2); alter table p add constraint p_again unique (a)`)
      await expectCopied(driver, source)
    })

    test('what goes with an extension is known to', async () => {
      const source = await engineOf(driver)
      await source.execute(`create table "T" (id integer); create index on "T" (id);
        create function "F"(a integer) returns integer language sql as 'select a'; create function g() returns trigger language plpgsql as 'begin return new; end';
        create trigger "R" before insert on "T" for each row execute function g(); create materialized view m as select 1 as n; create procedure p() language sql as '';
        alter function "F"(integer) depends on extension plpgsql; alter trigger "R" on "T" depends on extension plpgsql; alter materialized view m depends on extension plpgsql;
        alter index "T_id_idx" depends on extension plpgsql; alter procedure p() depends on extension plpgsql`)
      const kept = (await source.metadata.reflect()).options.raw ?? {}
      expect(Object.keys(kept).filter(name => name.includes('extension'))).toHaveLength(5)
      await expectCopied(driver, source)
    })

    test('public that was made again has the owner, the privileges and the comment that it had', async () => {
      const looks = `select concat_ws(' ', pg_get_userbyid(nspowner), nspacl, obj_description(oid, 'pg_namespace')) from pg_namespace where nspname = 'public'`
      for (const more of ['', 'grant all on schema public to public;', `comment on schema public is 'ours';`]) {
        const source = await engineOf(driver)
        await source.execute(`drop schema public; create schema public; ${more} create table notes (id integer)`)
        const schema = await source.metadata.reflect()
        const copy = await engineOf(driver, schema)
        await copy.metadata.createAll()
        await copy.metadata.createAll()
        const [was, is] = [(await source.execute(looks)).scalar(), (await copy.execute(looks)).scalar()]
        // One prints no privileges where they are the usual ones.
        expect(String(is).replace(/ \{postgres=UC\/postgres\}/, '')).toBe(was)
        expect(await copy.metadata.reflect()).toEqual(schema)
        expect((await copy.metadata.diff()).changes).toEqual([])
        // A literal that says nothing of it asks for nothing.
        const raw = { one: { kind: 'privilege', sql: sql`grant select on notes to postgres` } }
        const unsaid = await engineOf(driver, { ...schema, options: { raw } } as AnySchema)
        await unsaid.execute(`drop schema public; create schema public`)
        await unsaid.metadata.createAll()
        expect((await unsaid.metadata.diff()).changes).toEqual([])
      }
    })

    test('exclusions are read as the literal writes them, and as SQL where it has no words', async () => {
      const source = await engineOf(driver)
      await source.execute(`create schema ops; create function ops.near(integer, integer) returns boolean language sql immutable as 'select $1 = $2';
        create operator ops.=# (leftarg = integer, rightarg = integer, function = ops.near, commutator = operator(ops.=#));
        create operator class ops.near_ops for type integer using hash as operator 1 ops.=#, function 1 hashint4(integer);
        create table b (room integer, during int4range, name text, "Odd" inet,
          exclude using gist (during with &&), exclude (name with =, room with =) where (room > 0) deferrable initially deferred,
          constraint "near" exclude using hash (room ops.near_ops with operator(ops.=#)),
          constraint lowered exclude using btree (lower(name) text_pattern_ops with =), constraint odd exclude using gist ("Odd" inet_ops with &&),
          constraint stored exclude using gist (during with -|-) with (fillfactor = 70), constraint more exclude using gist (during with =) include (room),
          constraint sorted exclude (room with =, name collate "C" with =), constraint last_first exclude (room desc with =));
        comment on constraint lowered on b is 'one of each'`)
      const schema = await source.metadata.reflect()
      expect(schema.tables['b']?.excludes).toEqual({
        b_during_excl: { elements: [{ on: 'during', with: '&&' }] },
        b_name_room_excl: {
          using: 'btree',
          elements: [
            { on: 'name', with: '=' },
            { on: 'room', with: '=' },
          ],
          where: sql`(room > 0)`,
          deferrable: 'initially deferred',
        },
        near: { using: 'hash', elements: [{ on: 'room', with: 'operator(ops.=#)', opclass: 'ops.near_ops' }] },
        lowered: { using: 'btree', elements: [{ on: sql`lower(name)`, with: '=', opclass: 'text_pattern_ops' }] },
        odd: { elements: [{ on: 'Odd', with: '&&', opclass: 'inet_ops' }] },
      })
      expect(Object.keys(schema.options.raw ?? {}).filter(name => name.startsWith('constraint'))).toEqual([
        'constraint "last_first" on public.b',
        'constraint "more" on public.b',
        'constraint "sorted" on public.b',
        'constraint "stored" on public.b',
      ])
      await expectCopied(driver, source, ['ops'])
    })

    test('constraints as Postgres 18 has them: NOT NULL by name, of one table alone, for later rows; keys over time; what is not enforced', async () => {
      const source = await engineOf(driver)
      await source.execute(`create table v (id integer constraint id_is_there not null, a integer, b integer generated always as (a + 1) virtual); comment on constraint id_is_there on v is 'there';
        create table n (a integer, b integer not null no inherit, c integer); alter table n add constraint c_soon not null c not valid;
        create table e (a integer, p integer primary key, constraint a_pos check (a > 0) not enforced, q integer references e not enforced);
        create table rooms (id int4range, during tstzrange, name int8range, primary key (id, during without overlaps), constraint u unique (name, during without overlaps));
        create table bookings (room int4range, span tstzrange, foreign key (room, period span) references rooms (id, period during));
        create table pt (id integer generated always as identity, d int4range not null, r int4range, exclude using gist (d with =, r with &&)) partition by range (d); create table pt1 partition of pt for values from ('[1,2)') to ('[5,6)');
        create table p (x integer constraint xx not null, y integer not null, z integer, a integer not null no inherit);
        create table k1 (constraint kk not null x, constraint zz not null z no inherit) inherits (p); comment on constraint kk on k1 is 'kk';
        create table k2 (x integer not null, y integer constraint yyy not null, constraint aa not null a) inherits (p);
        create table k3 (z integer constraint zz not null no inherit) inherits (p); alter table k3 alter x set not null;
        create table k4 (x integer, y integer, z integer) inherits (p);
        create table q (x integer); create table q1 () inherits (q); alter table q1 alter x set not null; alter table q alter x set not null`)
      await expectCopied(driver, source)
    })

    test("a generated column of a table above that is a table's own too is made and read", async () => {
      const source = await engineOf(driver)
      await source.execute(`create table p (a integer, b integer generated always as (a * 2) stored); create table c (a integer, b integer) inherits (p);
        create table other (c text, b integer generated always as (a + 1) stored, a integer)`)
      await expectCopied(driver, source)
    })

    test('who may use a language is kept', async () => {
      const source = await engineOf(driver)
      await source.execute(
        'revoke usage on language plpgsql from public; grant usage on language plpgsql to pg_monitor with grant option',
      )
      const schema = await source.metadata.reflect()
      const copy = await engineOf(driver, schema)
      await copy.metadata.createAll()
      await copy.metadata.createAll()
      expect(await copy.metadata.reflect()).toEqual(schema)
      const usage = `select has_language_privilege('pg_monitor', 'plpgsql', 'usage with grant option'), has_language_privilege('pg_read_all_stats', 'plpgsql', 'usage')`
      expect((await copy.execute(usage)).rows).toEqual((await source.execute(usage)).rows)
      for (const engine of [source, copy])
        await engine.execute(
          'revoke usage on language plpgsql from pg_monitor; grant usage on language plpgsql to public',
        )
      expect(await source.metadata.reflect()).toEqual({ tables: {}, options: {} })
    })

    test('a function that supports an operator class, and is no part of it, is there before', async () => {
      const source = await engineOf(driver)
      await source.execute(`create function seeded(integer, bigint) returns bigint language sql immutable as 'select $1 + $2'; create operator class seeded_ops for type integer using hash as operator 1 =, function 2 seeded(integer, bigint);
        create table h (a integer) partition by hash (a seeded_ops); create table h0 partition of h for values with (modulus 2, remainder 0)`)
      await expectCopied(driver, source)
    })

    test('an aggregate of whole rows has a star in all that is said of it', async () => {
      const source = await engineOf(driver)
      await source.execute(`create function step(integer) returns integer language sql as 'select $1 + 1'; create aggregate counted(*) (sfunc = step, stype = integer, initcond = '0'); comment on aggregate counted(*) is 'counts';
        alter aggregate counted(*) owner to pg_monitor; revoke execute on function counted() from public; create view v as select counted(*) as n from generate_series(1, 3)`)
      await expectCopied(driver, source)
    })

    test('defaults are kept that a table inherits from one which has others than the one above it', async () => {
      const source = await engineOf(driver)
      await source.execute(`create table p (a integer default 1, b integer default 3, c text); create table k () inherits (p); alter table k alter a set default 2, alter b set default 9, alter c set default 'k';
        create table kk () inherits (k); alter table kk alter a drop default; create table kkk () inherits (kk); alter table kkk alter b set default 3`)
      await expectCopied(driver, source)
    })

    test('ranges with a function that makes them alike, and base types, are made and dropped', async () => {
      const source = await engineOf(driver)
      await source.execute(`create type days; create function days_alike(days) returns days language internal strict immutable as 'int4range_canonical'; create type days as range (subtype = integer, canonical = days_alike, subtype_diff = int4range_subdiff);
        create type mood; create function mood_in(cstring) returns mood language internal strict immutable as 'int4in'; create function mood_out(mood) returns cstring language internal strict immutable as 'int4out';
        create type mood (input = mood_in, output = mood_out, internallength = 4, alignment = int4, passedbyvalue); create table t (d days, m mood)`)
      await expectCopied(driver, source)
    })

    test('a type that has a name and no more is dropped too', async () => {
      const source = await engineOf(driver)
      await source.execute('create schema s; create type one; create type s."Two"')
      await expectCopied(driver, source, ['s'])
    })

    test('the cast that comes with a range is its own', async () => {
      const source = await engineOf(driver)
      await source.execute('create type span as range (subtype = float8); create table t (s span, m span_multirange)')
      const schema = await source.metadata.reflect()
      expect(Object.keys(schema.options.raw ?? {}).filter(name => name.startsWith('cast'))).toEqual([])
      const copy = await engineOf(driver, schema)
      await copy.metadata.createAll()
      expect(await fingerprint(copy)).toEqual(await fingerprint(source))
      await copy.metadata.dropAll()
      expect(await copy.metadata.reflect()).toEqual({ tables: {}, options: {} })
    })

    test('keys of partitions keep their own names, also those that only SQL says', async () => {
      const source = await engineOf(driver)
      await source.execute(`create table p (id int, v int, w int, constraint p_pk primary key (id), constraint p_v unique (id, v) include (w)) partition by range (id);
        create table p1 (id int not null, v int, w int, constraint weird primary key (id), constraint other unique (id, v) include (w), constraint more unique (id, w));
        alter table p attach partition p1 for values from (0) to (10);
        create table s (id int not null, v int, w int, constraint s_key primary key (id)) partition by range (id);
        create table s1 (w int, v int, id int not null, constraint "S one" primary key (id));
        alter table s attach partition s1 for values from (20) to (25); alter table p attach partition s for values from (20) to (30);
        create table q (p int references p, s1 int references s1)`)
      await expectCopied(driver, source)
    })

    test('exclusions of partitions come with those above, and their own stay beside them', async () => {
      const source = await engineOf(driver)
      await source.execute(`create table p (id int, v int, constraint above exclude (id with =, v with =), exclude (id with =) where (v > 1) deferrable) partition by range (id);
        create table p1 partition of p for values from (0) to (10); create table p2 (v int, id int) partition by range (id); create table p3 partition of p2 for values from (10) to (15); alter table p attach partition p2 for values from (10) to (20);
        alter table p1 add constraint own exclude (v with =); alter table p3 rename constraint p3_id_v_excl to "P3 own"; create table h (id int) partition by range (id); create table h1 partition of h for values from (0) to (10); alter table only h add constraint half exclude (id with =)`)
      await expectCopied(driver, source)
    })

    test('keys that not all partitions have are given to no others', async () => {
      const source = await engineOf(driver)
      await source.execute(`create table p (id int not null, v int not null, w int) partition by list (id); create table p1 partition of p for values in (1); create table p2 partition of p for values in (2);
        alter table only p add primary key (id), add constraint u unique (id, v); alter table p1 add constraint one primary key (id); alter index p_pkey attach partition one; comment on constraint u on p is 'u';
        create index i on only p (w); create index i1 on p1 (w); alter index i attach partition i1`)
      await expectCopied(driver, source)
    })

    test('security labels are read', async () => {
      const engine = await engineOf(driver)
      await engine.execute(`create table "Notes" (id integer)`)
      // No provider is at hand: what one would have written.
      await engine.transaction(async tx => {
        await tx.execute('set local allow_system_table_mods = on')
        await tx.execute(
          `insert into pg_seclabel select '"Notes"'::regclass, 'pg_class'::regclass, n, 'guard', 'it''s secret' from generate_series(0, 1) n`,
        )
        // A large object is data.
        await tx.execute(
          `insert into pg_seclabel select lo_create(0), 'pg_largeobject'::regclass, 0, 'guard', 'hidden'`,
        )
      })
      const { raw } = (await engine.metadata.reflect()).options
      expect(
        Object.values(raw ?? {}).map(({ sql }) =>
          sql.parts.map(part => (part.kind === 'text' ? part.text : '')).join(''),
        ),
      ).toEqual([
        `security label for guard on column public."Notes".id is 'it''s secret'`,
        `security label for guard on table public."Notes" is 'it''s secret'`,
      ])
      await engine.execute(`set allow_system_table_mods = on; delete from pg_seclabel; reset allow_system_table_mods`)
    })
  })
}

test('a subscription is kept without its password, and off', async () => {
  const source = await engineOf(pgDriver)
  await source.execute(
    `create subscription "Sub" connection 'host=localhost password=''s e\\'' cret'' dbname=x' publication p, "Q" with (connect = false, slot_name = none, binary = true, streaming = on)`,
  )
  await source.execute(
    `create subscription other connection 'postgresql://eve:secret@localhost/x?sslpassword=hidden&connect_timeout=3' publication p with (connect = false)`,
  )
  await source.transaction(async tx => {
    await tx.execute('set local allow_system_table_mods = on')
    await tx.execute(
      `insert into pg_shseclabel select oid, 'pg_subscription'::regclass, 'guard', 'secret' from pg_subscription where subname = 'Sub'`,
    )
  })
  // What has the label is there before it.
  expect(Object.keys((await source.metadata.reflect()).options.raw ?? {})).toEqual([
    'subscription "Sub"',
    'subscription other',
    'security label for guard on subscription "Sub"',
  ])
  await source.execute(
    `set allow_system_table_mods = on; delete from pg_shseclabel where provider = 'guard'; reset allow_system_table_mods`,
  )
  const left: LeftOut[] = []
  const schema = await source.metadata.reflect({ onLeftOut: what => left.push(what) })
  expect(left).toEqual([
    { kind: 'subscription', name: '"Sub"', message: 'the password of its connection is not kept' },
    { kind: 'subscription', name: 'other', message: 'the password of its connection is not kept' },
  ])
  const text = JSON.stringify(schema.options.raw)
  expect(text).not.toMatch(/cret|hidden/)
  expect(text).toContain('postgresql://eve@localhost/x?')

  const copy = await engineOf(pgDriver, schema)
  await copy.metadata.createAll()
  await copy.metadata.createAll()
  expect(await copy.metadata.reflect()).toEqual(schema)
  expect(
    (
      await copy.execute(
        `select subenabled from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())`,
      )
    ).scalars(),
  ).toEqual([false, false])
  // It is asked for nowhere in this literal, and so is nobody's business.
  const silent = createEngine(await pgDriver.database(), { schema: { tables: {}, options: {} } })
  await silent.execute(
    `create subscription lone connection 'dbname=x' publication p with (connect = false, slot_name = none)`,
  )
  expect((await silent.metadata.diff()).changes).toEqual([])
  await silent.execute('drop subscription lone')
  await silent.dispose()
  await copy.metadata.dropAll()
  await source.execute(`alter subscription other set (slot_name = none)`)
  await source.execute('drop subscription other')
  await source.execute('drop subscription "Sub"')
})

test('what somebody else than the owner gave is given by the same again', async () => {
  const source = await engineOf(pgDriver)
  const name = (await source.execute('select current_database()')).scalar()
  const [ada, bob] = [`${name}_ada`, `${name}_bob`]
  await source.execute(`create role ${ada}; create role ${bob}`)
  const tidy = async (engine: Engine) => engine.execute(`drop owned by ${bob}, ${ada} cascade`)
  const granted = `create table notes (id integer); grant usage on schema public to ${ada}; grant select on notes to ${ada} with grant option`
  await source.execute(granted)
  await source.transaction(async tx => {
    await tx.execute(`set local role ${ada}`)
    await tx.execute(`grant select on notes to ${bob}`)
  })
  const acl = `select array_to_string(relacl, ' ') from pg_class where relname = 'notes'`
  const schema = await source.metadata.reflect()
  const copy = await engineOf(pgDriver, schema)
  await copy.metadata.createAll()
  expect((await copy.execute(acl)).scalar()).toBe((await source.execute(acl)).scalar())
  expect((await copy.metadata.diff()).changes).toEqual([])

  const less = {
    ...schema,
    options: {
      raw: Object.fromEntries(Object.entries(schema.options.raw ?? {}).filter(([key]) => !key.includes(bob))),
    },
  }
  const changes = diff(schema, less as AnySchema, 180000)
  expect(changes.map(({ kind, hazards }) => [kind, hazards.map(hazard => hazard.allow)])).toEqual([
    ['revoke', [`revoke:select on table public.notes from ${bob}`]],
  ])
  await copy.metadata.apply({ changes }, { allow: ['*'] })
  expect((await copy.execute(acl)).scalar()).not.toContain(bob)
  for (const engine of [source, copy]) await tidy(engine)
  await source.execute(`drop role ${bob}; drop role ${ada}`)
})

for (const driver of drivers) {
  test(`privileges on what is Postgres's own are told of on ${driver.name}`, async () => {
    const engine = createEngine(await driver.database())
    const told = async () => {
      const left: string[] = []
      await engine.metadata.reflect({
        onLeftOut: ({ kind, name, message }) => left.push(`${kind} ${name}: ${message}`),
      })
      return left
    }
    expect(await told()).toEqual([])
    await engine.execute(
      'revoke execute on function pg_sleep(double precision) from public; grant select on pg_authid to public',
    )
    const message = "it is Postgres's own, so that who may use it is not kept"
    expect(await told()).toEqual([
      `privilege function pg_sleep(double precision): ${message}`,
      `privilege table pg_authid: ${message}`,
    ])
    await engine.execute(
      'grant execute on function pg_sleep(double precision) to public; revoke select on pg_authid from public',
    )
    expect(await told()).toEqual([])
    await engine.dispose()
  })
}

test('passwords and what the role may not read are told of', async () => {
  const address = new URL(await pgDriver.database())
  const engine = createEngine(address.href)
  const role = `cupel_${address.pathname.slice(-12)}`
  await engine.execute(`create role ${role} login password 'cupel'; create foreign data wrapper w; create server s foreign data wrapper w;
    create user mapping for ${role} server s options (user 'u', password 'hidden'); create user mapping for public server s options (user 'u'); grant usage on foreign server s to ${role}`)
  await engine.execute(
    `create subscription sub connection 'dbname=x' publication p with (connect = false, slot_name = none)`,
  )
  const told = async (one: Engine) => {
    const left: string[] = []
    await one.metadata.reflect({ onLeftOut: ({ kind, name, message }) => left.push(`${kind} ${name}: ${message}`) })
    return left.map(line => line.replaceAll(role, 'eve'))
  }
  expect(await told(engine)).toEqual(['user mapping for eve server s: its password is not kept'])
  const limited = createEngine(Object.assign(new URL(address), { username: role, password: 'cupel' }).href)
  expect(await told(limited)).toEqual([
    'subscription sub: its connection may not be read by this role, so it is left out',
    'user mapping for eve server s: its password is not kept',
    'user mapping for public server s: its options, if it has any, may not be read by this role',
  ])
  await limited.dispose()
  await engine.execute(`drop subscription sub`)
  await engine.execute(`drop foreign data wrapper w cascade; drop role ${role}`)
  await engine.dispose()
})
