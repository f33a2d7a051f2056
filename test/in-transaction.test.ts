import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createEngine,
  defineSchema,
  type Engine,
  EngineError,
  PendingValueError,
  SerializationFailure,
  SessionError,
  sql,
  t,
  table,
  type Transaction,
  UniqueViolation,
} from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema({
  users: table({ id: t.id(), email: t.text({ unique: true }) }),
  posts: table({ id: t.id(), userId: t.ref('users.id', { inverse: 'posts' }), title: t.text() }),
})

for (const driver of drivers) {
  describe(`a session of a transaction on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = await driver.engine(schema)
      await engine.metadata.createAll()
    })
    beforeEach(() => engine.execute('truncate users, posts restart identity'))
    const emails = async (from: Pick<Engine, 'execute'> = engine) =>
      (await from.execute('select email from users order by id')).scalars()
    const insert = (tx: Transaction<typeof schema>, email: string) =>
      tx.execute(sql`insert into users (email) values (${email})`)

    test('writes at its commit, and the transaction decides', async () => {
      const ada = await engine.transaction(async tx => {
        await using session = tx.session()
        const queued = session.add('users', { email: 'a', posts: [{ title: 'One' }] })
        expect(await emails(tx)).toEqual([])
        await session.commit()
        expect(queued.id).toBe(1)
        expect(await emails(tx)).toEqual(['a'])
        return queued
      })
      expect(await emails()).toEqual(['a'])
      expect(ada.email).toBe('a')
    })

    test('goes with the transaction that is rolled back', async () => {
      const fault = new Error('no')
      const work = engine.transaction(async tx => {
        await using session = tx.session()
        session.add('users', { email: 'a' })
        await session.commit()
        throw fault
      })
      await expect(work).rejects.toBe(fault)
      expect(await emails()).toEqual([])
    })

    test('sees what the transaction wrote, and may be used again', async () => {
      await engine.transaction(async tx => {
        await insert(tx, 'first')
        await using session = tx.session()
        session.add('posts', { userId: 1, title: 'One' })
        await session.commit()
        session.add('posts', { userId: 1, title: 'Two' })
        await session.commit()
      })
      expect((await engine.execute('select title from posts order by id')).scalars()).toEqual(['One', 'Two'])
    })

    test('rolls back to where it began, and the transaction goes on', async () => {
      await engine.transaction(async tx => {
        await insert(tx, 'before')
        await using session = tx.session()
        const kept = session.add('users', { email: 'kept' })
        await session.commit()
        const lost = session.add('users', { email: 'lost' })
        await session.flush()
        expect(await emails(tx)).toEqual(['before', 'kept', 'lost'])
        await session.rollback()
        expect(() => lost.id).toThrow(PendingValueError)
        expect(kept.id).toBe(2)
        await insert(tx, 'after')
      })
      expect(await emails()).toEqual(['before', 'kept', 'after'])
    })

    test('that is disposed of takes back what it did not commit', async () => {
      await engine.transaction(async tx => {
        {
          await using session = tx.session()
          session.add('users', { email: 'a' })
          await session.flush()
        }
        await insert(tx, 'b')
      })
      expect(await emails()).toEqual(['b'])
    })

    test('that fails names the row, keeps its queue, and leaves the transaction as it was', async () => {
      await engine.transaction(async tx => {
        await insert(tx, 'taken')
        await using session = tx.session()
        const [, second] = session.addAll('users', [{ email: 'x' }, { email: 'taken' }, { email: 'y' }])
        const error: unknown = await session.commit().catch(fault => fault)
        expect(error).toBeInstanceOf(UniqueViolation)
        expect(error).toMatchObject({ row: second, rowIndex: 1 })
        expect(session.new).toHaveLength(3)
        expect(await emails(tx)).toEqual(['taken'])
        if (second !== undefined) second.email = 'free'
        await session.commit()
      })
      expect(await emails()).toEqual(['taken', 'x', 'free', 'y'])
    })

    test('is refused beside another that has flushed and not ended', async () => {
      await engine.transaction(async tx => {
        await using first = tx.session()
        await using second = tx.session()
        first.add('users', { email: 'a' })
        second.add('users', { email: 'b' })
        await first.flush()
        const refused = second.flush()
        await expect(refused).rejects.toBeInstanceOf(SessionError)
        await expect(refused).rejects.toThrow(
          'another session of this transaction has written and not ended; commit it or roll it back first',
        )
        expect(second.new).toHaveLength(1)
        await first.commit()
        await second.commit()
      })
      expect(await emails()).toEqual(['a', 'b'])
    })

    test('waits for the call of another', async () => {
      await engine.transaction(async tx => {
        const sessions = Array.from({ length: 5 }, () => tx.session())
        for (const [at, session] of sessions.entries()) session.add('users', { email: `u${at}` })
        await Promise.all(sessions.map(session => session.commit()))
      })
      expect(await emails()).toEqual(['u0', 'u1', 'u2', 'u3', 'u4'])
    })

    test('lets a savepoint of the transaction stand inside its own, and beside its call', async () => {
      await engine.transaction(async tx => {
        await using session = tx.session()
        session.add('users', { email: 'a' })
        await session.flush()
        await tx.transaction(inner => insert(inner, 'b'))
        await expect(
          tx.transaction(async inner => {
            await insert(inner, 'c')
            throw new Error('no')
          }),
        ).rejects.toThrow('no')
        await session.commit()
        session.add('users', { email: 'd' })
        await Promise.all([session.commit(), tx.transaction(inner => insert(inner, 'e'))])
      })
      expect(await emails()).toEqual(['a', 'b', 'd', 'e'])
    })

    test('opens in a savepoint as well, and goes with it', async () => {
      await engine.transaction(async tx => {
        const undone = tx.transaction(async inner => {
          await using session = inner.session()
          session.add('users', { email: 'inner' })
          await session.commit()
          throw new Error('no')
        })
        await expect(undone).rejects.toThrow('no')
        await tx.transaction(async inner => {
          await using session = inner.session()
          session.add('users', { email: 'kept' })
          await session.commit()
        })
      })
      expect(await emails()).toEqual(['kept'])
    })

    test('writes nothing once the transaction has ended', async () => {
      const session = await engine.transaction(async tx => tx.session())
      session.add('users', { email: 'late' })
      const late = session.commit()
      await expect(late).rejects.toBeInstanceOf(EngineError)
      await expect(late).rejects.toMatchObject({ code: 'transactionEnded' })
      expect(session.new).toHaveLength(1)
      expect(await emails()).toEqual([])
    })

    test('that outlives the transaction has nothing left to undo', async () => {
      let committed: unknown
      const session = await engine.transaction(async tx => {
        const open = tx.session()
        open.add('users', { email: 'flushed' })
        await open.flush()
        return open
      })
      await engine.transaction(async tx => {
        await insert(tx, 'other')
        await session.rollback()
        await session[Symbol.asyncDispose]()
        committed = await emails(tx)
      })
      expect(committed).toEqual(['flushed', 'other'])
      expect(await emails()).toEqual(['flushed', 'other'])
    })

    test('that outlives a savepoint leaves the transaction alone', async () => {
      await engine.transaction(async tx => {
        const open = await tx.transaction(async inner => {
          const session = inner.session()
          session.add('users', { email: 'a' })
          await session.flush()
          return session
        })
        await open.rollback()
        await insert(tx, 'b')
      })
      expect(await emails()).toEqual(['a', 'b'])
    })

    test('is made anew when the transaction is run again', async () => {
      let runs = 0
      await engine.transaction(
        async tx => {
          await using session = tx.session()
          session.add('users', { email: 'a' })
          await session.commit()
          if (++runs < 3) await tx.execute(`do $$ begin raise exception using errcode = '40001'; end $$`)
        },
        { retries: 2 },
      )
      expect(runs).toBe(3)
      expect(await emails()).toEqual(['a'])
      const once = engine.transaction(async tx => {
        await using session = tx.session()
        session.add('users', { email: 'b' })
        await session.commit()
        await tx.execute(`do $$ begin raise exception using errcode = '40001'; end $$`)
      })
      await expect(once).rejects.toBeInstanceOf(SerializationFailure)
    })

    test('needs a schema', async () => {
      await using bare = createEngine(await driver.database())
      await bare.transaction(async tx => {
        expect(() => tx.session()).toThrow(`this needs a schema`)
      })
    })
  })
}
