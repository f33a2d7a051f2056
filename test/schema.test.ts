import { expect, test } from 'vitest'
import { SchemaError } from '../src/base/errors.ts'
import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'

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
