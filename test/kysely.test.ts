import { type Kysely, sql as raw } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EngineCore } from '../src/engine/engine.ts'
import { UniqueViolation } from '../src/engine/statement-error.ts'
import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      createdAt: t.timestamptz({ nullable: true }),
      homePage: t.text({ nullable: true }),
      profile: t.jsonb<unknown>({ nullable: true }),
      loud: t.custom<string>(
        'text',
        { encode: value => value.toLowerCase(), decode: text => text.toUpperCase() },
        { nullable: true },
      ),
      span: t.int4range({ nullable: true }),
      tags: t.array(t.text(), { nullable: true }),
    }),
    blogPosts: table(
      { id: t.id(), authorId: t.ref('users.id'), title: t.text(), createdAt: t.timestamptz({ nullable: true }) },
      { schema: 'app' },
    ),
    plain: table({ id: t.integer({ primaryKey: true }), label: t.text({ nullable: true }) }),
  },
  { naming: 'snake_case' },
)

const tables = `
  create schema app;
  create table users (
    id bigint generated always as identity primary key, email text not null unique, created_at timestamptz, home_page text,
    profile jsonb, loud text, span int4range, tags text[]);
  create table app.blog_posts (
    id bigint generated always as identity primary key, author_id bigint not null references users(id), title text not null, created_at timestamptz);
  create table plain (id integer primary key, label text)`

// Here names are looked at, not types: those are tested where Kysely's DB is made from the schema.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Loose = Kysely<any>

describe('the SQL of a query in the literal names', () => {
  const db: Loose = new EngineCore(undefined, { schema }).query
  const cases: readonly (readonly [fact: string, query: { compile(): { sql: string } }, sql: string])[] = [
    [
      'a plain column keeps its key in the result',
      db.selectFrom('users').select(['id', 'createdAt', 'users.homePage', 'email as mail']),
      'select "id", "created_at" as "createdAt", "users"."home_page" as "homePage", "email" as "mail" from "users"',
    ],
    [
      '* is written out where names differ',
      db.selectFrom('blogPosts').selectAll(),
      'select "blogPosts"."id", "blogPosts"."author_id" as "authorId", "blogPosts"."title", "blogPosts"."created_at" as "createdAt" from "app"."blog_posts" as "blogPosts"',
    ],
    ['* stays where they do not', db.selectFrom('plain').selectAll(), 'select * from "plain"'],
    [
      '* of one of several',
      db.selectFrom('plain as p').innerJoin('blogPosts as b', 'b.id', 'p.id').selectAll('p').select('b.authorId'),
      'select "p".*, "b"."author_id" as "authorId" from "plain" as "p" inner join "app"."blog_posts" as "b" on "b"."id" = "p"."id"',
    ],
    [
      'references everywhere are mapped',
      db
        .selectFrom('users as u')
        .leftJoin('blogPosts', join =>
          join.onRef('blogPosts.authorId', '=', 'u.id').on('blogPosts.createdAt', 'is not', null),
        )
        .select(eb => ['u.id', eb.fn.max('blogPosts.createdAt').as('last')])
        .where('u.homePage', 'is not', null)
        .groupBy(['u.id', 'u.createdAt'])
        .having('u.createdAt', 'is', null)
        .orderBy('u.createdAt')
        .orderBy('last'),
      'select "u"."id", max("blogPosts"."created_at") as "last" from "users" as "u" left join "app"."blog_posts" as "blogPosts" on "blogPosts"."author_id" = "u"."id" and "blogPosts"."created_at" is not null where "u"."home_page" is not null group by "u"."id", "u"."created_at" having "u"."created_at" is null order by "u"."created_at", "last"',
    ],
    [
      'a name of the result comes first in order by',
      db
        .selectFrom('users')
        .select(['email as createdAt', 'homePage'])
        .orderBy('createdAt')
        .orderBy('homePage')
        .orderBy('span'),
      'select "email" as "createdAt", "home_page" as "homePage" from "users" order by "createdAt", "homePage", "span"',
    ],
    [
      'an alias of the user is not mapped, nor what comes out of a subquery',
      db
        .selectFrom(db.selectFrom('users').select(['id', 'createdAt']).as('homePage'))
        .select(['homePage.createdAt', 'id'])
        .where('createdAt', 'is', null),
      'select "homePage"."createdAt", "id" from (select "id", "created_at" as "createdAt" from "users") as "homePage" where "createdAt" is null',
    ],
    [
      'a common table expression hides a table, but not from itself',
      db
        .with('users', qb => qb.selectFrom('users').select('createdAt'))
        .selectFrom('users')
        .selectAll(),
      'with "users" as (select "created_at" as "createdAt" from "users") select * from "users"',
    ],
    [
      'a recursive one is seen by itself',
      db
        .withRecursive('blogPosts(createdAt)', qb =>
          qb.selectFrom('users').select('createdAt').unionAll(qb.selectFrom('blogPosts').select('createdAt')),
        )
        .selectFrom('blogPosts')
        .selectAll(),
      'with recursive "blogPosts"("createdAt") as (select "created_at" as "createdAt" from "users" union all select "createdAt" from "blogPosts") select * from "blogPosts"',
    ],
    [
      'a correlated subquery reaches outwards',
      db
        .selectFrom('users')
        .select('id')
        .where(eb =>
          eb.exists(
            eb
              .selectFrom('blogPosts')
              .select('title')
              .whereRef('authorId', '=', 'users.id')
              .whereRef('homePage', '=', 'title'),
          ),
        ),
      'select "id" from "users" where exists (select "title" from "app"."blog_posts" as "blogPosts" where "author_id" = "users"."id" and "home_page" = "title")',
    ],
    [
      'the order of a union is by its result',
      db
        .selectFrom('users')
        .select('createdAt')
        .union(db.selectFrom('blogPosts').select('createdAt'))
        .orderBy('createdAt'),
      'select "created_at" as "createdAt" from "users" union select "created_at" as "createdAt" from "app"."blog_posts" as "blogPosts" order by "createdAt"',
    ],
    [
      'insert, on conflict, returning',
      db
        .insertInto('blogPosts')
        .values({ authorId: 1, title: 'x' })
        .onConflict(oc =>
          oc
            .columns(['authorId', 'title'])
            .doUpdateSet(eb => ({ createdAt: eb.ref('excluded.createdAt'), title: eb.ref('blogPosts.title') })),
        )
        .returning(['id', 'createdAt']),
      'insert into "app"."blog_posts" as "blogPosts" ("author_id", "title") values ($1, $2) on conflict ("author_id", "title") do update set "created_at" = "excluded"."created_at", "title" = "blogPosts"."title" returning "id", "created_at" as "createdAt"',
    ],
    [
      'insert from a select',
      db
        .insertInto('blogPosts')
        .columns(['authorId', 'title'])
        .expression(eb => eb.selectFrom('users').select(['id', 'homePage']))
        .returningAll(),
      'insert into "app"."blog_posts" as "blogPosts" ("author_id", "title") select "id", "home_page" as "homePage" from "users" returning "blogPosts"."id", "blogPosts"."author_id" as "authorId", "blogPosts"."title", "blogPosts"."created_at" as "createdAt"',
    ],
    [
      'update',
      db
        .updateTable('blogPosts')
        .from('users')
        .set({ authorId: 2 })
        .set('createdAt', null)
        .whereRef('users.id', '=', 'authorId')
        .returning('blogPosts.authorId'),
      'update "app"."blog_posts" as "blogPosts" set "author_id" = $1, "created_at" = $2 from "users" where "users"."id" = "author_id" returning "blogPosts"."author_id" as "authorId"',
    ],
    [
      'delete',
      db
        .deleteFrom('blogPosts')
        .using('users')
        .whereRef('users.id', '=', 'blogPosts.authorId')
        .where('users.createdAt', 'is', null)
        .returning('title'),
      'delete from "app"."blog_posts" as "blogPosts" using "users" where "users"."id" = "blogPosts"."author_id" and "users"."created_at" is null returning "title"',
    ],
    [
      'merge',
      db
        .mergeInto('blogPosts')
        .using('users', 'users.id', 'blogPosts.authorId')
        .whenMatched()
        .thenUpdateSet({ createdAt: null })
        .whenNotMatched()
        .thenInsertValues({ authorId: 1, title: 'x' }),
      'merge into "app"."blog_posts" as "blogPosts" using "users" on "users"."id" = "blogPosts"."author_id" when matched then update set "created_at" = $1 when not matched then insert ("author_id", "title") values ($2, $3)',
    ],
    [
      'references inside raw SQL',
      db.selectFrom('users').select(raw`coalesce(${raw.ref('users.createdAt')}, now())`.as('at')),
      'select coalesce("users"."created_at", now()) as "at" from "users"',
    ],
    [
      'a table that is not in the schema is left alone',
      db.selectFrom('elsewhere').selectAll().where('createdAt', 'is', null),
      'select * from "elsewhere" where "createdAt" is null',
    ],
    [
      'an order within a window has only tables',
      db.selectFrom('users').select(eb => [
        'createdAt',
        eb.fn
          .countAll()
          .over(ob => ob.partitionBy('homePage').orderBy('createdAt'))
          .as('n'),
      ]),
      'select "created_at" as "createdAt", count(*) over(partition by "home_page" order by "created_at") as "n" from "users"',
    ],
  ]
  test.each(cases)('%s', (_, query, sql) => expect(query.compile().sql).toBe(sql))
})

describe.each(drivers)('$name', driver => {
  let engine: EngineCore
  let db: Loose
  beforeAll(async () => {
    engine = new EngineCore(await driver.database(), { schema })
    db = engine.query
    await engine.execute(tables)
  })
  beforeEach(async () => {
    await engine.execute('truncate users, app.blog_posts, plain restart identity')
  })

  const row = {
    email: 'ada@example.org',
    createdAt: new Date('2024-01-02T03:04:05.678Z'),
    homePage: '',
    profile: [{ a: 1 }, 'b'],
    loud: 'Hey',
    span: { lower: 1, upper: 5 },
    tags: ['x', 'y,"z"'],
  }

  test('values go and come back as the schema says', async () => {
    const stored = await db.insertInto('users').values(row).returningAll().executeTakeFirstOrThrow()
    const expected = { ...row, id: 1, loud: 'HEY', span: expect.objectContaining({ lower: 1, upper: 5 }) }
    expect(stored).toEqual(expected)
    expect(await db.selectFrom('users').selectAll().execute()).toEqual([expected])
    const read = await db
      .selectFrom(db.selectFrom('users').selectAll().as('u'))
      .select(['u.id', 'createdAt', 'profile'])
      .execute()
    expect(read).toEqual([{ id: 1, createdAt: row.createdAt, profile: row.profile }])
    expect((await engine.execute('select loud::text from users')).scalar()).toBe('HEY')
    expect((await engine.execute(`select loud || '' from users`)).scalar()).toBe('hey')
  })

  test('a string in a jsonb column is JSON text, not JSON', async () => {
    await db.insertInto('users').values({ email: 'e', profile: 'text' }).execute()
    await db.updateTable('users').set({ profile: 'other' }).where('profile', '=', JSON.stringify('text')).execute()
    expect((await db.selectFrom('users').select('profile').executeTakeFirst())?.profile).toBe('other')
  })

  test('a query begun on the builder and used within another is translated once', async () => {
    const inserted = db.with('made', () =>
      db.insertInto('users').values({ email: 'e', profile: 'text', homePage: 'h' }).returningAll(),
    )
    expect(await inserted.selectFrom('made').select(['profile', 'homePage']).execute()).toEqual([
      { profile: 'text', homePage: 'h' },
    ])
  })

  test('comparisons encode their values as the column does', async () => {
    await db.insertInto('users').values(row).execute()
    const found = db.selectFrom('users').select('id')
    const one = [{ id: 1 }]
    expect(await found.where('createdAt', '=', row.createdAt).execute()).toEqual(one)
    expect(await found.where('profile', '=', row.profile).execute()).toEqual(one)
    expect(await found.where('span', '=', row.span).execute()).toEqual(one)
    expect(await found.where('profile', '@>', [{ a: 1 }]).execute()).toEqual(one)
    expect(await found.where('tags', '&&', ['x', 'w']).execute()).toEqual(one)
    expect(await found.where('span', '@>', { lower: 2, upper: 3 }).execute()).toEqual(one)
    expect(await found.where('loud', 'in', ['HEY']).execute()).toEqual(one)
    expect(await found.where('tags', '=', row.tags).execute()).toEqual(one)
    expect(await found.where('id', 'in', [1, 2]).execute()).toEqual(one)
    expect(await found.where('createdAt', '<', row.createdAt).execute()).toEqual([])
  })

  test('rows that lack a column take its default, and counts are told', async () => {
    const inserted = await db
      .insertInto('plain')
      .values([{ id: 1 }, { id: 2, label: 'two' }])
      .executeTakeFirst()
    expect(inserted.numInsertedOrUpdatedRows).toBe(2n)
    expect((await db.updateTable('plain').set({ label: 'x' }).executeTakeFirst()).numUpdatedRows).toBe(2n)
    expect((await db.deleteFrom('plain').where('id', '=', 1).executeTakeFirst()).numDeletedRows).toBe(1n)
  })

  test('nested JSON has the keys of the literal', async () => {
    await db.insertInto('users').values(row).execute()
    await db
      .insertInto('blogPosts')
      .values([
        { authorId: 1, title: 'One' },
        { authorId: 1, title: 'Two' },
      ])
      .execute()
    const [user] = await db
      .selectFrom('users')
      .select(eb => [
        'homePage',
        jsonArrayFrom(
          eb
            .selectFrom('blogPosts')
            .select(['authorId', 'title'])
            .whereRef('blogPosts.authorId', '=', 'users.id')
            .orderBy('title'),
        ).as('posts'),
      ])
      .execute()
    expect(user).toEqual({
      homePage: '',
      posts: [
        { authorId: 1, title: 'One' },
        { authorId: 1, title: 'Two' },
      ],
    })
  })

  test('tables gives the same builder', async () => {
    await db.insertInto('plain').values({ id: 1 }).execute()
    expect(await engine.tables('plain').selectFrom('plain').select('id').execute()).toEqual([{ id: 1 }])
  })

  test('in a transaction of the engine, queries run in it', async () => {
    const work = engine.inTransaction(async tx => {
      await tx.query.insertInto('plain').values({ id: 1 }).execute()
      expect(await tx.query.selectFrom('plain').select('id').execute()).toEqual([{ id: 1 }])
      await tx.query.transaction().execute(async inner => {
        await inner.insertInto('plain').values({ id: 2 }).execute()
      })
      const failed = tx.query.transaction().execute(async inner => {
        await inner.insertInto('plain').values({ id: 2 }).execute()
      })
      await expect(failed).rejects.toBeInstanceOf(UniqueViolation)
      expect((await tx.execute('select id from plain order by id')).scalars()).toEqual([1, 2])
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await db.selectFrom('plain').select('id').execute()).toEqual([])
  })

  test('Kysely may begin the transaction', async () => {
    await db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async trx => {
        await trx.insertInto('plain').values({ id: 1 }).execute()
        expect(
          await raw<{ i: string }>`select current_setting('transaction_isolation') as i`.execute(trx),
        ).toMatchObject({ rows: [{ i: 'serializable' }] })
      })
    const failed = db.transaction().execute(async trx => {
      await trx.insertInto('plain').values({ id: 2 }).execute()
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await db.selectFrom('plain').select('id').execute()).toEqual([{ id: 1 }])
    const controlled = await db.startTransaction().execute()
    const saved = await controlled.savepoint('here').execute()
    await saved.insertInto('plain').values({ id: 3 }).execute()
    await (await saved.rollbackToSavepoint('here').execute()).commit().execute()
    expect(await db.selectFrom('plain').select('id').execute()).toEqual([{ id: 1 }])
  })

  test('a stream gives every row, decoded', async () => {
    await db
      .insertInto('users')
      .values(Array.from({ length: 25 }, (_, n) => ({ email: `${n}`, loud: 'x' })))
      .execute()
    const seen: unknown[] = []
    for await (const one of db.selectFrom('users').select(['id', 'loud']).where('id', '>', 5).orderBy('id').stream(7))
      seen.push(one)
    expect(seen).toHaveLength(20)
    expect(seen.at(-1)).toEqual({ id: 25, loud: 'X' })
  })

  test('a value that its column refuses leaves the builder in order', async () => {
    const wrong = { email: 'e', loud: 7 }
    await expect(db.insertInto('users').values(wrong).execute()).rejects.toThrow()
    expect(await db.selectFrom('users').select('createdAt').execute()).toEqual([])
  })
})
