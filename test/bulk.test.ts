import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createEngine, defineSchema, type Engine, Entity, sql, StaleDataError, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      name: t.text({ nullable: true }),
      hits: t.integer({ default: 0 }),
      version: t.integer({ version: true }),
    }),
    posts: table({ id: t.id(), userId: t.ref('users.id', { inverse: 'posts', onDelete: 'cascade' }), title: t.text() }),
    stamps: table({ id: t.id(), text: t.text(), version: t.timestamptz({ version: true }) }),
    marks: table({ id: t.id(), text: t.text(), version: t.uuid({ version: true }) }),
    accounts: table({ id: t.integer({ primaryKey: true }), amount: t.integer() }),
  },
  { naming: 'snake_case' },
)

for (const driver of drivers) {
  describe(`statements in bulk on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = (await driver.engine(schema)) as Engine<typeof schema>
      await engine.metadata.createAll()
    })
    afterAll(() => engine.dispose())
    beforeEach(async () => {
      await engine.execute('truncate users, posts, stamps, marks, accounts restart identity cascade')
    })

    test('update changes rows and the objects of them, and a rollback both back', async () => {
      await using session = engine.session()
      const [ada, bob] = session.addAll('users', [{ email: 'a' }, { email: 'b' }])
      await session.commit()
      expect(await session.update('users', { where: { email: 'a' }, set: { name: 'Ada', hits: sql`hits + 1` } })).toBe(
        1,
      )
      expect(ada).toMatchObject({ name: 'Ada', hits: 1, version: 2 })
      expect(bob).toMatchObject({ name: null, version: 1 })
      if (ada) ada.name = 'Grace'
      const given = await session.update('users', { where: {}, set: { hits: 5 }, returning: ['id', 'name'] })
      expect(given.toSorted((a, b) => a.id - b.id)).toEqual([
        { id: 1, name: 'Grace' },
        { id: 2, name: null },
      ])
      await session.rollback()
      expect(ada).toMatchObject({ name: null, hits: 0, version: 1 })
      if (ada) ada.name = 'x'
      await session.commit()
      expect((await engine.execute('select name, version from users where id = 1')).rows).toEqual([
        { name: 'x', version: 2 },
      ])
    })

    test('delete deletes rows and the objects of them, with those that the database deletes', async () => {
      await using session = engine.session()
      const ada = session.add('users', { email: 'a' })
      const post = session.add('posts', { title: 'x', user: ada })
      await session.commit()
      expect(await session.delete('users', { where: { email: 'a' }, returning: true })).toMatchObject([{ email: 'a' }])
      expect([session.state(ada), session.state(post)]).toEqual(['deleted', 'deleted'])
      await session.rollback()
      expect([session.state(ada), session.state(post)]).toEqual(['persistent', 'persistent'])
      expect(await session.delete('users', { where: { email: 'z' } })).toBe(0)
    })

    test('delete is followed in rows of which the session does not have the parents', async () => {
      await using setup = engine.session()
      const users = setup.addAll('users', [{ email: 'a' }, { email: 'b' }])
      setup.addAll(
        'posts',
        users.map(user => ({ title: 'x', user }) as never),
      )
      await setup.commit()
      await setup[Symbol.asyncDispose]()
      await using session = engine.session()
      const [first, second] = await session.find('posts', { orderBy: { id: 'asc' } })
      expect(await session.delete('users', { where: { email: 'a' } })).toBe(1)
      expect([session.state(first as object), session.state(second as object)]).toEqual(['deleted', 'persistent'])
    })

    test('insert gives rows back in the order in which they were given', async () => {
      await using session = engine.session()
      const rows = await session.insert('users', [{ email: 'a' }, { email: 'b', hits: 1 }, { email: 'c' }], {
        returning: ['email'],
      })
      expect(rows.map(row => row.email)).toEqual(['a', 'b', 'c'])
    })

    test('insert writes rows, and does on a conflict what it is told', async () => {
      await using session = engine.session()
      expect(await session.insert('users', [{ email: 'a' }, { email: 'b', name: 'Bob' }])).toBe(2)
      const ada = await session.get('users', 1)
      expect(
        await session.insert('users', [{ email: 'a' }, { email: 'c' }], {
          onConflict: { columns: ['email'], do: 'nothing' },
          returning: ['email'],
        }),
      ).toEqual([{ email: 'c' }])
      const rows = await session.insert('users', [{ email: 'a', name: 'Ada', hits: 9 }], {
        onConflict: { constraint: 'users_email_key', set: ['name'] },
        returning: ['id', 'name', 'hits'],
      })
      expect(rows).toEqual([{ id: 1, name: 'Ada', hits: 0 }])
      expect(ada).toMatchObject({ name: 'Ada', hits: 0, version: 2 })
      await session.insert('users', [{ email: 'a', name: 'x' }], {
        onConflict: { columns: ['email'], set: { hits: sql`users.hits + ${10}`, name: sql`excluded.name || '!'` } },
      })
      expect(ada).toMatchObject({ name: 'x!', hits: 10 })
      await session.insert('users', [{ email: 'a', name: 'y' }], {
        onConflict: { columns: ['email'], set: 'given', where: { hits: { gt: 99 } } },
      })
      expect(ada).toMatchObject({ name: 'x!' })
    })

    test('what is wrong is refused before anything is sent', async () => {
      await using session = engine.session()
      const refused = (work: () => Promise<unknown>, message: string) => expect(work()).rejects.toThrow(message)
      const untyped = (value: unknown): never => value as never
      await refused(
        () => session.update('users', untyped({ set: { name: 'x' } })),
        `an update or a delete of table 'users' needs a 'where'`,
      )
      await refused(
        () => session.delete('users', untyped({})),
        `an update or a delete of table 'users' needs a 'where'`,
      )
      await refused(() => session.delete('users', { where: untyped({ name: undefined }) }), `'where.name' is undefined`)
      await refused(() => session.update('users', { where: {}, set: {} }), `'set' takes at least one column; not none`)
      await refused(
        () => session.update('users', { where: {}, set: untyped({ nam: 'x' }) }),
        `table 'users' has no column 'nam'; did you mean 'name'?`,
      )
      await refused(
        () => session.update('users', { where: {}, set: untyped({ id: 1 }) }),
        `column 'users.id' is generated`,
      )
      await refused(
        () => session.update('users', { where: {}, set: untyped({ hits: 'x' }) }),
        `column 'users.hits': a value of type 'integer'`,
      )
      await refused(
        () =>
          session.insert('users', [{ email: 'a' }], { onConflict: { constraint: 'users_emial_key', do: 'nothing' } }),
        `table 'users' has no unique constraint 'users_emial_key'; it has users_pkey, users_email_key; did you mean 'users_email_key'?`,
      )
      await refused(
        () => session.insert('users', [{ email: 'a' }], { onConflict: { columns: ['name'], do: 'nothing' } }),
        `table 'users' has no unique key over (name)`,
      )
      await refused(
        () => session.insert('users', [{ email: 'a', posts: [{ title: 'x' }] }]),
        `rows of table 'users' that are inserted in bulk`,
      )
      expect(await session.count('users')).toBe(0)
    })

    test('a version may be a moment or random, and is as exact', async () => {
      await using session = engine.session()
      const stamps = session.addAll('stamps', [{ text: 'a' }, { text: 'b' }])
      const marks = session.addAll('marks', [{ text: 'a' }, { text: 'b' }])
      await session.commit()
      const before = [...stamps, ...marks].map(each => String(each.version))
      for (let round = 0; round < 3; round++) {
        for (const each of [...stamps, ...marks]) each.text += '!'
        await session.commit()
      }
      expect(
        [...stamps, ...marks].map(each => String(each.version)).filter((version, at) => version === before[at]),
      ).toHaveLength(before.filter((version, at) => version === String([...stamps, ...marks][at]?.version)).length)
      const found = await engine.execute('select version from stamps order by id')
      expect(found.rows.map(row => row['version'])).toEqual(stamps.map(each => each.version))
      await engine.execute(
        `update marks set version = gen_random_uuid() where id = 2; update stamps set version = version + interval '1 second' where id = 1`,
      )
      for (const each of [stamps[0], marks[1]]) {
        if (each) each.text = 'late'
        await expect(session.commit()).rejects.toBeInstanceOf(StaleDataError)
        await session.rollback()
      }
    })

    test('a unit of work is run again when it could not be put in order, or a row was stale', async () => {
      await using setup = engine.session()
      const ada = setup.add('users', { email: 'a' })
      await setup.commit()
      let runs = 0
      const hits = await engine.unitOfWork(
        async session => {
          const user = await session.get('users', ada.id)
          if (user === null) throw new Error('no row')
          if (runs++ === 0) {
            // Inside the transaction, so that an embedded database can do it too.
            await session.execute('update users set version = version + 1')
          }
          user.hits++
          return user.hits
        },
        { retries: 2 },
      )
      expect([runs, hits]).toEqual([2, 1])
      await expect(
        engine.unitOfWork(async session => {
          session.add('users', { email: 'z' })
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      expect((await engine.execute('select count(*)::int from users')).scalar()).toBe(1)
    })

    test('two transfers at once in serializable transactions both happen', async () => {
      if (driver.name === 'pglite') return
      await engine.execute('insert into accounts values (1, 100), (2, 100)')
      const transfer = (from: number, to: number) =>
        engine.unitOfWork(
          async session => {
            const [a, b] = [await session.get('accounts', from), await session.get('accounts', to)]
            if (a === null || b === null) throw new Error('no account')
            a.amount -= 10
            b.amount += 10
          },
          { isolation: 'serializable', retries: 20 },
        )
      await Promise.all([transfer(1, 2), transfer(2, 1), transfer(1, 2), transfer(1, 2)])
      expect((await engine.execute('select amount from accounts order by id')).scalars()).toEqual([80, 120])
    })

    test('merge copies a row to the object of it, or adds it', async () => {
      await using session = engine.session()
      const ada = session.add('users', { email: 'a' })
      await session.commit()
      expect(await session.merge('users', { id: 1, name: 'Ada' })).toBe(ada)
      expect(ada).toMatchObject({ email: 'a', name: 'Ada' })
      const fresh = await session.merge('users', { email: 'b' })
      expect(session.new).toEqual([fresh])
      await session.commit()
      expect((await engine.execute('select email, name from users order by id')).rows).toEqual([
        { email: 'a', name: 'Ada' },
        { email: 'b', name: null },
      ])
      await using other = engine.session()
      const copy = await other.merge('users', ada)
      expect(copy).not.toBe(ada)
      expect(copy).toEqual(ada)
      await other.execute('update users set version = version + 1 where id = 1')
      await other.refresh(copy)
      await expect(other.merge('users', ada)).rejects.toBeInstanceOf(StaleDataError)
      await expect(other.merge('users', { id: 1, nam: 'x' } as never)).rejects.toThrow(
        `table 'users' has no column 'nam'`,
      )
    })

    test('events are told in order, and may add to what is written', async () => {
      await using session = engine.session()
      const told: string[] = []
      session.on('beforeFlush', () => {
        told.push('beforeFlush')
        if (session.new.length === 1) session.add('users', { email: 'added' })
      })
      for (const event of ['afterFlush', 'afterCommit', 'afterRollback'] as const)
        session.on(event, () => told.push(event))
      const off = session.on('afterCommit', () => told.push('never'))
      off()
      session.add('users', { email: 'a' })
      await session.commit()
      // Nothing is undone that had not begun.
      await session.rollback()
      expect(told).toEqual(['beforeFlush', 'afterFlush', 'afterCommit'])
      told.length = 0
      session.addAll('users', [{ email: 'b' }, { email: 'c' }])
      await session.flush()
      await session.rollback()
      expect(told).toEqual(['beforeFlush', 'afterFlush', 'afterRollback'])
      expect(() => session.on('beforeflush' as never, () => {})).toThrow(
        `there is no event 'beforeflush'; there are beforeFlush, afterFlush, afterCommit, afterRollback; did you mean 'beforeFlush'?`,
      )
      expect((await engine.execute('select email from users order by id')).scalars()).toEqual(['a', 'added'])
    })

    test('without autoflush reads do not write, and a commit may give up what is known', async () => {
      await using session = engine.session({ autoflush: false, expireOnCommit: true })
      const ada = session.add('users', { email: 'a' })
      expect(await session.count('users')).toBe(0)
      await session.commit()
      expect(() => ada.email).toThrow(`column 'users.email' of this row was given up`)
      await session.refresh(ada)
      expect(ada.email).toBe('a')
    })
  })

  describe(`classes on ${driver.name}`, () => {
    const calls: string[] = []
    class User extends Entity(schema, 'users') {
      #secret = 'kept'
      get secret(): string {
        return `${this.#secret} for ${this.email}`
      }
      beforeInsert(): void {
        calls.push('beforeInsert')
        this.name ??= 'nobody'
      }
      async beforeUpdate(): Promise<void> {
        calls.push('beforeUpdate')
        this.hits++
      }
      beforeDelete(): void {
        calls.push('beforeDelete')
      }
      afterLoad(): void {
        calls.push('afterLoad')
      }
      toJSON(): object {
        return { email: this.email }
      }
    }
    test('have behaviour, hooks and a JSON of their own, whichever way their objects come', async () => {
      await using engine = createEngine(await driver.database(), { schema, entities: [User] })
      await engine.metadata.createAll()
      await engine.execute('truncate users, posts restart identity cascade')
      {
        await using session = engine.session()
        session.add('users', { email: 'a' })
        session.add('posts', { title: 'x', user: session.new[0] as User })
        await session.commit()
      }
      await using session = engine.session()
      const [post] = await session.find('posts', { with: { user: true } })
      const user = (post as unknown as { user: User }).user
      expect(user).toBeInstanceOf(User)
      expect(user.secret).toBe('kept for a')
      expect(user.name).toBe('nobody')
      expect(JSON.stringify(user)).toBe('{"email":"a"}')
      expect(await session.get('users', 1)).toBe(user)
      user.name = 'x'
      await session.flush()
      expect(user.hits).toBe(1)
      session.delete(user)
      await session.commit()
      expect(calls).toEqual(['beforeInsert', 'afterLoad', 'beforeUpdate', 'beforeDelete'])
    })
  })
}
