import { describe, expect, test } from 'vitest'
import { createEngine, defineSchema, EngineError, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema(
  {
    posts: table({ id: t.id(), authorId: t.ref('users.id'), editorId: t.ref('users.id', { nullable: true }) }),
    users: table({ id: t.id(), email: t.text({ unique: true }), favouriteId: t.ref('posts.id', { nullable: true }) }),
    tags: table({ id: t.id() }),
  },
  { naming: 'snake_case' },
)

for (const driver of drivers) {
  describe(`metadata on ${driver.name}`, () => {
    const tables = `select table_name from information_schema.tables where table_schema = 'public' order by 1`

    test('createAll creates, again and again, and dropAll drops, again and again', async () => {
      const engine = await driver.engine(schema)
      await engine.metadata.createAll()
      await engine.metadata.createAll()
      expect((await engine.execute(tables)).scalars()).toEqual(['posts', 'tags', 'users'])
      await engine.metadata.dropAll()
      await engine.metadata.dropAll()
      expect((await engine.execute(tables)).scalars()).toEqual([])
    })

    test('createAll at the same moment from several sides works', async () => {
      const engine = await driver.engine(schema)
      await Promise.all(Array.from({ length: 4 }, () => engine.metadata.createAll()))
      expect((await engine.execute(tables)).scalars()).toEqual(['posts', 'tags', 'users'])
    })

    test('createAll that fails leaves nothing behind', async () => {
      const engine = await driver.engine(
        defineSchema({
          fine: table({ id: t.id() }),
          wrong: table({ id: t.id(), what: t.custom<string>('no_such_type') }),
        }),
      )
      await expect(engine.metadata.createAll()).rejects.toThrow('no_such_type')
      expect((await engine.execute(tables)).scalars()).toEqual([])
    })

    test('ddl is what createAll runs', async () => {
      const engine = await driver.engine(schema)
      await engine.execute(engine.metadata.ddl())
      expect((await engine.execute(tables)).scalars()).toEqual(['posts', 'tags', 'users'])
    })
  })
}

test('sortedTables has parents first', () => {
  const engine = createEngine(undefined, {
    schema: defineSchema({
      posts: table({ id: t.id(), authorId: t.ref('users.id') }),
      users: table({ id: t.id() }),
    }),
  })
  expect(engine.metadata.sortedTables.map(one => one.key)).toEqual(['users', 'posts'])
  expect(engine.metadata.ddl()).toMatch(/^create table [^]*\);$/)
})

test('metadata and sessions need a schema, and an engine does not', () => {
  const engine = createEngine()
  expect(() => engine.metadata.ddl()).toThrow(EngineError)
  expect(() => engine.session()).toThrow(EngineError)
})
