import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEngine, defineSchema, isViolation, sql, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema(
  {
    users: table(
      {
        id: t.id(),
        email: t.text({ unique: true }),
        nickName: t.text({ unique: { name: 'one_nick' }, nullable: true }),
        age: t.integer({ default: 0, check: sql`age >= 0` }),
      },
      { checks: { old: sql`age < 200` }, indexes: { users_lower: { on: [sql`lower(email)`], unique: true } } },
    ),
    posts: table(
      { id: t.id(), authorId: t.ref('users.id'), title: t.text() },
      { uniques: { one_title: ['authorId', 'title'] } },
    ),
    logs: table(
      { id: t.integer(), at: t.integer() },
      { primaryKey: ['id', 'at'], partitionBy: { range: ['at'], partitions: { logs_low: { from: [0], to: [10] } } } },
    ),
  },
  { naming: 'snake_case' },
)

for (const driver of drivers) {
  describe(`isViolation on ${driver.name}`, () => {
    let engine: Awaited<ReturnType<typeof make>>
    const make = async () => createEngine(await driver.database(), { schema })
    beforeAll(async () => {
      engine = await make()
      await engine.metadata.createAll()
      await engine.execute(
        `insert into users (email, nick_name) values ('a@example.org', 'a'); insert into posts (author_id, title) values (1, 'x'); insert into logs values (1, 1)`,
      )
    })
    afterAll(() => engine.dispose())
    const failed = async (text: string): Promise<unknown> => {
      try {
        await engine.execute(text)
      } catch (error) {
        return error
      }
      throw new Error('it was let in')
    }

    test.each([
      [`insert into users (email) values ('a@example.org')`, 'users_email_key'],
      [`insert into users (email) values ('A@example.org')`, 'users_lower'],
      [`insert into users (email, nick_name) values ('b', 'a')`, 'one_nick'],
      [`insert into users (email, age) values ('b', -1)`, 'users_age_check'],
      [`insert into users (email, age) values ('b', 300)`, 'old'],
      [`insert into posts (author_id, title) values (9, 'x')`, 'posts_author_id_fkey'],
      [`insert into posts (author_id, title) values (1, 'x')`, 'one_title'],
      [`insert into users (id, email) overriding system value values (1, 'b')`, 'users_pkey'],
      // A partition has its own name for the key.
      ['insert into logs values (1, 1)', 'logs_pkey'],
    ])('names the constraint: %s', async (text, name) => {
      const error = await failed(text)
      expect(isViolation(error, schema, name)).toBe(true)
      expect(isViolation(error, schema)).toBe(true)
      expect(isViolation(error, schema, name === 'old' ? 'users_pkey' : 'old')).toBe(false)
    })

    test('is of this schema, and of a row', async () => {
      expect(isViolation(await failed('insert into users (email) values (null)'), schema)).toBe(true)
      expect(isViolation(await failed('select 1 / 0'), schema)).toBe(false)
      expect(isViolation(new Error('x'), schema, 'old')).toBe(false)
      await engine.execute('create table others (email text unique)')
      await engine.execute(`insert into others values ('a')`)
      expect(isViolation(await failed(`insert into others values ('a')`), schema)).toBe(false)
    })

    test('an unknown name is refused with the nearest', async () => {
      expect(() => isViolation(null, schema, 'users_emial_key' as never)).toThrow(
        `the schema has no constraint 'users_emial_key'; did you mean 'users_email_key'?`,
      )
    })

    test('the detail is without values, unless it is asked for', async () => {
      const again = (on: typeof engine) => on.execute('insert into users (email) values ($1)', ['a@example.org'])
      const error: unknown = await again(engine).catch(fault => fault)
      expect(error).toMatchObject({ detail: 'Key (email)=(…) already exists.' })
      expect(JSON.stringify(error) + String(error)).not.toContain('a@example.org')
      await using shown = createEngine(await driver.database(), { schema, detail: 'shown' })
      await shown.metadata.createAll()
      await again(shown)
      await expect(again(shown)).rejects.toMatchObject({ detail: 'Key (email)=(a@example.org) already exists.' })
    })
  })
}
