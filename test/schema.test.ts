import { expect, test } from 'vitest'
import { SchemaError } from '../src/base/errors.ts'
import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'
import { sql } from '../src/sql/tag.ts'

const users = { columns: { id: t.id(), email: t.text({ unique: true }), age: t.integer() } }
const posts = (columns: object, options?: object) => ({ users, posts: { columns, ...options } })
const title = t.text()
const words = t.integer()
const wrods = `column 'wrods', which its table does not have; did you mean 'words'?`
const long = 'aNameThatIsWrittenOutSoFarThatPostgresWouldHaveToCutItSomewhereInTheMiddle'
const inverse = (name: string) => t.ref('users.id', { inverse: name })

// The same sentences as in test-d/errors/schema.ts, where the compilers say them.
// biome-ignore format: one mistake, one sentence
const mistakes: readonly [tables: object, sentence: string][] = [
  [posts({ authorId: t.ref('user.id') }), `column 'posts.authorId' references 'user.id', but there is no table 'user'; did you mean 'users'?`],
  [posts({ authorId: t.ref('banana.id') }), `column 'posts.authorId' references 'banana.id', but there is no table 'banana'`],
  [posts({ author: t.text({ references: 'users.emial' }) }), `column 'posts.author' references 'users.emial', but table 'users' has no column 'emial'; did you mean 'email'?`],
  [posts({ author: t.integer({ references: 'users.id' }) }), `column 'posts.author' is of type 'integer', but 'users.id', which it references, is of type 'bigint'`],
  [posts({ age: t.integer({ references: 'users.age' }) }), `column 'posts.age' references 'users.age', which is neither a primary key nor unique`],
  [posts({ authorId: t.ref('users') }), `column 'posts.authorId' references 'users', which should read 'table.column'`],
  [posts({ authorId: inverse('posts'), editorId: inverse('posts') }), `table 'users' would have two relations named 'posts'; name one of them with 'as' or 'inverse'`],
  [{ ...posts({ authorId: inverse('things') }), notes: { columns: { authorId: inverse('things') } } }, `table 'users' would have two relations named 'things'; name one of them with 'as' or 'inverse'`],
  [posts({ author: t.text(), authorId: t.ref('users.id') }), `table 'posts' would have a relation and a column, both named 'author'; name the relation with 'as' or 'inverse'`],
  [posts({ authorId: inverse('email') }), `table 'users' would have a relation and a column, both named 'email'; name the relation with 'as' or 'inverse'`],
  [posts({ title }, { indexes: { by_title: { on: ['titel'] } } }), `index 'by_title' names column 'titel', which its table does not have; did you mean 'title'?`],
  [posts({ title }, { uniques: { one_title: ['titel'] } }), `unique key 'one_title' names column 'titel', which its table does not have; did you mean 'title'?`],
  [posts({ title }, { primaryKey: ['banana'] }), `the primary key names column 'banana', which its table does not have`],
  [posts({ title }, { foreignKeys: { to_title: { columns: ['titel'], references: 'users' } } }), `foreign key 'to_title' names column 'titel', which its table does not have; did you mean 'title'?`],
  [posts({ title }, { foreignKeys: { to_user: { columns: ['title'], references: 'user' } } }), `foreign key 'to_user' references table 'user', but there is no table 'user'; did you mean 'users'?`],
  [posts({ title, words }, { primaryKey: ['title', 'wrods'] }), `the primary key names ${wrods}`],
  [posts({ title, words }, { primaryKey: { name: 'posts_key', columns: ['title', 'wrods'] } }), `the primary key names ${wrods}`],
  [posts({ title, words }, { uniques: { once: { columns: ['title', 'wrods'], nullsNotDistinct: true } } }), `unique key 'once' names ${wrods}`],
  [posts({ title, words }, { foreignKeys: { to_other: { columns: ['title', 'wrods'], references: 'users' } } }), `foreign key 'to_other' names ${wrods}`],
  [posts({ title, words }, { indexes: { by_title: { on: ['title'], include: ['wrods'] } } }), `index 'by_title' names ${wrods}`],
  [posts({ title, words }, { indexes: { by_words: { on: [{ column: 'wrods', order: 'desc' }] } } }), `index 'by_words' names ${wrods}`],
  [posts({ title, words }, { excludes: { one_title: { elements: [{ on: 'wrods', with: '=' }] } } }), `exclusion 'one_title' names ${wrods}`],
  [posts({ title, words }, { partitionBy: { range: ['wrods'] } }), `the partition key names ${wrods}`],
  [posts({ title, words }, { partitionBy: { list: ['title'], partitions: { first: { in: ['a'], partitionBy: { hash: ['wrods'] } } } } }), `the partition key names ${wrods}`],
  [posts({ authorId: t.ref('users.id'), editorId: t.ref('users.id') }, { link: { authorId: 'a', editorsId: 'b' } }), `the link names column 'editorsId', which its table does not have; did you mean 'editorId'?`],
  [posts({ words: { type: 'integer', default: 'none' } }), `a default for type 'integer' is a number, or sql; not a string`],
  [posts({ [long]: t.text() }), `the name '${long}' is longer than 63 bytes, which is all that Postgres keeps`],
]

// The casts hide the literal from the compiler, which would refuse it first.
test.each(mistakes.map(([tables, sentence]) => ({ tables, sentence })))('$sentence', ({ tables, sentence }) => {
  const define = () => defineSchema(tables as never)
  expect(define).toThrow(SchemaError)
  expect(define).toThrow(expect.objectContaining({ message: sentence }))
})

test('a table is its columns and options as one plain object', () => {
  expect(table({ title: t.text({ unique: true }) }, { comment: 'x' })).toEqual({
    columns: { title: { type: 'text', unique: true } },
    comment: 'x',
  })
})

// Where the compilers look no further than what they know.
// biome-ignore format: one slip, one sentence
const slips: readonly [part: string, slip: string, near: string | null, tables: object, options?: object][] = [
  ["table 'posts'", 'indexs', 'indexes', posts({ title }, { indexs: {} })],
  ["column 'posts.title'", 'defualt', 'default', posts({ title: { ...title, defualt: 'a' } })],
  ["the schema", 'extension', 'extensions', { users }, { extension: ['citext'] }],
  ["extension 'citext'", 'shema', 'schema', { users }, { extensions: [{ name: 'citext', shema: 'a' }] }],
  ["index 'i'", 'opclass', null, posts({ title }, { indexes: { i: { on: ['title'], opclass: 'gin_trgm_ops' } } })],
  ["index 'i'", 'oder', 'order', posts({ title }, { indexes: { i: { on: [{ column: 'title', oder: 'desc' }] } } })],
  ["the primary key", 'colums', 'columns', posts({ title }, { primaryKey: { colums: ['title'] } })],
  ["unique key 'k'", 'nullNotDistinct', 'nullsNotDistinct', posts({ title }, { uniques: { k: { columns: ['title'], nullNotDistinct: true } } })],
  ["foreign key 'f'", 'onDelte', 'onDelete', posts({ title }, { foreignKeys: { f: { columns: ['title'], references: 'users', onDelte: 'cascade' } } })],
  ["the NOT NULL of column 'posts.title'", 'noInherits', 'noInherit', posts({ title: t.text({ notNull: { noInherits: true } as never }) })],
  ["exclusion 'e'", 'wher', 'where', posts({ title }, { excludes: { e: { elements: [{ on: 'title', with: '=' }], wher: sql`true` } } })],
  ["exclusion 'e'", 'opclas', 'opclass', posts({ title }, { excludes: { e: { elements: [{ on: 'title', with: '=', opclas: 'a' }] } } })],
  ["the partition key", 'partition', 'partitions', posts({ title }, { partitionBy: { range: ['title'], partition: {} } })],
  ["the partition key", 'colate', 'collate', posts({ title }, { partitionBy: { range: [{ column: 'title', colate: 'C' }] } })],
  ["partition 'p'", 'form', 'from', posts({ title }, { partitionBy: { range: ['title'], partitions: { p: { form: ['a'], to: ['b'] } } } })],
  ["partitionOf", 'bounds', 'bound', posts({ title }, { partitionOf: { table: 'users', bounds: sql`default` } })],
  ["policy 'p'", 'usng', 'using', posts({ title }, { policies: { p: { usng: sql`true` } } })],
  ["trigger 'a'", 'forEach', null, posts({ title }, { triggers: { a: { when: 'after', on: ['insert'], forEach: 'row', execute: sql`f()` } } })],
  ["the unique key of column 'posts.title'", 'nme', 'name', posts({ title: { ...title, unique: { nme: 'a' } } })],
  ["the check of column 'posts.title'", 'nme', 'name', posts({ title: { ...title, check: { on: sql`true`, nme: 'a' } } })],
  ["the identity of column 'posts.words'", 'strt', 'start', posts({ words: { ...words, identity: { when: 'always', strt: 5 } } })],
  ["the enum of column 'posts.level'", 'value', 'values', posts({ level: { type: 'enum', enum: { name: 'level', value: ['low'] } } })],
  ["the custom type of column 'posts.at'", 'decoed', 'decode', posts({ at: { type: 'custom', custom: { sql: 'ltree', decoed: String } } })],
  ["the domain of column 'posts.code'", 'chek', 'check', posts({ code: { type: 'domain', domain: { name: 'code', of: title, chek: sql`true` } } })],
  ["the composite of column 'posts.spot'", 'field', 'fields', posts({ spot: { type: 'composite', composite: { name: 'spot', field: {} } } })],
  ["the enum of column 'posts.levels'", 'value', 'values', posts({ levels: { type: 'array', of: { type: 'enum', enum: { name: 'level', value: [] } } } })],
  ["domain 'code'", 'notnull', 'notNull', { users }, { domains: { code: { of: title, notnull: true } } }],
  ["the check of domain 'code'", 'nme', 'name', { users }, { domains: { code: { of: title, check: [{ on: sql`true`, nme: 'a' }] } } }],
  ["the enum of field 'level' of composite 'spot'", 'value', 'values', { users }, { composites: { spot: { level: { type: 'enum', enum: { name: 'level', value: [] } } } } }],
  ["sequence 's'", 'strt', 'start', { users }, { sequences: { s: { strt: 5 } } }],
  ["view 'v'", 'materialised', 'materialized', { users }, { views: { v: { as: sql`select 1`, materialised: true } } }],
  ["index 'i'", 'uniqe', 'unique', { users }, { views: { v: { as: sql`select 1`, indexes: { i: { on: ['a'], uniqe: true } } } } }],
  ["the enum of column 'v.level'", 'value', 'values', { users }, { views: { v: { as: sql`select 1`, columns: { level: { type: 'enum', enum: { name: 'level', value: [] } } } } } }],
  ["function 'f'", 'signatur', 'signature', { users }, { functions: { f: { sql: sql`select 1`, signatur: 'f()' } } }],
  ["raw 'r'", 'drp', 'drop', { users }, { raw: { r: { kind: 'cast', sql: sql`select 1`, drp: sql`select 1` } } }],
]

test.each(slips)('%s has no option %s', (part, slip, near, tables, options = {}) => {
  const define = (): unknown => defineSchema(tables as never, options as never)
  const nearest = near === null ? '' : `; did you mean '${near}'?`
  expect(define).toThrow(SchemaError)
  expect(define).toThrow(
    expect.objectContaining({ message: `${part} has the option '${slip}', which is none of cupel's${nearest}` }),
  )
})
