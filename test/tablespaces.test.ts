/** Tables, materialized views and indexes that are kept in a tablespace: read, made again, moved by a plan. */
import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { diff } from '../src/metadata/diff/diff.ts'
import { type AnySchema, type Change, createEngine, defineSchema, type Engine, sql, t, table } from '../src/index.ts'
import { emptied } from './diff-cases.ts'
import { drivers, type TestDriver } from './drivers.ts'

interface Places {
  readonly database: Awaited<ReturnType<TestDriver['database']>>
  readonly engine: Engine
  /** Two tablespaces, whose names want quotes. */
  readonly fast: string
  readonly slow: string
}

async function placesOn(driver: TestDriver): Promise<Places> {
  const database = await driver.database()
  const engine = createEngine(database)
  const [fast = '', slow = ''] = ['Fast', 'slow'].map(name => `${name} ${randomUUID()}`)
  {
    await using connection = await engine.connect()
    await connection.execute('set allow_in_place_tablespaces = on')
    for (const name of [fast, slow]) await connection.execute(`create tablespace "${name}" location ''`)
    await connection.execute('reset allow_in_place_tablespaces')
  }
  onTestFinished(async () => {
    await engine.execute(emptied)
    for (const name of [fast, slow]) await engine.execute(`drop tablespace "${name}"`)
    await engine.dispose()
  })
  return { database, engine, fast, slow }
}

/** What is in a tablespace, with its name. */
async function placed({ engine, fast, slow }: Places): Promise<string[]> {
  const { rows } = await engine.execute<{ name: string; place: string }>(
    `select c.relname as name, t.spcname as place from pg_class c join pg_tablespace t on t.oid = c.reltablespace
      where c.relnamespace = 'public'::regnamespace order by 1`,
  )
  return rows.map(({ name, place }) => `${name}: ${place.replace(fast, 'fast').replace(slow, 'slow')}`)
}

/** The plan between what two scripts make, carried out; held to what it says of locks. */
async function moved(places: Places, from: string, to: string): Promise<readonly Change[]> {
  const { engine } = places
  const made = async (script: string): Promise<AnySchema> => {
    await engine.execute(emptied)
    if (script !== '') await engine.execute(script)
    return await engine.metadata.reflect()
  }
  const version = Number((await engine.execute('show server_version_num')).scalar())
  const after = await made(to)
  const wanted = await placed(places)
  const changes = diff(await made(from), after, version)
  for (const change of changes) {
    if (change.kind !== 'set tablespace') {
      await engine.execute(change.sql)
      continue
    }
    await engine.transaction(async tx => {
      await tx.execute(change.sql)
      const { rows } = await tx.execute(
        `select format('%I.%I', n.nspname, c.relname) as "on" from pg_locks l join pg_class c on c.oid = l.relation
          join pg_namespace n on n.oid = c.relnamespace
          where pid = pg_backend_pid() and mode = 'AccessExclusiveLock' and n.nspname = 'public' and c.relkind <> 't' order by 1`,
      )
      if (change.locks.length > 0) expect(change.locks.map(({ on }) => ({ on }))).toEqual(rows)
    })
  }
  expect(await placed(places)).toEqual(wanted)
  expect(diff(await engine.metadata.reflect(), after, version)).toEqual([])
  return changes
}

const said = (changes: readonly Change[]) =>
  changes
    .filter(({ kind }) => kind === 'set tablespace')
    .map(({ object, rewrites, hazards }) => [object, rewrites, hazards.map(({ allow }) => allow)])

for (const driver of drivers) {
  describe(`tablespaces on ${driver.name}`, () => {
    test('are read, and made again', async () => {
      const places = await placesOn(driver)
      const { engine, fast, slow } = places
      await engine.execute(`create table far (id integer primary key using index tablespace "${slow}", n integer unique, m integer) tablespace "${fast}";
        create index far_m on far (m) tablespace "${fast}"; create materialized view seen tablespace "${slow}" as select id from far;
        create table p (id integer, primary key (id) using index tablespace "${slow}") partition by range (id) tablespace "${fast}";
        create table p1 partition of p for values from (0) to (10); create table near (id integer)`)
      const all = [
        'far: fast',
        'far_m: fast',
        'far_pkey: slow',
        'p: fast',
        'p1: fast',
        'p1_pkey: slow',
        'p_pkey: slow',
        'seen: slow',
      ]
      expect(await placed(places)).toEqual(all)
      const left: unknown[] = []
      const schema = await engine.metadata.reflect({ onLeftOut: what => left.push(what) })
      expect(left).toEqual([])
      const elsewhere = await engine.metadata.reflect({ tablespaces: false })
      expect(elsewhere.options.raw).toBeUndefined()
      await engine.execute(emptied)
      const copy = createEngine(places.database, { schema })
      await copy.metadata.createAll()
      await copy.metadata.createAll()
      expect(await placed(places)).toEqual(all)
      expect(await copy.metadata.reflect()).toEqual(schema)
      // The embedded database beside another has not its tablespaces.
      if (driver.name === 'pg') expect((await copy.metadata.diff()).changes).toEqual([])
      await copy.dispose()

      // A literal that says nothing of places leaves them alone; one that says something of one speaks of all.
      const silent = createEngine(places.database, { schema: elsewhere })
      expect((await silent.metadata.diff()).changes).toEqual([])
      await silent.dispose()
    })

    test('are kept by what is made again, though no literal says so', async () => {
      const places = await placesOn(driver)
      const { engine, fast, slow } = places
      await engine.execute(`create table far (id integer primary key, n integer, m integer);
        create index far_m on far (m) tablespace "${fast}"; create materialized view seen tablespace "${slow}" as select id from far;
        create index seen_id on seen (id) tablespace "${fast}"`)
      const all = await placed(places)
      const literal = defineSchema(
        {
          far: table(
            { id: t.integer({ primaryKey: true }), n: t.integer({ nullable: true }), m: t.integer({ nullable: true }) },
            { indexes: { far_m: { on: ['m', 'n'] } } },
          ),
        },
        {
          views: {
            seen: { as: sql`select id, n from far`, materialized: true, indexes: { seen_id: { on: ['id'] } } },
          },
        },
      )
      const wanted = createEngine(places.database, { schema: literal as AnySchema })
      const plan = await wanted.metadata.diff()
      expect(plan.changes.map(({ kind }) => kind)).toContain('create materialized view')
      await wanted.metadata.apply(plan, { allow: ['*'] })
      expect(await placed(places)).toEqual(all)
      await wanted.metadata.apply({ changes: plan.back }, { allow: ['*'] })
      expect(await placed(places)).toEqual(all)
      expect((await wanted.metadata.diff()).changes.length).toBe(plan.changes.length)
      await wanted.dispose()
    })

    test('are changed by a plan, once and where something stays', async () => {
      const places = await placesOn(driver)
      const { fast, slow } = places
      const table = (place: string, more = ''): string =>
        `create table far (id integer, n integer) ${place === '' ? '' : `tablespace "${place}"`}; insert into far values (1, 1);${more}`
      const isMoved = [['far', true, ['set-tablespace:far']]]
      expect(said(await moved(places, table(''), table(fast)))).toEqual(isMoved)
      expect(said(await moved(places, table(fast), table('')))).toEqual(isMoved)
      expect(said(await moved(places, table(fast), table(slow)))).toEqual(isMoved)
      // What comes or goes is not moved while anybody looks.
      expect(said(await moved(places, '', table(fast)))).toEqual([['far', false, []]])
      expect(said(await moved(places, table(fast), ''))).toEqual([])

      const index = (place: string, on = 'n'): string =>
        table('', `create index far_n on far (${on}) ${place === '' ? '' : `tablespace "${place}"`};`)
      const isIndexMoved = [['far_n', false, ['set-tablespace:far_n']]]
      expect(said(await moved(places, index(''), index(fast)))).toEqual(isIndexMoved)
      expect(said(await moved(places, index(fast), index(slow)))).toEqual(isIndexMoved)
      expect(said(await moved(places, index(fast), table('')))).toEqual([])
      expect(said(await moved(places, table(''), index(fast)))).toEqual(isIndexMoved)
      // Another index under its name is made in the usual place.
      expect(said(await moved(places, index(fast), index(fast, 'n, id')))).toEqual(isIndexMoved)
      const key = (columns: string): string =>
        table('', `alter table far add constraint far_key unique (${columns}) using index tablespace "${fast}";`)
      expect(said(await moved(places, key('n'), key('id')))).toEqual([['far_key', false, ['set-tablespace:far_key']]])

      const view = (place: string, n = 1): string =>
        `create materialized view seen ${place === '' ? '' : `tablespace "${place}"`} as select ${n} as n;`
      expect(said(await moved(places, view(''), view(fast)))).toEqual([['seen', true, ['set-tablespace:seen']]])
      expect(said(await moved(places, view(fast), view(fast, 2)))).toEqual([['seen', false, []]])
      const parent = (place: string): string =>
        `create table p (id integer) partition by range (id) ${place === '' ? '' : `tablespace "${place}"`}; create table p1 (id integer); alter table p attach partition p1 for values from (0) to (9);`
      expect(said(await moved(places, parent(''), parent(fast)))).toEqual([['p', false, []]])
      expect(said(await moved(places, parent(fast), parent('')))).toEqual([['p', false, []]])
    })
  })
}
