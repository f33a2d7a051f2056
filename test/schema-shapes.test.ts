import { expect, test } from 'vitest'
import { createEngine, defineSchema, SchemaError, sql, t, table, ValueError } from '../src/index.ts'

/** A literal with every kind of part. */
function whole() {
  return {
    tables: {
      users: table(
        {
          id: t.id(),
          email: t.text({ unique: true, check: sql`email <> ''` }),
          age: t.integer({ nullable: true, comment: 'in years' }),
          teamId: t.ref('teams.id', { onDelete: 'set null', nullable: true }),
          role: t.enum('role', ['member', 'admin'], { default: 'member' }),
          code: t.domain('code', { of: t.text(), check: sql`value <> ''` }),
          words: t.array(t.text()),
          spot: t.composite('spot', { x: t.integer() }),
          n: t.integer({ identity: { when: 'always', start: 3 } }),
          double: t.integer({ generated: sql`age * 2` }),
        },
        {
          indexes: {
            i: { on: ['age', { column: 'email', order: 'desc' }], where: sql`age > 0`, with: { fillfactor: 70 } },
          },
          uniques: { u: { columns: ['age', 'email'] } },
          checks: { c: sql`age > 1` },
          excludes: { e: { using: 'btree', elements: [{ on: 'age', with: '=' }] } },
          policies: { p: { for: 'select', to: ['public'], using: sql`true` } },
          triggers: { tr: { when: 'after', on: ['insert', { update: ['age'] }], each: 'row', execute: sql`f()` } },
          with: { fillfactor: 50 },
        },
      ),
      teams: table({ id: t.id(), a: t.bigint() }, { foreignKeys: { f: { columns: ['a'], references: 'users' } } }),
      parted: table(
        { id: t.integer(), k: t.text() },
        {
          partitionBy: {
            range: ['id', { column: 'k', collate: 'C' }],
            partitions: { p1: { from: [1, 'a'], to: [2, 'b'] } },
          },
        },
      ),
    },
    options: {
      naming: 'snake_case',
      extensions: ['citext', { name: 'hstore', schema: 'public' }],
      sequences: { s: { start: 1 } },
      views: { v: { as: sql`select 1 as x`, columns: { x: t.integer() } } },
      functions: { f: { sql: sql`create function f() returns trigger language plpgsql as 'begin end'` } },
      domains: { d: { of: t.text(), check: [sql`value <> ''`] } },
      composites: { cp: { a: t.text() } },
      raw: { r: { kind: 'x', sql: sql`select 1` } },
    },
  }
}

type Tree = { [key: string]: unknown }
const isTree = (value: unknown): value is Tree =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy)
  return isTree(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one)])) : value
}

function paths(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (!isTree(value)) return []
  return Object.keys(value).flatMap(key => [[...at, key], ...paths(value[key], [...at, key])])
}

const wrong = [undefined, null, 5, 'x', true, [], {}, ['n'], [5], [null], () => 1, Symbol('s'), 1n]

test('whatever stands in the place of something else is a mistake that is told, or is taken', () => {
  const places = paths(copy(whole()))
  expect(places.length).toBeGreaterThan(150)
  let told = 0
  for (const place of places) {
    for (const value of wrong) {
      const literal = copy(whole())
      let at = literal as Tree
      for (const key of place.slice(0, -1)) at = at[key] as Tree
      at[place.at(-1) ?? ''] = value
      const { tables, options } = literal as { tables: never; options: never }
      try {
        createEngine(undefined, { schema: defineSchema(tables, options) }).metadata.ddl()
      } catch (error) {
        told++
        if (!(error instanceof SchemaError || error instanceof ValueError))
          throw new Error(`${place.join('.')} as ${String(value)}: ${error}`, { cause: error })
      }
    }
  }
  expect(told).toBeGreaterThan(1000)
})

const users = table({ id: t.id() })

// The casts hide the literals from the compiler, which would refuse them first.
// biome-ignore format: one mistake, one sentence
const mistakes: readonly [sentence: string, tables: object, options?: object][] = [
  ["index 'i' is an array, where an object is wanted", { users: table({ id: t.id() }, { indexes: { i: ['id'] } } as never) }],
  ["index 'i' needs 'on', which is an array", { users: table({ id: t.id() }, { indexes: { i: { unique: true } } } as never) }],
  ["index 'i' has a string as 'unique', where true or false is wanted", { users: table({ id: t.id() }, { indexes: { i: { on: ['id'], unique: 'yes' } } } as never) }],
  ["index 'i' has 'dsc' as 'order', where 'asc' | 'desc' is wanted; did you mean 'asc'?", { users: table({ id: t.id() }, { indexes: { i: { on: [{ column: 'id', order: 'dsc' }] } } } as never) }],
  ["column 'posts.userId' has 'cascde' as 'onDelete', where 'cascade' | 'restrict' | 'set null' | 'set default' | 'no action' is wanted; did you mean 'cascade'?", { users, posts: table({ id: t.id(), userId: { ...t.ref('users.id'), onDelete: 'cascde' } as never }) }],
  ["unique key 'u' is a string, where an array of strings or an object is wanted", { users: table({ id: t.id() }, { uniques: { u: 'id' } } as never) }],
  ["check 'c' is a string, where sql`…` is wanted", { users: table({ id: t.id() }, { checks: { c: 'id > 0' } } as never) }],
  ["foreign key 'f' needs 'references', which is a string", { users: table({ id: t.id() }, { foreignKeys: { f: { columns: ['id'] } } } as never) }],
  ["an event of trigger 'g' is a number, where 'insert' | 'update' | 'delete' | 'truncate' or an object is wanted", { users: table({ id: t.id() }, { triggers: { g: { when: 'after', on: [5], execute: sql`f()` } } } as never) }],
  ["partition 'p' needs its bounds: 'from' and 'to', 'in', 'modulus' and 'remainder', or 'default'", { users: table({ id: t.integer() }, { partitionBy: { range: ['id'], partitions: { p: {} } } } as never) }],
  ["column 'users.name' is undefined, where a column is wanted", { users: table({ id: t.id(), name: undefined } as never) }],
  ["table 'users' is a string, where a table is wanted", { users: 'users' }],
  ["the type of field 'a' of composite 'c' is 'txt', which is none of cupel's; did you mean 'text'?", { users }, { composites: { c: { a: { type: 'txt' } } } }],
  ["the type 'array' of column 'users.tags' needs 'of', which is an object", { users: table({ id: t.id(), tags: { type: 'array' } } as never) }],
  ["'fillfactor' of table 'users' is null, where a string, a number, true or false is wanted", { users: table({ id: t.id() }, { with: { fillfactor: null } } as never) }],
  ["the schema has 'camelCase' as 'naming', where 'snake_case' is wanted", { users }, { naming: 'camelCase' }],
]

test.each(mistakes)('%s', (message, tables, options = {}) => {
  const define = (): unknown => defineSchema(tables as never, options as never)
  expect(define).toThrow(SchemaError)
  expect(define).toThrow(expect.objectContaining({ message }))
})
