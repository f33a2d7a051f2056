/**
 * Relations loaded in the statement of the rows that they leave from are what statements of their own would have given. `LOADING_RUNS` says
 * how many graphs are tried on each database; a failure names the seed, and `LOADING_SEED` tries it again.
 */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createEngine, defineSchema, type Engine, Entity, sql, t, table } from '../src/index.ts'
import { canCompile } from '../src/sql/row-reader.ts'
import { textColumn } from '../src/sql/column-reader.ts'
import { treeReader } from '../src/sql/tree-reader.ts'
import { plainType } from '../src/schema/plain-type.ts'
import type { AnyColumn } from '../types/literal.ts'
import type { AnySchema } from '../types/schema.ts'
import { arrays } from './cases/any-array.ts'
import { scalars } from './cases/any-value.ts'
import { drivers } from './drivers.ts'
import { randomRuns } from './random-runs.ts'
import { sent, trips } from './sent.ts'

const runs = randomRuns('LOADING', 3)
const strategies = ['joined', 'selectin'] as const

/** What was found, each object once: others of it are its number. */
function graphOf(found: readonly object[]): unknown {
  const numbers = new Map<object, number>()
  const seen = (value: unknown): unknown => {
    if (Array.isArray(value) && value.some(one => isRow(one))) return value.map(seen)
    if (!isRow(value)) return value
    const number = numbers.get(value)
    if (number !== undefined) return number
    numbers.set(value, numbers.size)
    // Relations stand in the order in which they were loaded.
    const keys = Object.keys(value).sort()
    return Object.fromEntries(keys.map(key => [key, seen(Reflect.get(value, key))]))
  }
  return found.map(seen)
}

/** Rows of these schemas have a key; of values, none has. */
function isRow(value: unknown): value is object {
  return typeof value === 'object' && value !== null && ('id' in value || 'place' in value)
}

const all = { ...scalars, ...arrays }
const isSerial = ({ type }: AnyColumn): boolean => type.includes('serial')
const columns = Object.fromEntries(
  Object.entries(all).map(([name, { column }]) => [name, isSerial(column) ? column : { ...column, nullable: true }]),
)
// So many columns cost the compiler more than they tell it.
const wide: AnySchema = defineSchema({
  nodes: table({
    id: t.integer({ primaryKey: true }),
    label: t.varchar({ length: 9 }),
    bossId: t.integer({ nullable: true, references: 'nodes.id', as: 'boss', inverse: 'staff' }),
    place: t.char({ length: 4, nullable: true }),
    day: t.date({ nullable: true }),
  }),
  places: table(
    {
      place: t.char({ length: 4 }),
      day: t.date(),
      nodeId: t.integer({ references: 'nodes.id', as: 'node', inverse: 'places' }),
    },
    { primaryKey: ['place', 'day'] },
  ),
  samples: table(
    {
      id: t.bigint({ primaryKey: true }),
      nodeId: t.integer({ nullable: true, references: 'nodes.id', as: 'node', inverse: 'samples' }),
      atPlace: t.char({ length: 4, nullable: true }),
      atDay: t.date({ nullable: true }),
      ...columns,
    } as never,
    {
      foreignKeys: {
        samples_at: { columns: ['atPlace', 'atDay'], references: 'places', as: 'at', inverse: 'samples' },
      },
    } as never,
  ),
  marks: table(
    {
      nodeId: t.integer({ references: 'nodes.id', as: 'markedNode', inverse: 'markings' }),
      sampleId: t.bigint({ references: 'samples.id', as: 'markedSample', inverse: 'markings' }),
    },
    { primaryKey: ['nodeId', 'sampleId'], link: { nodeId: 'markedNodes', sampleId: 'marks' } },
  ),
} as never)

type Given = Readonly<Record<string, unknown>>
/** The relations of each table, and where they lead. */
const ways: { readonly [table: string]: { readonly [relation: string]: string } } = {
  nodes: { boss: 'nodes', staff: 'nodes', places: 'places', samples: 'samples', marks: 'samples' },
  places: { node: 'nodes', samples: 'samples' },
  samples: { node: 'nodes', at: 'places', markedNodes: 'nodes' },
}
const toOne: ReadonlySet<string> = new Set(['boss', 'node', 'at'])
const keysOf: { readonly [table: string]: readonly string[] } = {
  nodes: ['id'],
  places: ['place', 'day'],
  samples: ['id'],
}

/** An order that no two rows share a place in. */
function order(name: string): fc.Arbitrary<Given> {
  return fc
    .constantFrom('asc', 'desc')
    .map(direction => Object.fromEntries((keysOf[name] ?? []).map(key => [key, direction])))
}

const loads = fc.option(fc.constantFrom(...strategies), { nil: undefined })

function relative(name: string, depth: number, isOne: boolean): fc.Arbitrary<Given> {
  const rest: { [option: string]: fc.Arbitrary<unknown> } = { orderBy: order(name), load: loads }
  if (!isOne) {
    rest.limit = fc.option(fc.nat({ max: 3 }), { nil: undefined, freq: 2 })
    rest.offset = fc.option(fc.nat({ max: 1 }), { nil: undefined, freq: 1 })
  }
  if (name === 'nodes' && !isOne)
    rest.where = fc.constantFrom<unknown>({}, { label: { like: '%1%' } }, { staff: { some: {} } })
  if (name === 'samples') {
    const read = fc.subarray(Object.keys(columns), { maxLength: 4 })
    // With the keys by which relations go on.
    rest.columns = fc.option(
      read.map(some => [...some, 'nodeId', 'atPlace', 'atDay']),
      { nil: undefined },
    )
  }
  if (depth > 0) rest.with = withOf(name, depth - 1)
  return fc.record(rest, { noNullPrototype: true }).map(defined)
}

/** Options without what is undefined. */
function defined(options: Given): Given {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function withOf(name: string, depth: number): fc.Arbitrary<Given> {
  const each = Object.entries(ways[name] ?? {}).map(
    ([relation, target]) => [relation, relative(target, depth, toOne.has(relation))] as const,
  )
  return fc.record(Object.fromEntries(each), { requiredKeys: [], noNullPrototype: true })
}

const days = ['2024-02-29', '1999-12-31'] as const
const someSamples = fc.array(
  fc.record(
    Object.fromEntries(
      Object.entries(all).map(([name, { column, values }]) => [
        name,
        isSerial(column) ? values : fc.option(values, { freq: 9 }),
      ]),
    ),
    { noNullPrototype: true },
  ),
  { minLength: 3, maxLength: 4 },
)
const lots = fc.array(fc.nat({ max: 7 }), { minLength: 24, maxLength: 24 })

async function fill(db: Engine<AnySchema>, samples: readonly Given[], lot: readonly number[]): Promise<void> {
  await db.execute('truncate nodes, places, samples, marks')
  await using session = db.session()
  const nodes = [1, 2, 3, 4, 5].map(id => ({
    id,
    label: `n${id % 3}`,
    bossId: (lot[id] ?? 0) >= id ? null : lot[id] || null,
  }))
  session.addAll('nodes', nodes as never)
  const places = days.map((day, at) => ({ place: `p${at}`, day, nodeId: 1 + ((lot[6 + at] ?? 0) % 5) }))
  session.addAll('places', places as never)
  const rows = samples.map((sample, at) => {
    const place = places[(lot[8 + at] ?? 0) % 3]
    const nodeId = ((lot[12 + at] ?? 0) % 6) + 1
    return {
      ...sample,
      id: 2n ** 60n + BigInt(at),
      nodeId: nodeId > 5 ? null : nodeId,
      atPlace: place?.place ?? null,
      atDay: place?.day ?? null,
    }
  })
  session.addAll('samples', rows as never)
  const marks = new Map(
    rows.flatMap(({ id }, at) =>
      [lot[16 + at], lot[20 + at]].map(found => {
        const nodeId = 1 + ((found ?? 0) % 5)
        return [`${nodeId} ${id}`, { nodeId, sampleId: id }] as const
      }),
    ),
  )
  session.addAll('marks', [...marks.values()] as never)
  await session.commit()
}

const schema = defineSchema({
  users: table({ id: t.id(), name: t.text(), bossId: t.ref('users.id', { nullable: true, inverse: 'staff' }) }),
  posts: table({
    id: t.id(),
    userId: t.ref('users.id', { inverse: 'posts' }),
    title: t.text(),
    words: t.integer({ default: 0 }),
  }),
  tags: table({ id: t.id(), label: t.text() }),
  postTags: table(
    { postId: t.ref('posts.id'), tagId: t.ref('tags.id') },
    { primaryKey: ['postId', 'tagId'], link: { postId: 'posts', tagId: 'tags' } },
  ),
  exact: table({
    id: t.id(),
    userId: t.ref('users.id', { inverse: 'exact' }),
    at: t.timestamptz({ mode: 'string' }),
    moment: t.timestamptz(),
    size: t.bigint(),
    price: t.numeric(),
    ratio: t.doublePrecision(),
    code: t.char({ length: 5 }),
    host: t.inet(),
    flag: t.boolean(),
    data: t.bytea(),
    json: t.jsonb<unknown>({ nullable: true }),
    text: t.json<unknown>({ nullable: true }),
  }),
})

class Writer extends Entity(schema, 'users', { when: { name: 'Ada' } }) {
  loud(): string {
    return this.name.toUpperCase()
  }
}

/** A wrong call that the compiler refuses as well. */
const untyped = (value: unknown): never => value as never

for (const driver of drivers) {
  describe(`joined loading on ${driver.name}`, () => {
    let db: Engine<typeof schema>
    beforeAll(async () => {
      db = await driver.engine(schema)
      await db.metadata.createAll()
    })
    afterAll(() => db.dispose())
    beforeEach(async () => {
      await db.execute('truncate users, posts, tags, "postTags", exact restart identity')
      await using session = db.session()
      const ada = session.add('users', { name: 'Ada' })
      const bob = session.add('users', { name: 'Bob', boss: ada })
      const [x, y] = [session.add('tags', { label: 'x' }), session.add('tags', { label: 'y' })]
      session.add('posts', { title: 'one', user: ada, words: 3, tags: [x, y] })
      session.add('posts', { title: 'two', user: ada, words: 2, tags: [y] })
      session.add('posts', { title: 'three', user: bob, words: 1, tags: [y] })
      await session.commit()
    })

    test('sends one statement, in which each level goes by the keys of the one before', async () => {
      await using session = db.session()
      const statements = await sent(async () => {
        const [ada] = await session.find('users', {
          where: { name: 'Ada' },
          with: { posts: { with: { tags: true }, orderBy: { words: 'asc' } }, boss: true },
          load: 'joined',
        })
        expect(ada?.posts.map(post => [post.title, post.tags.length])).toEqual([
          ['two', 1],
          ['one', 2],
        ])
        expect(ada?.boss).toBeNull()
      })
      expect(statements).toEqual([
        {
          text:
            'with "level 0" as (select t0."id", t0."name", t0."bossId" from "users" as t0 where t0."name" = $1), ' +
            '"level 1" as (select t1."id", t1."userId", t1."title", t1."words", row_number() over (order by t1."words") as "#" ' +
            'from "posts" as t1 where t1."userId" in (select "id" from "level 0")), ' +
            '"level 2" as (select t3."postId" as "#0", t2."id", t2."label" from "postTags" as t3 ' +
            'join "tags" as t2 on t3."tagId" = t2."id" where t3."postId" in (select "id" from "level 1")), ' +
            '"level 3" as (select t4."id", t4."name", t4."bossId" from "users" as t4 where t4."id" in (select "bossId" from "level 0")) ' +
            'select 0, null::bigint, "id", "name", "bossId", null::integer from "level 0" ' +
            'union all select 1, "#", "id", "title", "userId", "words" from "level 1" ' +
            'union all select 2, null::bigint, "#0", "label", "id", null::integer from "level 2" ' +
            'union all select 3, null::bigint, "id", "name", "bossId", null::integer from "level 3" order by 1, 2',
          values: ['Ada'],
        },
      ])
    })

    test('a limit is of each parent, and the root keeps its order', async () => {
      await using session = db.session()
      const statements = await sent(async () => {
        const users = await session.find('users', {
          with: { posts: { orderBy: { words: 'asc' }, limit: 1 } },
          orderBy: { name: 'desc' },
          load: 'joined',
        })
        expect(users.map(({ name, posts }) => [name, posts.map(({ title }) => title)])).toEqual([
          ['Bob', ['three']],
          ['Ada', ['two']],
        ])
      })
      expect(statements.map(({ text }) => text)).toEqual([
        'with "level 0" as (select s.*, row_number() over () as "#" from ' +
          '(select t0."id", t0."name", t0."bossId" from "users" as t0 order by t0."name" desc) as s), ' +
          '"level 1" as (select r.* from (select distinct "id" from "level 0") as k("0") cross join lateral ' +
          '(select t1."id", t1."userId", t1."title", t1."words", row_number() over (order by t1."words", t1."id") as "#" ' +
          'from "posts" as t1 where t1."userId" = k."0" order by t1."words", t1."id" limit $1) as r) ' +
          'select 0, "#", "id", "name", "bossId", null::integer from "level 0" ' +
          'union all select 1, "#", "id", "title", "userId", "words" from "level 1" order by 1, 2',
      ])
    })

    test('is said for all relations, or for one and those within it', async () => {
      const shape = async (options: object): Promise<number[]> => {
        await using session = db.session()
        return (await trips(() => session.find('users', options))).map(trip => trip.length)
      }
      const tags = { with: { tags: true } }
      expect(await shape({ with: { posts: tags, boss: true } })).toEqual([1, 2, 1])
      expect(await shape({ with: { posts: tags, boss: true }, load: 'selectin' })).toEqual([1, 2, 1])
      expect(await shape({ with: { posts: tags, boss: true }, load: 'joined' })).toEqual([1])
      expect(await shape({ with: { posts: { ...tags, load: 'joined' }, boss: true } })).toEqual([1, 1])
      expect(await shape({ with: { posts: { ...tags, load: 'selectin' }, boss: true }, load: 'joined' })).toEqual([
        1, 1, 1,
      ])
      expect(await shape({ with: { posts: { with: { tags: { load: 'joined' } } } } })).toEqual([1, 1])
    })

    test('joins what lies within, where the rows are there already', async () => {
      await using session = db.session()
      const users = await session.find('users', { orderBy: { id: 'asc' } })
      const statements = await sent(async () => {
        const [ada] = await session.load(users, { posts: { with: { tags: true }, load: 'joined' } })
        expect(ada?.posts.flatMap(post => post.tags.map(tag => tag.label)).sort()).toEqual(['x', 'y', 'y'])
      })
      expect(statements).toHaveLength(1)
      expect(statements[0]?.text).toContain('where t0."userId" = any($1::bigint[])')
      const bob = await session.get('users', 2, { with: { posts: { with: { tags: true }, load: 'joined' } } })
      expect(bob?.posts[0]?.tags[0]?.label).toBe('y')
    })

    test('one row is one object, and both sides of a relation agree', async () => {
      await using session = db.session()
      const [ada, bob] = await session.find('users', {
        with: { posts: { with: { tags: true, user: true } }, staff: true, boss: true },
        orderBy: { id: 'asc' },
        load: 'joined',
      })
      const y = ada?.posts[0]?.tags.find(tag => tag.label === 'y')
      expect(bob?.posts[0]?.tags[0]).toBe(y)
      expect(ada?.posts[0]?.user).toBe(ada)
      expect(ada?.staff).toEqual([bob])
      expect(bob?.boss).toBe(ada)
      const moved = ada?.posts.pop()
      if (moved) bob?.posts.push(moved)
      expect(moved?.user).toBe(bob)
      await session.commit()
      expect((await db.execute('select count(*) as n from posts where "userId" = 2')).scalar()).toBe(2n)
    })

    test('what waits is written first', async () => {
      await using session = db.session()
      const ada = await session.findOneOrThrow('users', { where: { name: 'Ada' } })
      session.add('posts', { title: 'new', user: ada })
      const found = await session.findOneOrThrow('users', {
        where: { id: ada.id },
        with: { posts: true },
        load: 'joined',
      })
      expect(found.posts.map(post => post.title).sort()).toEqual(['new', 'one', 'two'])
    })

    test('an object whose key is not that of its row any more has what its own key leads to', async () => {
      for (const load of strategies) {
        await using session = db.session({ autoflush: false })
        const post = await session.findOneOrThrow('posts', { where: { title: 'one' } })
        post.userId = 2
        const [found] = await session.find('posts', {
          where: { title: 'one' },
          with: { user: { with: { staff: true, boss: true } }, tags: { orderBy: { label: 'asc' } } },
          load,
        })
        expect(found).toBe(post)
        expect(found?.user).toMatchObject({ name: 'Bob', staff: [], boss: { name: 'Ada' } })
        expect(found?.tags.map(tag => tag.label)).toEqual(['x', 'y'])
      }
    })

    test('pages one after the other', async () => {
      await using session = db.session()
      const found: string[] = []
      const options = { with: { user: true }, orderBy: { words: 'desc' }, load: 'joined', batch: 2 } as const
      for await (const post of session.findEach('posts', options)) found.push(`${post.title} of ${post.user.name}`)
      expect(found).toEqual(['one of Ada', 'two of Ada', 'three of Bob'])
    })

    test('conditions of every kind are in the one statement', async () => {
      await using session = db.session()
      const [ada] = await session.find('users', {
        where: sql`name = ${'Ada'}`,
        with: { posts: { where: eb => eb('posts.words', '>', 2), with: { tags: { where: { label: { ne: 'y' } } } } } },
        load: 'joined',
      })
      expect(ada?.posts.map(post => [post.title, post.tags.map(tag => tag.label)])).toEqual([['one', ['x']]])
    })

    test('objects are of the classes of their rows', async () => {
      const given = await driver.database()
      await using other = createEngine(given, { schema, entities: [Writer] })
      await other.metadata.createAll()
      await other.execute(`insert into users (name) values ('Ada'), ('Bob')`)
      await other.execute(`insert into posts ("userId", title) values (1, 'one'), (2, 'two')`)
      await using session = other.session()
      const posts = await session.find('posts', { with: { user: true }, orderBy: { id: 'asc' }, load: 'joined' })
      expect(posts.map(post => post.user instanceof Writer)).toEqual([true, false])
      expect(posts[0]?.user).toMatchObject({ id: 1, name: 'Ada' })
    })

    test('values of every kind are as the schema says', async () => {
      const insert = sql`insert into exact ("userId", at, moment, size, price, ratio, code, host, flag, data, json, text) values
        (1, '2024-01-01 00:00:00.123456+00', '0099-12-31 23:59:59.999+00', 9223372036854775807, 1.50, 'NaN', 'ab', '10.0.0.1', true,
          '\\x00ff5c22', 'null', '{"a": 1,  "a": 12345678901234567890}'),
        (1, '-infinity', '1970-01-01 00:00:00+00', -1, 'Infinity', '-Infinity', '', '10.0.0.0/8', false, '', null, 'null'),
        (2, 'infinity', '1970-01-01 00:00:00+00', 0, 'NaN', '-0', 'abcde', '::1', true, '\\x', '[1.0, "x"]', null)`
      await db.execute(insert)
      const found: unknown[] = []
      for (const load of strategies) {
        // The second time, what is cheaper in binary comes so.
        for (let time = 0; time < 2; time++) {
          await using session = db.session()
          const users = await session.find('users', {
            with: { exact: { orderBy: { id: 'asc' } }, posts: { orderBy: { id: 'asc' } } },
            orderBy: { id: 'asc' },
            load,
          })
          found.push(users.map(user => ({ ...user, exact: user.exact.map(one => ({ ...one })) })))
          const [first, second] = users[0]?.exact ?? []
          expect(first).toMatchObject({
            moment: new Date('0099-12-31T23:59:59.999Z'),
            size: 9223372036854775807n,
            price: '1.50',
            ratio: Number.NaN,
            code: 'ab   ',
            host: '10.0.0.1',
            data: Uint8Array.of(0, 255, 92, 34),
            json: null,
            text: { a: JSON.parse('12345678901234567890') },
          })
          expect(first?.at).toMatch(/\.123456/)
          expect(second).toMatchObject({ at: '-infinity', price: 'Infinity', code: '     ', host: '10.0.0.0/8' })
        }
      }
      for (const one of found) expect(one).toStrictEqual(found[0])
    })

    test('what is wrong is told by its path', async () => {
      await using session = db.session()
      const wrong = async (options: unknown, name: 'users' | 'posts' = 'users') =>
        await session.find(name, untyped(options)).then(
          () => 'nothing',
          (error: Error) => error.message,
        )
      expect(await wrong({ with: { posts: true }, load: 'join' })).toBe(
        `'load' takes 'joined' or 'selectin'; not 'join'`,
      )
      expect(await wrong({ with: { posts: { load: 1 } } })).toBe(
        `'with.posts.load' takes 'joined' or 'selectin'; not a number`,
      )
      expect(await wrong({ with: { posts: { laod: 'joined' } } })).toBe(
        `there is no option 'laod'; there are where, with, columns, orderBy, limit, offset, load; did you mean 'load'?`,
      )
      expect(await wrong({ with: { posts: { with: { tag: true } } }, load: 'joined' })).toBe(
        `table 'posts' has no relation 'tag'; did you mean 'tags'?`,
      )
      expect(await wrong({ with: { posts: { where: { words: undefined } } }, load: 'joined' })).toBe(
        `'where.words' is undefined, which says nothing; leave the key out, or give null`,
      )
      expect(await wrong({ columns: ['title'], with: { user: true }, load: 'joined' }, 'posts')).toBe(
        await wrong({ columns: ['title'], with: { user: true }, load: 'selectin' }, 'posts'),
      )
      expect(await wrong({ with: { posts: true }, load: 'joined', lock: 'update' })).toBe(
        `rows of table 'users' are locked and so read anew, with which relation 'posts' cannot be joined; load it by 'selectin'`,
      )
      // What is asked for after that is joined.
      const locked = { with: { posts: { load: 'selectin', with: { tags: { load: 'joined' } } } }, lock: 'update' }
      expect(await wrong({ ...locked, load: 'joined' })).toBe('nothing')
    })

    test('gives what the other does, of any relations, on rows of every type', {
      timeout: 60_000 + 4000 * runs.numRuns,
    }, async () => {
      await using engine = createEngine(await driver.database(), { schema: wide })
      await engine.metadata.createAll()
      await fc.assert(
        fc.asyncProperty(someSamples, lots, asked, async (samples, lot, given) => {
          await fill(engine, samples, lot)
          for (const one of given) await compare(engine, one)
        }),
        { ...runs, endOnFailure: true },
      )
    })
  })
}

/** What to find, and how relations are loaded that do not say. */
const asked = fc.array(
  fc.oneof(
    ...Object.keys(ways).map(name =>
      fc.record({
        name: fc.constant(name),
        relations: withOf(name, 2),
        orderBy: order(name),
        limit: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
        load: loads,
      }),
    ),
  ),
  { minLength: 4, maxLength: 4 },
)

type Asked = typeof asked extends fc.Arbitrary<(infer One)[]> ? One : never

async function compare(engine: Engine<AnySchema>, { name, relations, orderBy, limit, load }: Asked): Promise<void> {
  const read = async (given: Given, how?: string): Promise<unknown> => {
    await using session = engine.session()
    return graphOf(await session.find(name, untyped(defined({ orderBy, limit, load: how, with: given }))))
  }
  const same = (found: unknown, expected: unknown): void => {
    if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected)
    expect(isDeepStrictEqual(found, expected)).toBe(true)
  }
  same(await read(withLoad(relations, 'joined')), await read(withLoad(relations, 'selectin')))
  // Of an object that is come by twice, the later way to load its relations stands. Mixed, that may be another.
  const alike = sameOptions(name, relations)
  same(await read(alike, load), await read(withLoad(alike, 'selectin')))
}

/** The same relations, each read with the same options wherever it is: those of its first place. */
function sameOptions(name: string, given: Given, seen = new Map<string, Given>()): Given {
  return Object.fromEntries(
    Object.entries(given).map(([relation, options]) => {
      const { with: inner, load, ...others } = options as Given
      const place = `${name}.${relation}`
      const known = seen.get(place) ?? others
      seen.set(place, known)
      const target = ways[name]?.[relation] ?? ''
      const more = inner === undefined ? {} : { with: sameOptions(target, inner as Given, seen) }
      return [relation, defined({ ...known, load, ...more })]
    }),
  )
}

/** The same relations, all loaded in one way. */
function withLoad(given: Given, load: string): Given {
  return Object.fromEntries(
    Object.entries(given).map(([name, options]) => {
      const { with: inner, ...others } = options as Given
      return [name, { ...others, load, ...(inner === undefined ? {} : { with: withLoad(inner as Given, load) }) }]
    }),
  )
}

test('rows are read alike by compiled functions and by a loop', () => {
  const [text, integer] = [textColumn(plainType('text')), textColumn(plainType('integer'))]
  const levels = [
    [
      { place: 0, name: 'id', isLead: false, read: integer },
      { place: 2, name: '__proto__', isLead: false, read: text },
    ],
    [
      { place: 3, name: '0', isLead: true, read: integer },
      { place: 1, name: 'b', isLead: false, read: text },
      { place: 0, name: 'a', isLead: false, read: integer },
    ],
  ]
  const message = (values: readonly (string | null)[]): Buffer => {
    const parts = values.map(value => {
      const size = Buffer.alloc(4)
      size.writeInt32BE(value === null ? -1 : Buffer.byteLength(value))
      return Buffer.concat([size, Buffer.from(value ?? '')])
    })
    return Buffer.concat([Buffer.from([0, values.length]), ...parts])
  }
  for (const way of canCompile ? (['compiled', 'plain'] as const) : (['plain'] as const)) {
    const read = treeReader(levels, 2, way)
    const first = read(message(['0', null, '7', null, 'x', null]), 0)
    expect([first.level, first.lead, Object.entries(first.row)]).toEqual([
      0,
      null,
      [
        ['id', 7],
        ['__proto__', 'x'],
      ],
    ])
    const second = read(message(['1', '12', null, 'ä', null, '9']), 0)
    expect([second.level, second.lead, Object.entries(second.row)]).toEqual([
      1,
      { 0: 9 },
      [
        ['b', 'ä'],
        ['a', null],
      ],
    ])
  }
})
