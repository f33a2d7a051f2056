/** What few databases have: read, made again, taken away by a plan, and told of where it is not kept. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AnySchema, createEngine, type Engine, type LeftOut } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import { drivers, pgDriver, type TestDriver } from './drivers.ts'
import { fingerprint } from './fingerprint.ts'

async function engineOf(driver: TestDriver, schema?: AnySchema): Promise<Engine> {
  const engine = createEngine(await driver.database(), schema === undefined ? {} : { schema })
  onTestFinished(() => engine.dispose())
  return engine
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
        await copy.metadata.apply({ changes: diff(from, to, version), questions: [] }, { allow: ['*'] })
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
      await copy.metadata.apply({ changes: diff(empty, schema, version), questions: [] }, { allow: ['*'] })
      await copy.metadata.apply({ changes: diff(schema, bare, version), questions: [] }, { allow: ['*'] })
      expect(diff(await copy.metadata.reflect(), bare, version)).toEqual([])
      // It is in no schema, with which the rest goes.
      for (const engine of [source, copy]) await engine.execute('drop transform for integer language sql')
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
      const schema = await source.metadata.reflect()
      const copy = await engineOf(driver, schema)
      await copy.metadata.createAll()
      await copy.metadata.createAll()
      expect(await fingerprint(copy)).toEqual(await fingerprint(source))
      expect(await copy.metadata.reflect()).toEqual(schema)
      expect((await copy.metadata.diff()).changes).toEqual([])
      await copy.metadata.dropAll()
      expect(await copy.metadata.reflect()).toEqual({ tables: {}, options: {} })
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
  await copy.metadata.apply({ changes, questions: [] }, { allow: ['*'] })
  expect((await copy.execute(acl)).scalar()).not.toContain(bob)
  for (const engine of [source, copy]) await tidy(engine)
  await source.execute(`drop role ${bob}; drop role ${ada}`)
})

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
