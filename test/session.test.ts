import { inspect } from 'node:util'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  defineSchema,
  type Engine,
  PendingValueError,
  SessionError,
  sql,
  StatementError,
  t,
  table,
  UniqueViolation,
} from '../src/index.ts'
import { drivers } from './drivers.ts'
import { sent } from './sent.ts'

const schema = defineSchema(
  {
    posts: table({
      id: t.id(),
      title: t.text(),
      words: t.integer({ default: 0 }),
      authorId: t.ref('users.id', { inverse: 'posts' }),
      editorId: t.ref('users.id', { inverse: 'edited', nullable: true }),
    }),
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      name: t.text({ nullable: true }),
      role: t.enum('user_role', ['reader', 'admin'], { default: 'reader' }),
      createdAt: t.timestamptz({ default: sql`now()` }),
      age: t.integer({ nullable: true, check: sql`age < 200` }),
      settings: t.jsonb<unknown>({ nullable: true }),
    }),
    profiles: table({ id: t.id(), bio: t.text(), userId: t.ref('users.id', { unique: true, inverse: 'profile' }) }),
    tags: table({ id: t.id(), label: t.text({ unique: true }) }),
    postTags: table(
      { postId: t.ref('posts.id'), tagId: t.ref('tags.id') },
      { primaryKey: ['postId', 'tagId'], link: { postId: 'posts', tagId: 'tags' } },
    ),
    nodes: table({ id: t.id(), label: t.text(), parentId: t.ref('nodes.id', { nullable: true, inverse: 'children' }) }),
    heads: table({ id: t.id(), teamId: t.ref('teams.id') }),
    teams: table({ id: t.id(), headId: t.ref('heads.id', { nullable: true, inverse: 'leads' }) }),
    counters: table({ id: t.id(), at: t.timestamptz({ default: sql`now()` }) }),
    bigs: table({ id: t.bigint({ primaryKey: true, identity: 'byDefault' }), version: t.integer({ version: true }) }),
    smalls: table({ id: t.id(), bigId: t.bigint({ mode: 'number', references: 'bigs.id' }) }),
    numbers: table({
      id: t.id(),
      a: t.integer(),
      b: t.integer(),
      c: t.text(),
      d: t.doublePrecision(),
      e: t.boolean(),
      f: t.bigint(),
      g: t.date({ nullable: true }),
    }),
  },
  { naming: 'snake_case' },
)

/** A wrong call that the compiler refuses as well. */
const untyped = (value: unknown): never => value as never

for (const driver of drivers) {
  describe(`a session on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = await driver.engine(schema)
      await engine.metadata.createAll()
    })
    beforeEach(async () => {
      const names = engine.model.tables.map(one => `"${one.name}"`).join(', ')
      await engine.execute(`truncate ${names} restart identity`)
    })
    const count = async (name: string) => Number((await engine.execute(`select count(*) from ${name}`)).scalar())

    describe('objects', () => {
      test('have what was given at once, and the rest after the flush', async () => {
        await using session = engine.session()
        const given = { email: 'ada@example.org' }
        const ada = session.add('users', given)
        expect(given).toEqual({ email: 'ada@example.org' })
        expect(Object.keys(ada)).toEqual(['email'])
        expect(ada.name).toBe(null)
        await session.commit()
        expect(ada).toStrictEqual({
          id: 1,
          email: 'ada@example.org',
          name: null,
          role: 'reader',
          createdAt: expect.any(Date),
          age: null,
          settings: null,
        })
        expect(Object.getPrototypeOf(ada)).toBe(Object.prototype)
        expect(given).toEqual({ email: 'ada@example.org' })
      })

      test('throw for a value that only the database can give, and say which', () => {
        const session = engine.session()
        const ada = session.add('users', { email: 'a' })
        expect(() => ada.id).toThrow(new PendingValueError('pendingValue', 'users', 'id'))
        expect(() => ada.role).toThrow(PendingValueError)
        const post = session.add('posts', { title: 'x', author: ada })
        expect(() => post.authorId).toThrow(
          `column 'posts.authorId' has no value yet: the database gives it at the flush`,
        )
      })

      test('print, spread and become JSON as plain rows, before and after', async () => {
        await using session = engine.session()
        const tag = session.add('tags', { label: 'x' })
        expect(inspect(tag)).toBe(`{ label: 'x' }`)
        expect(JSON.stringify(tag)).toBe('{"label":"x"}')
        await session.flush()
        expect(inspect(tag)).toBe(`{ label: 'x', id: 1 }`)
        expect({ ...tag }).toEqual({ id: 1, label: 'x' })
        expect(structuredClone(tag)).toEqual({ id: 1, label: 'x' })
      })

      test('may be changed before the flush', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        ada.name = 'Ada'
        ada.email = 'b'
        await session.commit()
        expect((await engine.execute('select email, name from users')).rows).toEqual([{ email: 'b', name: 'Ada' }])
      })

      test('take undefined for not given, and null for NULL', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a', role: undefined, name: null })
        await session.commit()
        expect(ada).toMatchObject({ role: 'reader', name: null })
      })

      test('start at version 1', async () => {
        await using session = engine.session()
        const big = session.add('bigs', {})
        await session.commit()
        expect(big).toStrictEqual({ version: 1, id: 1n })
      })
    })

    describe('a flush', () => {
      test('writes parents first, each table in one statement, whatever the order of adding', async () => {
        await using session = engine.session()
        const statements = await sent(async () => {
          const ada = session.add('users', { email: 'a' })
          session.add('posts', { title: 'one', author: ada })
          const bob = session.add('users', { email: 'b' })
          session.add('posts', { title: 'two', author: bob })
          session.add('tags', { label: 'x' })
          await session.commit()
        })
        expect(statements).toEqual([
          {
            text:
              'insert into "users" ("email") select x."email" from json_to_recordset($1) as x("email" text) ' +
              'returning "id", "role", "created_at"',
            values: ['[{"email":"a"},{"email":"b"}]'],
          },
          // It waits for nothing, and goes with the users.
          { text: 'insert into "tags" ("label") values ($1) returning "id"', values: ['x'] },
          {
            text:
              'insert into "posts" ("title", "author_id") select x."title", x."authorId" ' +
              'from json_to_recordset($1) as x("title" text, "authorId" bigint) returning "id", "words"',
            values: ['[{"title":"one","authorId":1},{"title":"two","authorId":2}]'],
          },
        ])
      })

      test('of nothing takes no connection', async () => {
        await using session = engine.session()
        expect(await sent(() => session.commit())).toEqual([])
      })

      test('gives ids in the order of adding', async () => {
        await using session = engine.session()
        const rows = session.addAll(
          'tags',
          Array.from({ length: 500 }, (_, at) => ({ label: `t${499 - at}` })),
        )
        await session.commit()
        expect(rows.map(row => row.id)).toEqual(Array.from({ length: 500 }, (_, at) => at + 1))
        const found = await engine.execute('select id, label from tags order by id')
        expect(found.rows).toEqual(rows)
      })

      test('stays invisible to others until the commit', async () => {
        if (driver.name === 'pglite') return
        await using session = engine.session()
        session.add('tags', { label: 'x' })
        await session.flush()
        expect(await count('tags')).toBe(0)
        await session.commit()
        expect(await count('tags')).toBe(1)
      })

      test('writes rows of which nothing is given', async () => {
        await using session = engine.session()
        const rows = session.addAll('counters', [{}, {}, {}])
        await session.commit()
        expect(rows.map(row => row.id)).toEqual([1, 2, 3])
        expect(rows[0]?.at).toBeInstanceOf(Date)
      })

      test('writes 70,000 rows of 7 columns in one statement', async () => {
        await using session = engine.session()
        const given = Array.from({ length: 70_000 }, (_, at) => ({
          a: at,
          b: -at,
          c: `row ${at}`,
          d: at / 3,
          e: at % 2 === 0,
          f: BigInt(at) * 10n ** 12n,
          g: at % 5 === 0 ? '2024-02-29' : null,
        }))
        const rows = session.addAll('numbers', given)
        const statements = await sent(() => session.commit())
        expect(statements).toHaveLength(1)
        expect(await count('numbers')).toBe(70_000)
        expect(rows.at(-1)?.id).toBe(70_000)
        const [row] = (await engine.execute('select * from numbers where id = 69998')).rows
        expect(row).toEqual(rows[69_997])
      })

      test('keeps what JSON has no word for', async () => {
        await using session = engine.session()
        const base = { a: 1, b: 1, e: true, f: 2n ** 62n }
        const values = [Number.NaN, Number.POSITIVE_INFINITY, -0, 0.1, 5e-324]
        session.addAll(
          'numbers',
          values.map(d => ({ ...base, c: `"\\\u2028😀'`, d })),
        )
        await session.commit()
        const { rows } = await engine.execute('select c, d, f from numbers order by id')
        expect(rows).toEqual(values.map(d => ({ c: `"\\\u2028😀'`, d, f: 2n ** 62n })))
      })
    })

    describe('relations', () => {
      test('take objects of this session, of another and plain rows', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        await session.commit()
        await using other = engine.session()
        const one = other.add('posts', { title: '1', author: ada })
        expect(one.authorId).toBe(1)
        const two = other.add('posts', { title: '2', author: { ...ada } })
        const three = other.add('posts', { title: '3', authorId: 1, editor: null })
        await other.commit()
        expect([one, two, three].map(post => post.authorId)).toEqual([1, 1, 1])
        expect(three.editorId).toBe(null)
      })

      test('take an object that was flushed and not committed', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        await session.flush()
        const post = session.add('posts', { title: '1', author: ada })
        expect(post.authorId).toBe(1)
        await session.commit()
        expect(post.authorId).toBe(1)
      })

      test('take rows of other tables, to any depth', async () => {
        await using session = engine.session()
        const ada = session.add('users', {
          email: 'a',
          posts: [{ title: '1', tags: [{ label: 'x' }, { label: 'y' }] }, { title: '2' }],
          profile: untyped({ bio: 'b' }),
        })
        expect(session.new).toHaveLength(8)
        await session.commit()
        const { rows } = await engine.execute(`
          select u.email, p.title, r.bio, string_agg(t.label, ',' order by t.label) as labels
          from users u join posts p on p.author_id = u.id join profiles r on r.user_id = u.id
          left join post_tags pt on pt.post_id = p.id left join tags t on t.id = pt.tag_id
          group by u.email, p.title, r.bio order by p.title`)
        expect(rows).toEqual([
          { email: 'a', title: '1', bio: 'b', labels: 'x,y' },
          { email: 'a', title: '2', bio: 'b', labels: null },
        ])
        expect(Object.keys(ada)).not.toContain('posts')
      })

      test('take objects that are queued already', async () => {
        await using session = engine.session()
        const tag = session.add('tags', { label: 'x' })
        const node = session.add('nodes', { label: 'child' })
        session.add('nodes', { label: 'parent', children: [node] })
        const ada = session.add('users', { email: 'a' })
        session.addAll('posts', [
          { title: '1', author: ada, tags: [tag] },
          { title: '2', author: ada, tags: [tag] },
        ])
        await session.commit()
        expect(await count('post_tags')).toBe(2)
        expect(await count('tags')).toBe(1)
        expect(node.parentId).toBe((await engine.execute(`select id from nodes where label = 'parent'`)).scalar())
      })

      test('write a tree in as many statements as it is deep', async () => {
        await using session = engine.session()
        const root = session.add('nodes', { label: '0' })
        const middle = Array.from({ length: 10 }, (_, at) => session.add('nodes', { label: `1.${at}`, parent: root }))
        for (const parent of middle) for (let at = 0; at < 5; at++) session.add('nodes', { label: '2', parent })
        expect(await sent(() => session.commit())).toHaveLength(3)
        const depth = `with recursive tree as (select id, 0 as depth from nodes where parent_id is null
          union all select n.id, depth + 1 from nodes n join tree on n.parent_id = tree.id) select count(*)::int from tree where depth = 2`
        expect((await engine.execute(depth)).scalar()).toBe(50)
      })

      test('write a cycle of rows over a key that may be null', async () => {
        await using session = engine.session()
        const team = session.add('teams', {})
        const head = session.add('heads', { team, leads: [team as never] })
        const statements = await sent(() => session.commit())
        expect(statements.map(({ text }) => text.split(' ')[0])).toEqual(['insert', 'insert', 'update'])
        expect([head.teamId, team.headId]).toEqual([team.id, head.id])
        expect((await engine.execute('select head_id from teams')).scalar()).toBe(head.id)
      })

      test('turn a key into the form that the column pointing has', async () => {
        await using session = engine.session()
        const big = session.add('bigs', {})
        const small = session.add('smalls', { big: big as never })
        await session.commit()
        expect(big.id).toBe(1n)
        expect(small.bigId).toBe(1)
        await using other = engine.session()
        expect(other.add('smalls', { big: big as never }).bigId).toBe(1)
      })
    })

    describe('a wrong row', () => {
      const cases: readonly (readonly [what: string, table: string, row: unknown, message: string])[] = [
        ['an unknown column', 'users', { emial: 'a' }, `table 'users' has no column 'emial'; did you mean 'email'?`],
        ['a missing column', 'users', { name: 'a' }, `table 'users' needs a value for column 'email'`],
        [
          'a missing key',
          'posts',
          { title: 'a' },
          `table 'posts' needs a value for column 'authorId', or a row as 'author'`,
        ],
        [
          'a column of the database',
          'users',
          { id: 1, email: 'a' },
          `column 'users.id' is generated by the database and takes no value`,
        ],
        [
          'a key given twice',
          'posts',
          { title: 'a', authorId: 1, author: { id: 1 } },
          `'authorId' and 'author' of table 'posts' say the same; give one of them`,
        ],
        [
          'a row without its key',
          'posts',
          { title: 'a', author: { email: 'x' } },
          `the row given as relation 'posts.author' has no value for column 'id', which the relation goes by`,
        ],
        [
          'no row as relation',
          'posts',
          { title: 'a', author: 1 },
          `relation 'posts.author' takes a row of table 'users'; not a number`,
        ],
        [
          'a row in place of rows',
          'users',
          { email: 'a', posts: { title: 'x' } },
          `relation 'users.posts' takes an array of rows of table 'posts'; not an object`,
        ],
        [
          'rows in place of a row',
          'users',
          { email: 'a', profile: [{ bio: 'x' }] },
          `relation 'users.profile' takes a row of table 'profiles'; not an array`,
        ],
        [
          'a nested row that is wrong',
          'users',
          { email: 'a', posts: [{ titel: 'x' }] },
          `table 'posts' has no column 'titel'; did you mean 'title'?`,
        ],
        [
          'a nested row with its own key',
          'users',
          { email: 'a', posts: [{ title: 'x', authorId: 1 }] },
          `'authorId' and 'author' of table 'posts' say the same; give one of them`,
        ],
        ['no row at all', 'users', null, `a row of table 'users' is an object; this is null`],
        ['an unknown table', 'user', { email: 'a' }, `the schema has no table 'user'; did you mean 'users'?`],
      ]
      test.each(cases)('is refused when it is added: %s', (_, name, row, message) => {
        const session = engine.session()
        expect(() => session.add(untyped(name), untyped(row))).toThrow(SessionError)
        expect(() => session.add(untyped(name), untyped(row))).toThrow(message)
        expect(session.new).toEqual([])
      })

      test('leaves out its fellows too', () => {
        const session = engine.session()
        expect(() => session.addAll('users', [{ email: 'a' }, untyped({})])).toThrow(SessionError)
        expect(session.new).toEqual([])
      })

      test('of another table as a relation is refused', () => {
        const session = engine.session()
        const tag = session.add('tags', { label: 'x' })
        expect(() => session.add('posts', { title: 'a', author: untyped(tag) })).toThrow(
          `relation 'posts.author' takes a row of table 'users'; this one is of table 'tags'`,
        )
      })

      test('of the wrong sort is refused where it is added, and none of its rows is queued', async () => {
        await using session = engine.session()
        const refused = (name: never, row: object) => expect(() => session.addAll(name, [row as never]))
        const number = { a: 1, b: 1, c: '', d: 1, e: true, f: 1n }
        expect(() => session.addAll('users', [{ email: 'a' }, { email: 'b', age: untyped('forty') }])).toThrow(
          new SessionError(
            'wrongColumnValue',
            'users',
            'age',
            `a value of type 'integer' is a whole number from -2147483648 to 2147483647; not a string`,
          ),
        )
        refused(untyped('users'), { email: 1 }).toThrow(
          `column 'users.email': a value of type 'text' is a string; not a number`,
        )
        refused(untyped('users'), { email: 'a', role: 7 }).toThrow(
          `column 'users.role': a value of type 'user_role' is`,
        )
        refused(untyped('users'), { email: 'a', createdAt: 'now' }).toThrow(`column 'users.createdAt': a value of type`)
        refused(untyped('numbers'), { ...number, e: 'yes' }).toThrow(`column 'numbers.e': a value of type 'boolean' is`)
        refused(untyped('numbers'), { ...number, f: 1 }).toThrow(`column 'numbers.f': a value of type 'bigint' is`)
        refused(untyped('users'), { email: 'a', posts: [{ title: true }] }).toThrow(
          `column 'posts.title': a value of type`,
        )
        expect(session.new).toEqual([])
        for (const settings of ['a string', 1, true, [1], { a: 1 }]) session.add('users', { email: 'a', settings })
        expect(session.new).toHaveLength(5)
      })

      test('of the right sort that its column does not hold is refused before anything is sent', async () => {
        await using session = engine.session()
        session.addAll('users', [{ email: 'a' }, { email: 'b', age: 40.5 }])
        const statements = await sent(async () => {
          await expect(session.commit()).rejects.toThrow(`column 'users.age': a value of type 'integer' is`)
        })
        expect(statements).toEqual([])
        expect(session.new).toHaveLength(2)
      })

      test('that lost a value is refused before anything is sent', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        ada.email = untyped(undefined)
        await expect(session.commit()).rejects.toThrow(`table 'users' needs a value for column 'email'`)
      })
    })

    describe('a failure', () => {
      const rows = (length: number, wrong: number) =>
        Array.from({ length }, (_, at) => ({ email: `u${at === wrong ? 7 : at}@example.org` }))

      test('leaves the database untouched and the queue intact, and names the row', async () => {
        await using session = engine.session()
        session.add('tags', { label: 'before' })
        const users = session.addAll('users', rows(1000, 412))
        const post = session.add('posts', { title: 'x', author: users[0] as never })
        const error: unknown = await session.commit().catch(fault => fault)
        expect(error).toBeInstanceOf(UniqueViolation)
        const violation = error as UniqueViolation
        expect(violation.message).toMatch(/; this is row 413 of 1000 added to table 'users'$/)
        expect(violation.stack).toContain('row 413 of 1000')
        expect(violation.row).toBe(users[412])
        expect(violation.rowIndex).toBe(412)
        expect(violation.constraint).toBe('users_email_key')
        expect(JSON.stringify(violation) + inspect(violation)).not.toContain('u7@example.org')
        expect((await count('users')) + (await count('tags'))).toBe(0)
        expect(session.new).toHaveLength(1002)
        expect(() => users[0]?.id).toThrow(PendingValueError)
        const wrong = users[412]
        if (wrong !== undefined) wrong.email = 'other@example.org'
        await session.commit()
        expect(await count('users')).toBe(1000)
        expect(post.authorId).toBe(users[0]?.id)
      })

      test('of a check or a value that does not fit names the row', async () => {
        await using session = engine.session()
        session.addAll('users', [{ email: 'a' }, { email: 'b', age: 500 }, { email: 'c' }])
        await expect(session.commit()).rejects.toMatchObject({ rowIndex: 1, name: 'CheckViolation' })
        await session.rollback()
        session.addAll(
          'numbers',
          ['2024-01-01', '2024-02-30'].map(g => ({ a: 1, b: 1, c: '', d: 1, e: true, f: 1n, g })),
        )
        await expect(session.commit()).rejects.toMatchObject({ rowIndex: 1, sqlState: '22008' })
      })

      test('names a row whose parents were queued with it', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        session.addAll('posts', [
          { title: '1', author: ada },
          { title: '2', authorId: 99 },
          { title: '3', author: ada },
        ])
        await expect(session.commit()).rejects.toMatchObject({ name: 'ForeignKeyViolation', rowIndex: 1 })
      })

      test('of a single row names it', async () => {
        await using session = engine.session()
        const post = session.add('posts', { title: '1', authorId: 99 })
        await expect(session.commit()).rejects.toMatchObject({ row: post, rowIndex: 0 })
      })

      test('keeps what an earlier flush of the transaction wrote', async () => {
        await using session = engine.session()
        const first = session.add('users', { email: 'a' })
        await session.flush()
        session.addAll('users', [{ email: 'b' }, { email: 'a' }])
        await expect(session.flush()).rejects.toMatchObject({ rowIndex: 1 })
        expect(first.id).toBe(1)
        expect(session.new).toHaveLength(2)
        await session.rollback()
        expect(await count('users')).toBe(0)
      })

      test('when a trigger leaves a row out gives no object a key', async () => {
        await engine.execute(`create or replace function skip() returns trigger language plpgsql as
          $$ begin if new.label = 'skip' then return null; end if; return new; end $$;
          create trigger skip before insert on tags for each row execute function skip()`)
        await using session = engine.session()
        const tags = session.addAll('tags', [{ label: 'a' }, { label: 'skip' }, { label: 'c' }])
        await expect(session.commit()).rejects.toThrow(`the database wrote 2 of 3 rows of table 'tags'`)
        expect(() => tags[0]?.id).toThrow(PendingValueError)
        await session.rollback()
        await engine.execute('drop trigger skip on tags; drop function skip()')
      })

      test('at the commit leaves the queue as it was', async () => {
        await engine.execute(`alter table smalls add constraint late foreign key (big_id) references bigs (id) deferrable initially deferred;
          alter table smalls drop constraint smalls_big_id_fkey`)
        await using session = engine.session()
        const small = session.add('smalls', { bigId: 77 })
        await expect(session.commit()).rejects.toBeInstanceOf(StatementError)
        expect(session.new).toEqual([small])
        expect(() => small.id).toThrow(PendingValueError)
        session.add('bigs', { id: 77n })
        await session.commit()
        expect(small.id).toEqual(expect.any(Number))
      })
    })

    describe('a rollback', () => {
      test('forgets what was queued and takes back what was written', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        const post = session.add('posts', { title: 'x', author: ada })
        await session.flush()
        expect(post.authorId).toBe(ada.id)
        const bob = session.add('users', { email: 'b' })
        await session.rollback()
        expect(session.new).toEqual([])
        expect(Object.keys(ada)).toEqual(['email'])
        expect(() => post.authorId).toThrow(PendingValueError)
        expect(await count('users')).toBe(0)
        session.addAll([post, bob])
        expect(session.new).toEqual([post, ada, bob])
        await session.commit()
        expect(post.authorId).toBe(ada.id)
        expect(await count('users')).toBe(2)
      })

      test('is what disposal does', async () => {
        {
          await using session = engine.session()
          session.add('tags', { label: 'x' })
          await session.flush()
        }
        expect(await count('tags')).toBe(0)
      })
    })

    test('a second call beside the first is refused by name', async () => {
      await using session = engine.session()
      session.add('tags', { label: 'x' })
      const first = session.flush()
      await expect(session.commit()).rejects.toThrow(
        'this session is in the middle of a call of flush and cannot commit; await the first call',
      )
      const late = session.add('tags', { label: 'y' })
      await first
      expect(session.new).toEqual([late])
      await session.commit()
      expect(await count('tags')).toBe(2)
    })

    test('a closed session takes nothing more', async () => {
      const session = engine.session()
      await session[Symbol.asyncDispose]()
      expect(() => session.add('tags', { label: 'x' })).toThrow('this session was closed')
      await expect(session.flush()).rejects.toThrow(SessionError)
    })

    test('an object belongs to the session that queued it', () => {
      const ada = engine.session().add('users', { email: 'a' })
      const other = engine.session()
      expect(() => other.add(ada)).toThrow(`this row of table 'users' belongs to another session`)
      expect(() => other.add('posts', { title: 'x', author: ada })).toThrow(SessionError)
      expect(() => other.add({})).toThrow('add takes the name of a table and a row')
      expect(other.new).toEqual([])
    })
  })
}
