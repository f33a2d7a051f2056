import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defineSchema, type Engine, sql, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'
import { sent, trips } from './sent.ts'

const schema = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      name: t.text({ nullable: true }),
      tags: t.array(t.text(), { default: [] }),
      settings: t.jsonb<{ theme?: string; size?: number }>({ nullable: true }),
      born: t.date({ nullable: true }),
      bossId: t.ref('users.id', { nullable: true, inverse: 'staff' }),
    }),
    posts: table({
      id: t.id(),
      userId: t.ref('users.id', { inverse: 'posts' }),
      title: t.text(),
      words: t.integer({ default: 0 }),
      price: t.numeric({ nullable: true }),
      size: t.bigint({ nullable: true }),
      at: t.timestamptz({ nullable: true }),
      span: t.int4range({ nullable: true }),
    }),
    profiles: table({ id: t.id(), userId: t.ref('users.id', { unique: true, inverse: 'profile' }), bio: t.text() }),
    tags: table({ id: t.id(), label: t.text({ unique: true }) }),
    postTags: table(
      { postId: t.ref('posts.id', { onDelete: 'cascade' }), tagId: t.ref('tags.id', { onDelete: 'cascade' }) },
      { primaryKey: ['postId', 'tagId'], link: { postId: 'posts', tagId: 'tags' } },
    ),
    orders: table(
      { shop: t.integer(), no: t.integer(), note: t.text({ nullable: true }) },
      { primaryKey: ['shop', 'no'] },
    ),
    lines: table(
      { id: t.id(), shop: t.integer(), no: t.integer(), text: t.text() },
      {
        foreignKeys: { lines_order: { columns: ['shop', 'no'], references: 'orders', as: 'order', inverse: 'lines' } },
      },
    ),
    owners: table({ id: t.id(), name: t.text() }),
    pets: table({
      id: t.id(),
      ownerId: t.ref('owners.id', { inverse: 'pets', cascade: ['save-update', 'delete', 'orphan'] }),
      name: t.text(),
    }),
    toys: table({
      id: t.id(),
      petId: t.ref('pets.id', { inverse: 'toys', cascade: ['save-update', 'delete'] }),
      name: t.text(),
    }),
  },
  { naming: 'snake_case' },
)

/** A wrong call that the compiler refuses as well. */
const untyped = (value: unknown): never => value as never

for (const driver of drivers) {
  describe(`find on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = await driver.engine(schema)
      await engine.metadata.createAll()
    })
    afterAll(() => engine.dispose())
    beforeEach(async () => {
      const names = engine.model.tables.map(one => `"${one.name}"`).join(', ')
      await engine.execute(`truncate ${names} restart identity`)
      await using session = engine.session()
      const ada = session.add('users', {
        email: 'ada@x',
        name: 'Ada',
        tags: ['a', 'b'],
        settings: { theme: 'dark', size: 3 },
      })
      const bob = session.add('users', { email: 'bob@x', boss: ada, born: '1990-01-01' })
      const eve = session.add('users', { email: 'eve@y', name: 'Eve', boss: bob, tags: ['b'] })
      session.add('profiles', { bio: 'of ada', user: ada })
      const x = session.add('tags', { label: 'x' })
      const y = session.add('tags', { label: 'y' })
      session.add('posts', {
        title: 'one',
        words: 10,
        user: ada,
        tags: [x, y],
        price: '1.50',
        size: 2n ** 60n,
        at: new Date(5),
      })
      session.add('posts', { title: 'two', words: 20, user: ada, tags: [x], span: { lower: 1, upper: 5 } })
      session.add('posts', { title: 'three', words: 30, user: ada })
      session.add('posts', { title: 'four', words: 5, user: eve })
      await session.commit()
    })
    const all = async (text: string) => (await engine.execute(text)).rows

    describe('where', () => {
      const emails = async (where: unknown) => {
        await using session = engine.session()
        return (await session.find('users', { where: untyped(where), orderBy: { id: 'asc' } })).map(
          user => user.email[0],
        )
      }
      const cases: readonly (readonly [where: unknown, found: readonly string[]])[] = [
        [{}, ['a', 'b', 'e']],
        [{ name: 'Ada' }, ['a']],
        [{ name: null }, ['b']],
        [{ name: { ne: null } }, ['a', 'e']],
        [{ name: { isNull: true } }, ['b']],
        [{ email: { like: '%@x' } }, ['a', 'b']],
        [{ email: { like: '%@x' }, name: 'Ada' }, ['a']],
        [{ email: { ilike: 'ADA%' } }, ['a']],
        [{ email: { startsWith: 'b', endsWith: 'x', includes: '@' } }, ['b']],
        [{ email: { includes: '%' } }, []],
        [{ id: { in: [1, 3] } }, ['a', 'e']],
        [{ id: { in: [] } }, []],
        [{ id: { notIn: [1] } }, ['b', 'e']],
        [{ id: { notIn: [] } }, ['a', 'b', 'e']],
        [{ id: { gt: 1, lte: 3 } }, ['b', 'e']],
        [{ id: { between: [2, 3] } }, ['b', 'e']],
        [{ tags: { contains: ['b'] } }, ['a', 'e']],
        [{ tags: { has: 'a' } }, ['a']],
        [{ tags: { overlaps: ['a', 'z'] } }, ['a']],
        [{ tags: { containedBy: ['b'] } }, ['b', 'e']],
        [{ tags: { isEmpty: true } }, ['b']],
        [{ tags: ['a', 'b'] }, ['a']],
        [{ settings: { contains: { theme: 'dark' } } }, ['a']],
        [{ settings: { hasKey: 'size' } }, ['a']],
        [{ settings: { path: { at: ['size'], gt: 2 } } }, ['a']],
        [{ settings: { path: { at: ['size'], gt: 3 } } }, []],
        [{ settings: { path: { at: ['theme'], eq: 'dark' } } }, ['a']],
        [{ settings: null }, ['b', 'e']],
        [{ born: { lt: '2000-01-01' } }, ['b']],
        [{ name: { search: 'ada' } }, ['a']],
        [{ or: [{ name: null }, { name: 'Eve' }] }, ['b', 'e']],
        [{ or: [] }, []],
        [{ and: [{ name: 'Ada' }, { id: 2 }] }, []],
        [{ not: { name: 'Ada' } }, ['b', 'e']],
        [{ posts: { some: {} } }, ['a', 'e']],
        [{ posts: { some: { words: { gt: 5 } } } }, ['a']],
        [{ posts: { none: {} } }, ['b']],
        [{ posts: { every: { words: { gte: 10 } } } }, ['a', 'b']],
        [{ posts: { every: { price: '1.50' } } }, ['b']],
        [{ posts: { some: { tags: { some: { label: 'y' } } } } }, ['a']],
        [{ posts: { some: { tags: { none: {} } } } }, ['a', 'e']],
        [{ posts: { some: { span: { contains: 3 } } } }, ['a']],
        [{ posts: { some: { span: { overlaps: { lower: 4, upper: 9 } } } } }, ['a']],
        [{ profile: { is: { bio: 'of ada' } } }, ['a']],
        [{ profile: { is: null } }, ['b', 'e']],
        [{ profile: { isNot: null } }, ['a']],
        [{ boss: { is: { email: 'ada@x' } } }, ['b']],
        [{ boss: { is: null } }, ['a']],
        [{ boss: { isNot: { email: 'ada@x' } } }, ['a', 'e']],
        [{ boss: { is: { boss: { is: { name: 'Ada' } } } } }, ['e']],
        [{ staff: { some: { staff: { some: { name: 'Eve' } } } } }, ['a']],
        [sql`length(email) > 4 and name = ${'Eve'}`, ['e']],
        [{ or: [sql`name = ${'Eve'}`, { id: 1 }] }, ['a', 'e']],
      ]
      test.each(cases)('%j', async (where, found) => expect(await emails(where)).toEqual(found))

      test('an expression of Kysely', async () => {
        await using session = engine.session()
        const found = await session.find('users', {
          where: eb => eb.or([eb('name', '=', 'Eve'), eb('bossId', 'is', null)]),
          orderBy: { email: 'desc' },
        })
        expect(found.map(user => user.email)).toEqual(['eve@y', 'ada@x'])
        const nested = await session.find('users', {
          where: { and: [{ id: 3 }, eb => eb('users.email', 'like', '%@y')] },
        })
        expect(nested).toHaveLength(1)
      })

      const wrong: readonly (readonly [where: unknown, message: string])[] = [
        [{ name: undefined }, `'where.name' is undefined, which says nothing; leave the key out, or give null`],
        [{ name: { eq: undefined } }, `'where.name.eq' is undefined`],
        [{ posts: { some: { title: undefined } } }, `'where.posts.some.title' is undefined`],
        [{ or: [{ id: undefined }] }, `'where.or[0].id' is undefined`],
        [{ id: { in: [1, undefined] } }, `'where.id.in[1]' is undefined`],
        [{ id: { in: [1, null] } }, `'where.id.in' lists null, which equals nothing`],
        [{ emial: 'x' }, `table 'users' has no column 'emial'; did you mean 'email'?`],
        [{ posts: { some: { titel: 'x' } } }, `table 'posts' has no column 'titel'; did you mean 'title'?`],
        [{ name: { lik: 'x' } }, `'where.name' has no operator 'lik'; it has eq, ne, in, notIn, isNull, gt`],
        [{ id: { like: 'x' } }, `'where.id' has no operator 'like'`],
        [{ id: 'x' }, `column 'users.id': a value of type 'bigint' is`],
        [{ id: { gt: null } }, `'where.id.gt' takes a value; not null`],
        [{ id: {} }, `'where.id' takes a value, or an object of operators; not an empty object`],
        [{ posts: { title: 'x' } }, `'where.posts' has no operator 'title'; it has some, every, none`],
        [{ boss: { some: {} } }, `'where.boss' has no operator 'some'; it has is, isNot`],
        [{ settings: { theme: 'dark' } }, `'where.settings' has no operator 'theme'`],
        ['x', `'where' takes an object, or sql; not a string`],
      ]
      test.each(wrong)('that is wrong is refused: %j', async (where, message) => {
        await expect(emails(where)).rejects.toThrow(message)
      })
    })

    describe('order and pages', () => {
      test('rows come in order, also by the rows that they point to', async () => {
        await using session = engine.session()
        const by = async (orderBy: unknown) =>
          (await session.find('users', { orderBy: untyped(orderBy) })).map(user => user.email[0]).join('')
        expect(await by({ email: 'desc' })).toBe('eba')
        expect(await by({ name: { order: 'asc', nulls: 'first' } })).toBe('bae')
        expect(await by([{ name: 'desc' }, { id: 'asc' }])).toBe('bea')
        expect(await by({ boss: { email: 'desc' } })).toBe('aeb')
        await expect(by({ email: 'up' })).rejects.toThrow(`'orderBy.email' takes 'asc' or 'desc'; not 'up'`)
        await expect(by({ emial: 'asc' })).rejects.toThrow(`table 'users' has no column 'emial'; did you mean 'email'?`)
      })

      test('pages by offset and by key walk all rows once', async () => {
        await using session = engine.session()
        const orders = [
          { name: 'asc' },
          { name: 'desc' },
          { name: { order: 'asc', nulls: 'first' } },
          { email: 'asc' },
          { born: 'asc', name: 'desc' },
        ]
        for (const orderBy of orders as never[]) {
          const whole = await session.find('users', { orderBy, limit: 10 })
          const pages: object[] = []
          let after: never | undefined
          for (;;) {
            const page = await session.find('users', { orderBy, limit: 1, ...(after === undefined ? {} : { after }) })
            pages.push(...page)
            if (page.length === 0) break
            after = page.at(-1) as never
          }
          expect(pages).toEqual(whole)
          expect([
            ...(await session.find('users', { orderBy, limit: 2 })),
            ...(await session.find('users', { orderBy, offset: 2 })),
          ]).toEqual(whole)
        }
        await expect(session.find('users', { limit: -1 })).rejects.toThrow(
          `'limit' takes a whole number, 0 or above; not -1`,
        )
        await expect(session.find('users', { orderBy: { name: 'asc' }, after: { id: 1 } })).rejects.toThrow(
          `'after' needs the value of column 'users.name', which the order goes by`,
        )
      })

      test('each page of findEach is let go of, unless it was changed', async () => {
        await using session = engine.session()
        const seen: string[] = []
        for await (const user of session.findEach('users', { orderBy: { email: 'asc' }, batch: 1 })) {
          seen.push(user.email)
          if (user.email === 'bob@x') user.name = 'Bob'
        }
        expect(seen).toEqual(['ada@x', 'bob@x', 'eve@y'])
        expect(session.dirty).toHaveLength(0)
        const named: (string | null)[] = []
        // What the order goes by is read with the columns, and the caller may change it without losing the place.
        for await (const user of session.findEach('users', { columns: ['id'], orderBy: { email: 'asc' }, batch: 1 })) {
          named.push((await session.get('users', user.id))?.email ?? null)
          if (user.id === 1) (user as unknown as { email: string }).email = 'z'
        }
        // It has come behind the place, and comes again there; none is passed over.
        expect(named).toEqual(['ada@x', 'bob@x', 'eve@y', 'z'])
        const byBoss = session.findEach('users', { orderBy: { boss: { email: 'asc' } } })
        await expect(byBoss.next()).rejects.toThrow(
          `'after' cannot follow an order of table 'users' by its relation 'boss'`,
        )
        await session.commit()
        expect(await all(`select name from users where email = 'bob@x'`)).toEqual([{ name: 'Bob' }])
      })
    })

    test('findOne, findOneOrThrow, count and exists', async () => {
      await using session = engine.session()
      expect((await session.findOne('users', { orderBy: { id: 'desc' } }))?.email).toBe('eve@y')
      expect(await session.findOne('users', { where: { id: 9 } })).toBe(null)
      expect((await session.findOneOrThrow('users', { where: { id: 1 } })).name).toBe('Ada')
      await expect(session.findOneOrThrow('users', { where: { id: 9 } })).rejects.toThrow('one row was wanted')
      expect(await session.count('users')).toBe(3)
      expect(await session.count('users', { email: { like: '%@x' } })).toBe(2)
      expect([await session.exists('users', { id: 1 }), await session.exists('users', { id: 9 })]).toEqual([
        true,
        false,
      ])
      await expect(session.find('users', { wher: {} } as never)).rejects.toThrow(`there is no option 'wher'`)
      await expect(session.find('user' as never)).rejects.toThrow(
        `the schema has no table 'user'; did you mean 'users'?`,
      )
    })

    test('a row is locked until the end of the transaction', async () => {
      await using session = engine.session()
      const [user] = await session.find('users', { where: { id: 1 }, lock: 'update' })
      expect(user?.name).toBe('Ada')
      await session.get('users', 1, { lock: { mode: 'share', skipLocked: true } })
      await expect(session.get('users', 1, { lock: 'updat' as never })).rejects.toThrow(
        `'lock' takes one of 'update', 'no key update'`,
      )
      if (driver.name === 'pglite') return
      const locked = engine.execute('select id from users where id = 1 for update nowait')
      await expect(locked).rejects.toMatchObject({ sqlState: '55P03' })
      await using other = engine.session()
      expect(
        await other.find('users', { lock: { mode: 'update', skipLocked: true }, orderBy: { id: 'asc' } }),
      ).toHaveLength(2)
    })

    test('columns that were not asked for are not there, and say so', async () => {
      await using session = engine.session()
      const [user] = await session.find('users', { columns: ['email'], where: { id: 1 } })
      expect(user).toEqual({ id: 1, email: 'ada@x' })
      expect(Object.keys(user as object)).toEqual(['id', 'email'])
      expect(() => (user as { name?: string }).name).toThrow(`column 'users.name' of this row was not asked for`)
      if (user) user.email = 'new@x'
      await session.flush()
      expect(await session.get('users', 1)).toBe(user)
      expect(user).toMatchObject({ email: 'new@x', name: 'Ada', tags: ['a', 'b'] })
      await session.rollback()
      expect(() => (user as { tags?: unknown }).tags).toThrow(`column 'users.tags' of this row was not asked for`)
    })

    describe('with', () => {
      test('a row that a condition leaves out is null, whether or not the session has it', async () => {
        await using session = engine.session()
        const [post] = await session.find('posts', {
          where: { title: 'one' },
          with: { user: { where: { name: 'Eve' } } },
        })
        if (post === undefined) throw new Error('no post')
        expect(post.user).toBeNull()
        expect(inspect(post)).toContain('user: null')
        const [ada, , eve] = await session.find('users', { orderBy: { id: 'asc' } })
        expect(post.user).toBeNull()
        // It leads elsewhere by then.
        post.userId = eve?.id ?? 0
        expect(post.user).toBe(eve)
        post.userId = ada?.id ?? 0
        expect((await session.load(post, { user: true })).user).toBe(ada)
      })

      test('loads relations to any depth, a statement for each and a round trip for each level, values as the schema says', async () => {
        await using session = engine.session()
        const statements = await trips(async () => {
          const users = await session.find('users', {
            with: {
              posts: { with: { tags: { orderBy: { label: 'asc' } }, user: true }, orderBy: { id: 'asc' } },
              profile: true,
              boss: true,
            },
            orderBy: { id: 'asc' },
          })
          const [ada, bob, eve] = users
          expect(ada?.posts.map(post => [post.title, post.tags.map(tag => tag.label)])).toEqual([
            ['one', ['x', 'y']],
            ['two', ['x']],
            ['three', []],
          ])
          expect(ada?.posts[0]).toMatchObject({ price: '1.50', size: 2n ** 60n, at: new Date(5) })
          expect(ada?.posts[1]?.span).toEqual({ lower: 1, upper: 5, bounds: '[)', empty: false })
          expect(ada?.posts[0]?.user).toBe(ada)
          expect(ada?.profile?.bio).toBe('of ada')
          expect([bob?.posts, bob?.profile]).toEqual([[], null])
          expect([ada?.boss, bob?.boss, eve?.boss]).toEqual([null, ada, bob])
        })
        expect(statements.map(trip => trip.length)).toEqual([1, 3, 2])
      })

      test('where, order and limit are of each parent', async () => {
        await using session = engine.session()
        const users = await session.find('users', {
          with: { posts: { where: { words: { gt: 5 } }, orderBy: { words: 'desc' }, limit: 2, columns: ['title'] } },
          orderBy: { id: 'asc' },
        })
        expect(users.map(user => user.posts.map(post => post.title))).toEqual([['three', 'two'], [], []])
        const posts = await session.find('posts', {
          with: { tags: { limit: 1, orderBy: { label: 'desc' } } },
          orderBy: { id: 'asc' },
        })
        expect(posts.map(post => post.tags.map(tag => tag.label))).toEqual([['y'], ['x'], [], []])
      })

      test('over keys of several columns', async () => {
        await using session = engine.session()
        session.add('orders', { shop: 1, no: 1, lines: untyped([{ text: 'a' }, { text: 'b' }]) })
        session.add('orders', { shop: 1, no: 2, lines: untyped([{ text: 'c' }]) })
        await session.commit()
        await using other = engine.session()
        const orders = await other.find('orders', {
          with: { lines: { orderBy: { id: 'asc' } } },
          orderBy: { no: 'asc' },
        })
        expect(orders.map(order => order.lines.map(line => line.text))).toEqual([['a', 'b'], ['c']])
        const first = await other.find('orders', {
          with: { lines: { limit: 1, orderBy: { id: 'desc' } } },
          orderBy: { no: 'asc' },
        })
        expect(first.map(order => order.lines.map(line => line.text))).toEqual([['b'], ['c']])
        const [line] = await other.find('lines', { with: { order: true }, where: { order: { is: { no: 2 } } } })
        expect(line?.order).toBe(orders[1])
      })

      test('objects look like plain ones', async () => {
        await using session = engine.session()
        const [user] = await session.find('users', {
          where: { id: 3 },
          columns: ['email'],
          with: { posts: { columns: ['title'] } },
        })
        const plain = { id: 3, email: 'eve@y', posts: [{ id: 4, userId: 3, title: 'four' }] }
        expect(user).toEqual(plain)
        expect(JSON.parse(JSON.stringify(user))).toEqual(plain)
        expect({ ...user }).toEqual(plain)
        expect(inspect(user)).toBe(inspect(plain))
        expect(structuredClone({ ...user })).toEqual(plain)
      })

      test('load adds relations to what is there', async () => {
        await using session = engine.session()
        const user = await session.get('users', 1)
        if (user === null) throw new Error('no row')
        const { posts } = await session.load(user, { posts: { orderBy: { id: 'asc' } } })
        expect(posts.map(post => post.title)).toEqual(['one', 'two', 'three'])
        const users = await session.load(await session.find('users'), { profile: true })
        expect(users.filter(each => each.profile !== null)).toEqual([user])
        expect((await session.get('users', 1, { with: { profile: true } }))?.profile?.bio).toBe('of ada')
        const fresh = session.add('users', { email: 'fresh' })
        expect((await session.load(fresh, { posts: true })).posts).toEqual([])
        await expect(session.load({ ...user }, { posts: true })).rejects.toThrow(
          'this takes an object that a session or a class of Entity made; not an object',
        )
      })

      test('what is wrong is refused by its path', async () => {
        await using session = engine.session()
        const refused = (given: unknown) => expect(session.find('users', { with: untyped(given) })).rejects
        await refused({ post: true }).toThrow(`table 'users' has no relation 'post'; did you mean 'posts'?`)
        await refused({ posts: { wher: {} } }).toThrow(`there is no option 'wher'; there are where, with, columns`)
        await refused({ posts: { where: { titel: 'x' } } }).toThrow(`table 'posts' has no column 'titel'`)
        await refused({ posts: { with: { tag: true } } }).toThrow(
          `table 'posts' has no relation 'tag'; did you mean 'tags'?`,
        )
        await refused({ posts: { columns: ['titel'] } }).toThrow(`table 'posts' has no column 'titel'`)
      })
    })

    describe('collections', () => {
      test('tell the other side at once, and write what changed', async () => {
        await using session = engine.session()
        const [ada, bob] = await session.find('users', {
          with: { posts: { with: { user: true }, orderBy: { id: 'asc' } } },
          orderBy: { id: 'asc' },
        })
        if (ada === undefined || bob === undefined) throw new Error('no rows')
        const [one, two] = ada.posts
        if (one === undefined || two === undefined) throw new Error('no rows')
        bob.posts.push(one)
        expect(one.user).toBe(bob)
        expect(one.userId).toBe(2)
        expect(ada.posts.map(post => post.title)).toEqual(['two', 'three'])
        two.user = bob
        expect(bob.posts).toEqual([one, two])
        expect(ada.posts).toHaveLength(1)
        bob.posts.push({ title: 'fresh' })
        const fresh = session.add('posts', { title: 'added', user: bob })
        expect(bob.posts.map(post => post.title)).toEqual(['one', 'two', 'fresh', 'added'])
        expect(bob.posts[3]).toBe(fresh)
        const statements = await sent(() => session.commit())
        expect(statements.map(({ text }) => text.split(' (')[0])).toEqual([
          'insert into "posts"',
          expect.stringMatching(/^update "posts"/),
        ])
        expect(await all('select title from posts where user_id = 2 order by id')).toEqual(
          ['one', 'two', 'fresh', 'added'].map(title => ({ title })),
        )
      })

      test('that lose a row need a place for it', async () => {
        await using session = engine.session()
        const [ada] = await session.find('users', { with: { posts: true, staff: true }, where: { id: 1 } })
        if (ada === undefined) throw new Error('no row')
        const [bob] = ada.staff.splice(0)
        expect(bob?.bossId).toBe(null)
        await session.flush()
        expect((await session.execute('select boss_id from users where id = 2')).rows).toEqual([{ boss_id: null }])
        ada.posts.pop()
        await expect(session.flush()).rejects.toThrow(
          `a row of table 'posts' was taken out of 'users.posts', and its key may not be null`,
        )
        await session.rollback()
        expect(ada.posts).toHaveLength(3)
        expect([ada.staff.length, bob?.bossId]).toEqual([1, 1])
      })

      test('over a join table write its rows, both ways', async () => {
        await using session = engine.session()
        const posts = await session.find('posts', {
          with: { tags: { orderBy: { id: 'asc' } } },
          orderBy: { id: 'asc' },
        })
        const tags = await session.find('tags', { with: { posts: { orderBy: { id: 'asc' } } }, orderBy: { id: 'asc' } })
        const [one, , three] = posts
        const [x, y] = tags
        if (one === undefined || three === undefined || x === undefined || y === undefined) throw new Error('no rows')
        three.tags.push(y, { label: 'z' })
        expect(y.posts).toEqual([one, three])
        one.tags.splice(0, 1)
        expect(x.posts.map(post => post.title)).toEqual(['two'])
        const statements = await sent(() => session.commit())
        expect(statements.map(({ text }) => text.split(/ \(| as t/)[0])).toEqual([
          'delete from "post_tags"',
          'insert into "tags"',
          'insert into "post_tags"',
        ])
        expect(
          await all(
            `select p.title, t.label from post_tags j join posts p on p.id = j.post_id join tags t on t.id = j.tag_id order by 1, 2`,
          ),
        ).toEqual([
          { title: 'one', label: 'y' },
          { title: 'three', label: 'y' },
          { title: 'three', label: 'z' },
          { title: 'two', label: 'x' },
        ])
        const [z] = three.tags.splice(1, 1)
        expect(z?.label).toBe('z')
        three.tags.push(z as never)
        expect(await sent(() => session.flush())).toEqual([])
        one.tags = [] as never
        await session.rollback()
        expect(one.tags.map(tag => tag.label)).toEqual(['y'])
      })

      test('may be assigned, and one of at most one row too', async () => {
        await using session = engine.session()
        const [ada, bob] = await session.find('users', { with: { posts: true, profile: true }, orderBy: { id: 'asc' } })
        if (ada === undefined || bob === undefined) throw new Error('no rows')
        const { profile } = ada
        bob.profile = profile
        expect(ada.profile).toBe(null)
        expect(profile?.userId).toBe(2)
        bob.posts = ada.posts
        expect(ada.posts).toEqual([])
        await session.commit()
        expect(await all('select count(*)::int as n from posts where user_id = 2')).toEqual([{ n: 3 }])
        expect(await all('select user_id from profiles')).toEqual([{ user_id: 2 }])
      })

      test('cascade what they were told to: rows taken out, and rows of rows that are deleted', async () => {
        await using session = engine.session()
        const owner = session.add('owners', { name: 'o' })
        for (const name of ['a', 'b']) session.add('pets', { name, owner, toys: [{ name: `toy of ${name}` }] })
        await session.commit()
        await using other = engine.session()
        const [found] = await other.find('owners', { with: { pets: { orderBy: { id: 'asc' } } } })
        if (found === undefined) throw new Error('no row')
        const [pet] = found.pets.splice(0, 1)
        await other.flush()
        expect(other.state(pet as object)).toBe('deleted')
        expect(await other.execute('select name from toys')).toMatchObject({ rows: [{ name: 'toy of b' }] })
        other.delete(found)
        await other.commit()
        expect(await all('select * from toys')).toEqual([])
        expect(await all('select * from pets')).toEqual([])
      })

      test('a row under a parent that is new takes its key from it', async () => {
        await using session = engine.session()
        const [post] = await session.find('posts', { where: { title: 'one' }, with: { user: true } })
        if (post === undefined) throw new Error('no row')
        const fresh = session.add('users', { email: 'new@x' })
        post.user = fresh as never
        expect(() => post.userId).toThrow(`column 'posts.userId' has no value yet`)
        await session.commit()
        expect(post.userId).toBe(fresh.id)
        expect(await all(`select user_id from posts where title = 'one'`)).toEqual([{ user_id: fresh.id }])
      })

      test('a key that was changed by hand leads to the row that it says', async () => {
        await using session = engine.session()
        const [post] = await session.find('posts', { where: { title: 'one' }, with: { user: true } })
        if (post === undefined) throw new Error('no row')
        post.userId = 2
        expect(() => post.user).toThrow(`relation 'posts.user' of this row leads elsewhere since its key was changed`)
        const bob = await session.get('users', 2)
        expect(post.user).toBe(bob)
      })
    })
  })
}
