import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defineSchema, type Engine, sql, StaleDataError, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'
import { sent, trips } from './sent.ts'

const schema = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      name: t.text({ nullable: true }),
      tags: t.array(t.text(), { default: [] }),
      settings: t.jsonb<{ theme?: string; sizes?: number[] }>({ nullable: true }),
      seen: t.timestamptz({ nullable: true }),
      key: t.bytea({ nullable: true }),
      upper: t.text({ nullable: true, generated: sql`upper(email)` }),
    }),
    posts: table({
      id: t.id(),
      userId: t.ref('users.id', { inverse: 'posts', onDelete: 'cascade' }),
      title: t.text(),
    }),
    notes: table({ id: t.id(), userId: t.ref('users.id', { inverse: 'notes' }), text: t.text() }),
    hints: table({ id: t.id(), userId: t.ref('users.id', { nullable: true, inverse: 'hints', onDelete: 'set null' }) }),
    papers: table({ id: t.id(), userId: t.ref('users.id', { nullable: true, inverse: 'papers' }) }),
    items: table({ id: t.id(), name: t.text(), stock: t.integer(), version: t.integer({ version: true }) }),
    countries: table({ code: t.text({ primaryKey: true }), name: t.text() }),
    cities: table({
      id: t.id(),
      code: t.text({ references: 'countries.code', onUpdate: 'cascade', as: 'country', inverse: 'cities' }),
    }),
    nodes: table({ id: t.id(), parentId: t.ref('nodes.id', { nullable: true, inverse: 'children' }) }),
    pairs: table({ a: t.uuid(), b: t.timestamptz(), c: t.bytea(), text: t.text() }, { primaryKey: ['a', 'b', 'c'] }),
    logs: table({ text: t.text() }),
    teams: table({ id: t.id(), headId: t.ref('heads.id', { nullable: true }) }),
    heads: table({ id: t.id(), teamId: t.ref('teams.id') }),
    stamps: table({ id: t.id(), text: t.text(), at: t.timestamptz({ version: true }) }),
  },
  { naming: 'snake_case' },
)

for (const driver of drivers) {
  describe(`a unit of work on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = await driver.engine(schema)
      await engine.metadata.createAll()
    })
    afterAll(() => engine.dispose())
    beforeEach(async () => {
      const names = engine.model.tables.map(one => `"${one.name}"`).join(', ')
      await engine.execute(`truncate ${names} restart identity`)
    })
    const all = async (text: string) => (await engine.execute(text)).rows

    describe('identity', () => {
      test('the same key is the same object', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        await session.commit()
        expect(await session.get('users', 1)).toBe(ada)
        // An embedded database has one connection.
        await session.commit()
        await using other = engine.session()
        const one = await other.get('users', 1)
        expect(one).toStrictEqual(ada)
        expect(Object.getPrototypeOf(one)).toBe(Object.prototype)
        expect(await other.get('users', 1)).toBe(one)
        expect(await other.get('users', 2)).toBe(null)
      })

      test('a key is compared by value, whatever its types', async () => {
        await using session = engine.session()
        const key = { a: '0f8fad5b-d9cb-469f-a165-70867728950e', b: new Date(1e12), c: Uint8Array.of(1, 2) }
        const pair = session.add('pairs', { ...key, text: 'x' })
        await session.commit()
        expect(await session.get('pairs', { ...key, b: new Date(1e12), c: Uint8Array.of(1, 2) })).toBe(pair)
        expect(await session.get('pairs', { ...key, c: Uint8Array.of(1, 3) })).toBe(null)
      })

      test('a row that was read in this transaction costs no statement', async () => {
        await using session = engine.session()
        session.add('users', { email: 'a' })
        await session.flush()
        expect(await sent(() => session.get('users', 1))).toEqual([])
        await session.commit()
        expect(await sent(() => session.get('users', 1))).toHaveLength(1)
      })

      test('a row that changed since another transaction is read anew', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        await session.commit()
        await engine.execute(`update users set name = 'Ada'`)
        expect(ada.name).toBe(null)
        expect(await session.get('users', 1)).toBe(ada)
        expect(ada.name).toBe('Ada')
      })

      test('a wrong key is refused by name', async () => {
        await using session = engine.session()
        await expect(session.get('users', undefined as never)).rejects.toThrow(
          `the key of table 'users' is a value of column 'id'; not undefined`,
        )
        await expect(session.get('users', 'x' as never)).rejects.toThrow(
          `column 'users.id': a value of type 'bigint' is`,
        )
        await expect(session.get('pairs', { a: 'x', d: 1 } as never)).rejects.toThrow(`table 'pairs' has no column 'd'`)
        await expect(session.get('logs', 1 as never)).rejects.toThrow(`table 'logs' has no primary key`)
      })
    })

    describe('changes', () => {
      test('are written column by column, and an assignment of the same is none', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a', name: 'Ada', seen: new Date(0), key: Uint8Array.of(1) })
        await session.commit()
        ada.email = 'a'
        ada.seen = new Date(0)
        ada.key = Uint8Array.of(1)
        ada.tags = []
        expect(session.dirty).toEqual([])
        ada.name = 'Grace'
        expect(session.dirty).toEqual([ada])
        const statements = await sent(() => session.commit())
        expect(statements).toEqual([
          { text: 'update "users" set "name" = $1 where "id" = $2 returning 0, "upper"', values: ['Grace', '1'] },
        ])
        expect(await sent(() => session.commit())).toEqual([])
        expect(await all('select name from users')).toEqual([{ name: 'Grace' }])
      })

      test('inside JSON, arrays, dates and bytes are noticed', async () => {
        await using session = engine.session()
        const ada = session.add('users', {
          email: 'a',
          tags: ['x'],
          settings: { sizes: [1] },
          seen: new Date(0),
          key: Uint8Array.of(1),
        })
        await session.commit()
        ada.tags.push('y')
        ada.settings?.sizes?.push(2)
        ada.seen?.setTime(1000)
        ada.key?.set([7])
        await session.commit()
        expect(await all('select tags, settings, seen, key from users')).toEqual([
          { tags: ['x', 'y'], settings: { sizes: [1, 2] }, seen: new Date(1000), key: Uint8Array.of(7) },
        ])
        expect(await sent(() => session.commit())).toEqual([])
      })

      test('of many rows go in one statement, and columns that the database computes come back', async () => {
        await using session = engine.session()
        const users = session.addAll('users', [{ email: 'a' }, { email: 'b' }, { email: 'c' }])
        await session.commit()
        for (const user of users) user.email += '!'
        const statements = await sent(() => session.commit())
        expect(statements).toHaveLength(1)
        expect(users.map(user => user.upper)).toEqual(['A!', 'B!', 'C!'])
        expect(await all('select email from users order by id')).toEqual([
          { email: 'a!' },
          { email: 'b!' },
          { email: 'c!' },
        ])
      })

      test('that cannot be written are refused before anything is sent', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        const item = session.add('items', { name: 'i', stock: 1 })
        await session.commit()
        const refused = async (message: string) => {
          const statements = await sent(() => expect(session.commit()).rejects.toThrow(message))
          expect(statements).toEqual([])
          await session.rollback()
        }
        ada.email = undefined as never
        await refused(`column 'users.email' of a row that is in the database was set to undefined; null is SQL's NULL`)
        expect(ada.email).toBe('a')
        ada.email = null as never
        await refused(`table 'users' needs a value for column 'email'`)
        ada.email = 1 as never
        await refused(`column 'users.email': a value of type 'text' is a string; not a number`)
        ada.upper = 'X'
        await refused(`column 'users.upper' is generated by the database and takes no value`)
        item.version = 9
        await refused(`column 'items.version' tells versions apart, and only the session writes it`)
      })

      test('of a key of its own move the children that the database moves', async () => {
        await using session = engine.session()
        const country = session.add('countries', { code: 'nl', name: 'x' })
        const city = session.add('cities', { country })
        await session.commit()
        country.code = 'NL'
        await session.commit()
        expect(city.code).toBe('NL')
        expect(await session.get('countries', 'NL')).toBe(country)
        expect(await session.get('countries', 'nl')).toBe(null)
        expect(await sent(() => session.flush())).toEqual([])
      })

      test('of a row without a key are refused', async () => {
        await using session = engine.session()
        const log = session.add('logs', { text: 'x' })
        await session.commit()
        log.text = 'y'
        await expect(session.commit()).rejects.toThrow(
          `table 'logs' has no primary key, so no row of it can be updated`,
        )
        expect(() => session.delete(log)).toThrow(`table 'logs' has no primary key`)
      })

      test('of an object whose insert is under way are written by the next flush', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a', name: 'A', tags: ['x'] })
        const note = session.add('notes', { user: ada, text: 'first' })
        const change = (event: unknown): void => {
          const { 'db.query.text': text } = event as { 'db.query.text': string }
          if (text.startsWith('insert into "users"')) {
            Object.assign(ada, { name: 'B', settings: { theme: 'dark' } })
            ada.tags.push('y')
            note.text = 'second'
          }
        }
        subscribe('cupel:statement', change)
        try {
          await session.flush()
        } finally {
          unsubscribe('cupel:statement', change)
        }
        expect(session.dirty).toEqual([ada, note])
        await session.commit()
        expect(await all('select name, tags, settings from users')).toEqual([
          { name: 'B', tags: ['x', 'y'], settings: { theme: 'dark' } },
        ])
        expect(await all('select text from notes')).toEqual([{ text: 'second' }])
      })
    })

    describe('deletes', () => {
      test('wait for the flush, and are one statement a table, children first', async () => {
        await using session = engine.session()
        const users = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
        const notes = session.addAll(
          'notes',
          users.map(user => ({ text: 'x', user }) as never),
        )
        await session.commit()
        for (const one of [...users, ...notes]) session.delete(one)
        expect(session.deleted).toHaveLength(4)
        expect(session.state(users[0] as object)).toBe('persistent')
        const statements = await sent(() => session.commit())
        expect(statements.map(({ text }) => text.split(' where')[0])).toEqual([
          'delete from "notes" as t using json_to_recordset($1) as x("id" bigint, "n" integer)',
          'delete from "users" as t using json_to_recordset($1) as x("id" bigint, "n" integer)',
        ])
        expect(session.deleted).toEqual([])
        expect(session.state(users[0] as object)).toBe('detached')
        expect(await all('select * from users')).toEqual([])
      })

      test('of one row is one statement by its key', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        await session.commit()
        session.delete(ada)
        expect(await sent(() => session.commit())).toEqual([
          { text: 'delete from "users" where "id" = $1', values: ['1'] },
        ])
        expect(await session.get('users', 1)).toBe(null)
        expect(session.contains(ada)).toBe(false)
      })

      test('of what was only queued sends nothing', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        session.delete(ada)
        expect(session.state(ada)).toBe('transient')
        expect(await sent(() => session.commit())).toEqual([])
      })

      test('take with them what the database deletes, and null what it nulls', async () => {
        await using session = engine.session()
        const user = session.add('users', { email: 'a' })
        const post = session.add('posts', { title: 'x', user })
        const hint = session.add('hints', { user })
        const paper = session.add('papers', { user })
        await session.commit()
        session.delete(user)
        await session.commit()
        expect([session.state(post), hint.userId, paper.userId]).toEqual(['detached', null, null])
        expect(await all('select user_id from papers')).toEqual([{ user_id: null }])
        expect(await sent(() => session.flush())).toEqual([])
      })

      test('that would leave children without a parent are refused, and name the relation', async () => {
        await using session = engine.session()
        const user = session.add('users', { email: 'a' })
        session.add('notes', { text: 'x', user })
        await session.commit()
        session.delete(user)
        const statements = await sent(() =>
          expect(session.commit()).rejects.toThrow(
            `a row of table 'users' is to be deleted, but rows of table 'notes' point to it by 'users.notes', and their key may not be null`,
          ),
        )
        expect(statements).toEqual([])
        await session.rollback()
        expect(session.state(user)).toBe('persistent')
      })

      test('of a tree are one statement', async () => {
        await using session = engine.session()
        const root = session.add('nodes', {})
        const child = session.add('nodes', { parent: root })
        const leaf = session.add('nodes', { parent: child })
        await session.commit()
        for (const node of [root, child, leaf]) session.delete(node)
        expect(await sent(() => session.commit())).toHaveLength(1)
        expect(await all('select * from nodes')).toEqual([])
      })

      test('of a cycle of tables set the key null that may be', async () => {
        await using session = engine.session()
        const team = session.add('teams', {})
        const head = session.add('heads', { team })
        await session.flush()
        team.headId = head.id
        await session.commit()
        session.delete(team)
        session.delete(head)
        const statements = await sent(() => session.commit())
        expect(statements.map(({ text }) => text.split(' where')[0])).toEqual([
          'update "teams" set "head_id" = $1',
          'delete from "heads"',
          'delete from "teams"',
        ])
        expect(await all('select * from teams')).toEqual([])
      })

      test('take rows out of the collections that hold them, also those that went with them', async () => {
        await using session = engine.session()
        const user = session.add('users', { email: 'a' })
        session.add('posts', { title: 'x', user })
        session.add('posts', { title: 'y', user })
        await session.commit()
        const found = await session.findOneOrThrow('users', { with: { posts: { orderBy: { id: 'asc' } } } })
        session.delete(found.posts[0] as object)
        await session.flush()
        expect(found.posts.map(post => post.title)).toEqual(['y'])
        await session.rollback()
        expect(found.posts.map(post => post.title)).toEqual(['x', 'y'])
      })

      test('of a row whose unique value another takes go first', async () => {
        await using session = engine.session()
        const old = session.add('users', { email: 'a' })
        await session.commit()
        session.delete(old)
        const fresh = session.add('users', { email: 'a' })
        await session.commit()
        expect(await all('select id, email from users')).toEqual([{ id: fresh.id, email: 'a' }])
      })

      test('of a row whose key another takes go first', async () => {
        await using session = engine.session()
        const old = session.add('countries', { code: 'nl', name: 'old' })
        await session.commit()
        session.delete(old)
        const fresh = session.add('countries', { code: 'nl', name: 'new' })
        await session.commit()
        expect(await all('select name from countries')).toEqual([{ name: 'new' }])
        expect(await session.get('countries', 'nl')).toBe(fresh)
      })

      test('a unique value that is given up goes before the row that takes it', async () => {
        await using session = engine.session()
        const [a, b] = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
        await session.commit()
        if (a === undefined || b === undefined) throw new Error('no rows')
        a.email = 'b'
        b.email = 'c'
        session.add('users', { email: 'a' })
        await session.commit()
        expect(await all('select id, email from users order by id')).toEqual([
          { id: 1, email: 'b' },
          { id: 2, email: 'c' },
          { id: 3, email: 'a' },
        ])
      })
    })

    describe('a row that somebody else changed', () => {
      test('is stale when it counts versions, and nothing is written', async () => {
        await using session = engine.session()
        const items = session.addAll('items', [
          { name: 'a', stock: 1 },
          { name: 'b', stock: 1 },
          { name: 'c', stock: 1 },
        ])
        await session.commit()
        for (const item of items) item.stock++
        await session.commit()
        expect(items.map(item => item.version)).toEqual([2, 2, 2])
        await engine.execute('update items set stock = 10, version = version + 1 where id = 2')
        for (const item of items) item.stock++
        const error: unknown = await session.commit().catch(fault => fault)
        expect(error).toBeInstanceOf(StaleDataError)
        expect(error).toMatchObject({
          table: 'items',
          message: expect.stringContaining(`a row of table 'items' was changed by somebody else`),
        })
        expect((error as StaleDataError).row).toBe(items[1])
        expect(await all('select stock from items order by id')).toEqual([{ stock: 2 }, { stock: 10 }, { stock: 2 }])
        await session.rollback()
        await session.refresh(items[1] as object)
        expect(items[1]).toMatchObject({ stock: 10, version: 3 })
        for (const item of items) item.stock++
        await session.commit()
        expect(await all('select stock from items order by id')).toEqual([{ stock: 3 }, { stock: 11 }, { stock: 3 }])
      })

      test('is noticed when it is gone', async () => {
        await using session = engine.session()
        const users = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
        await session.commit()
        await engine.execute('delete from users where id = 2')
        for (const user of users) user.name = 'x'
        const error: unknown = await session.commit().catch(fault => fault)
        expect(error).toBeInstanceOf(StaleDataError)
        expect((error as StaleDataError).row).toBe(users[1])
        await session.rollback()
        session.delete(users[1] as object)
        await expect(session.commit()).rejects.toThrow(
          `a row of table 'users' that this session was to write is not in the database any more`,
        )
        await session.rollback()
        await expect(session.refresh(users[1] as object)).rejects.toBeInstanceOf(StaleDataError)
        expect(session.contains(users[1] as object)).toBe(false)
      })
    })

    describe('a rollback', () => {
      test('puts objects back: what was new goes, what was changed has its values, what was deleted is alive', async () => {
        await using session = engine.session()
        const [ada, bob] = session.addAll('users', [{ email: 'a', tags: ['x'] }, { email: 'b' }])
        await session.commit()
        if (ada === undefined || bob === undefined) throw new Error('no rows')
        ada.name = 'one'
        ada.tags.push('y')
        session.delete(bob)
        const eve = session.add('users', { email: 'e' })
        await session.flush()
        ada.name = 'two'
        await session.flush()
        ada.email = 'unwritten'
        expect(session.state(bob)).toBe('deleted')
        await session.rollback()
        expect(ada).toMatchObject({ email: 'a', name: null, tags: ['x'] })
        expect([ada, bob, eve].map(one => session.state(one))).toEqual(['persistent', 'persistent', 'transient'])
        expect(Object.keys(eve)).toEqual(['email'])
        expect(await session.get('users', 2)).toBe(bob)
        session.add(eve)
        await session.commit()
        expect(await all('select email from users order by id')).toEqual([
          { email: 'a' },
          { email: 'b' },
          { email: 'e' },
        ])
      })

      test('of a savepoint puts back what was done in it, and no more', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        await session.flush()
        ada.name = 'outer'
        const failed = session.nested(async () => {
          ada.name = 'inner'
          session.add('users', { email: 'b' })
          await session.flush()
          await session.nested(async () => {
            ada.name = 'innermost'
          })
          expect(await session.execute('select name from users order by id')).toMatchObject({
            rows: [{ name: 'innermost' }, { name: null }],
          })
          session.delete(ada)
          await session.flush()
          throw new Error('no')
        })
        await expect(failed).rejects.toThrow('no')
        expect(ada.name).toBe('outer')
        expect(session.state(ada)).toBe('persistent')
        await session.commit()
        expect(await all('select email, name from users')).toEqual([{ email: 'a', name: 'outer' }])
      })

      test('of a savepoint in which a statement failed leaves the transaction usable', async () => {
        await using session = engine.session()
        session.add('users', { email: 'a' })
        await session.flush()
        await expect(session.nested(() => session.execute('select 1 / 0'))).rejects.toThrow('division by zero')
        session.add('users', { email: 'b' })
        await session.commit()
        expect(await all('select email from users order by id')).toEqual([{ email: 'a' }, { email: 'b' }])
      })

      test('of a savepoint by hand, and its disposal', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        {
          await using savepoint = await session.nested()
          ada.name = 'x'
          await savepoint.commit()
        }
        {
          await using _ = await session.nested()
          ada.name = 'y'
          await expect(session.commit()).rejects.toThrow('this session is inside a savepoint and cannot commit')
        }
        expect(ada.name).toBe('x')
        await session.commit()
        expect(await all('select name from users')).toEqual([{ name: 'x' }])
      })

      test('by a commit that failed leaves what is to be written as it was', async () => {
        await engine.execute(`alter table papers add constraint late foreign key (user_id) references users (id) deferrable initially deferred;
          alter table papers drop constraint papers_user_id_fkey`)
        await using session = engine.session()
        const [ada, bob] = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
        await session.commit()
        if (ada === undefined || bob === undefined) throw new Error('no rows')
        ada.name = 'x'
        session.delete(bob)
        const paper = session.add('papers', { userId: 99 })
        await expect(session.commit()).rejects.toMatchObject({ name: 'ForeignKeyViolation' })
        expect([session.new, session.dirty, session.deleted]).toEqual([[paper], [ada], [bob]])
        paper.userId = 1
        await session.commit()
        expect(await all('select u.name, p.id from users u join papers p on p.user_id = u.id')).toEqual([
          { name: 'x', id: paper.id },
        ])
        expect(await all('select * from users')).toHaveLength(1)
      })

      test('by a commit that failed gives a version back as objects have it', async () => {
        await using session = engine.session()
        const stamp = session.add('stamps', { text: 'a' })
        await session.commit()
        const { at } = stamp
        stamp.text = 'b'
        session.add('papers', { userId: 99 })
        await expect(session.commit()).rejects.toMatchObject({ name: 'ForeignKeyViolation' })
        expect(stamp.at).toEqual(at)
        await session.rollback()
        expect(stamp.text).toBe('a')
      })
    })

    describe('round trips', () => {
      const texts = async (work: () => Promise<unknown>) =>
        (await trips(work)).map(trip => trip.map(({ text }) => text.replace(/ set .*| \(.*| where .*| default .*/, '')))

      test('are as many as there are steps that need what the database gives', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        session.add('notes', { user: ada, text: 'a' })
        session.add('countries', { code: 'at', name: 'Austria' })
        session.add('cities', { code: 'at' })
        session.add('items', { name: 'a', stock: 1 })
        session.add('teams', { head: session.add('heads', { team: session.add('teams', {}) }) })
        // A city knows its country, a note does not know its user; teams and heads lead to each other.
        expect(await texts(() => session.flush())).toEqual([
          [
            'insert into "users"',
            'insert into "items"',
            'insert into "countries"',
            'insert into "cities"',
            'insert into "teams"',
          ],
          ['insert into "notes"', 'insert into "heads"'],
          ['insert into "teams"'],
        ])
      })

      test('take changes and deletes along', async () => {
        await using session = engine.session()
        const [ada, bob] = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
        const item = session.add('items', { name: 'a', stock: 1 })
        await session.commit()
        ada!.name = 'Ada'
        item.stock++
        session.delete(bob!)
        session.add('countries', { code: 'at', name: 'Austria' })
        expect(await texts(() => session.flush())).toEqual([
          ['insert into "countries"', 'update "users"', 'update "items"', 'delete from "users"'],
        ])
        await session.commit()
        expect(item.version).toBe(2)
        expect(await all('select email, name from users')).toEqual([{ email: 'a', name: 'Ada' }])
      })

      test('that fail say what would have been said one by one', async () => {
        await using session = engine.session()
        const item = session.add('items', { name: 'a', stock: 1 })
        session.add('users', { email: 'a' })
        await session.commit()
        await engine.execute('update items set version = 7')
        item.stock++
        // Its update finds no row, and goes in one round trip with an insert that is refused.
        const twin = session.add('users', { email: 'a' })
        await expect(session.flush()).rejects.toMatchObject({ name: 'UniqueViolation', row: twin })
        session.delete(twin)
        await expect(session.flush()).rejects.toMatchObject({ name: 'StaleDataError', row: item })
        await session.rollback()

        const [first, second] = session.addAll('papers', [{}, {}])
        await session.commit()
        await engine.execute('delete from papers where id = $1', [first!.id])
        first!.userId = null
        session.delete(first!)
        session.delete(second!)
        await expect(session.flush()).rejects.toMatchObject({ name: 'StaleDataError', row: first })
        await session.rollback()
        expect(await all('select id from papers')).toEqual([{ id: second!.id }])
      })

      test('with an answer that is not as it must be are told of it before a later refusal', async () => {
        await using session = engine.session()
        const item = session.add('items', { name: 'a', stock: 1 })
        const [ada, bob] = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
        await session.commit()
        await engine.execute('delete from users where id = $1', [ada!.id])
        ada!.name = 'Ada'
        item.name = null as never
        bob!.name = 'Bob'
        await expect(session.flush()).rejects.toThrow("table 'items' needs a value for column 'name'")
        item.name = 'x'
        await engine.execute('alter table items add constraint "short" check (stock < 5)')
        item.stock = 7
        await expect(session.flush()).rejects.toMatchObject({ name: 'StaleDataError', row: ada })
        await engine.execute('alter table items drop constraint "short"')
        await session.rollback()
      })
    })

    describe('objects', () => {
      test('that were let go are not written, and may come back', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        await session.commit()
        session.expunge(ada)
        expect(session.state(ada)).toBe('detached')
        ada.name = 'x'
        expect(await sent(() => session.commit())).toEqual([])
        session.add(ada)
        await session.commit()
        expect(await all('select name from users')).toEqual([{ name: 'x' }])
      })

      test('that cannot be written are not taken in silence', async () => {
        await using session = engine.session()
        const [ada, bob] = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
        await session.commit()
        if (ada === undefined || bob === undefined) throw new Error('no rows')
        await using other = engine.session()
        expect(() => other.add(ada)).toThrow(`this row of table 'users' belongs to another session`)
        session.delete(ada)
        await session.flush()
        expect(() => session.add(ada)).toThrow(`this row of table 'users' was deleted in this transaction`)
        await expect(session.refresh(ada)).rejects.toThrow(`this object of table 'users' is not in the session`)
        await session.commit()
        expect(session.state(ada)).toBe('detached')
        expect(() => session.add(ada)).toThrow(`is not in the database any more`)
        session.delete(bob)
        await expect(session.refresh(bob)).rejects.toBeInstanceOf(StaleDataError)
      })

      test('that were read in part are as old as what was not read', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        const item = session.add('items', { name: 'i', stock: 1 })
        await session.commit()
        await engine.execute(`update users set email = 'b', name = 'x'; update items set stock = 5, version = 2`)
        await session.find('users', { columns: ['email'] })
        expect(ada).toMatchObject({ email: 'b', name: null })
        expect(await session.get('users', 1)).toMatchObject({ name: 'x' })
        await session.find('items', { columns: ['version'] })
        item.stock++
        await expect(session.commit()).rejects.toBeInstanceOf(StaleDataError)
      })

      test('of a session that is closed are detached, and another may take them', async () => {
        const first = engine.session()
        const ada = first.add('users', { email: 'a' })
        await first.commit()
        await first[Symbol.asyncDispose]()
        expect(first.state(ada)).toBe('detached')
        await using session = engine.session()
        session.add(ada)
        ada.name = 'x'
        await session.commit()
        expect(await session.get('users', 1)).toBe(ada)
        await session.commit()
        expect(await all('select name from users')).toEqual([{ name: 'x' }])
        await using third = engine.session()
        await third.get('users', 1)
        session.expunge(ada)
        expect(() => third.add(ada)).toThrow(`the session has another object for this row of table 'users'`)
      })

      test('that were given up are read anew, and not before', async () => {
        await using session = engine.session()
        const ada = session.add('users', { email: 'a' })
        await session.commit()
        await engine.execute(`update users set name = 'x'`)
        session.expire(ada)
        expect(() => ada.name).toThrow(`column 'users.name' of this row was given up; refresh the row`)
        expect(ada.id).toBe(1)
        await session.get('users', 1)
        expect(ada.name).toBe('x')
        expect(Object.getPrototypeOf(ada)).toBe(Object.prototype)
      })
    })

    test('statements of the session see what waits', async () => {
      await using session = engine.session()
      const ada = session.add('users', { email: 'a' })
      expect((await session.execute('select email from users')).rows).toEqual([{ email: 'a' }])
      ada.name = 'x'
      expect(await session.query.selectFrom('users').select('name').execute()).toEqual([{ name: 'x' }])
      ada.name = 'y'
      expect((await session.sql`select name from users where id = ${1}`).scalar()).toBe('y')
      ada.name = 'z'
      for await (const row of session.stream('select name from users')) expect(row).toEqual({ name: 'z' })
      await session.rollback()
      expect(await all('select * from users')).toEqual([])
    })
  })
}
