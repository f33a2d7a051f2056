/** Mistakes in the literal. Those that concern two tables are said at the table where `table` is called, else at the column. */
import { t } from '../../src/schema/columns.ts'
import { defineSchema } from '../../src/schema/define.ts'
import { table } from '../../src/schema/table.ts'
import { sql } from '../../src/sql/tag.ts'

const users = table({ id: t.id(), email: t.text({ unique: true }), age: t.integer() })
const plainUsers = {
  columns: { id: { type: 'bigint', primaryKey: true }, email: { type: 'text', unique: true }, age: { type: 'integer' } },
} as const

defineSchema({
  users,
  posts: table({ authorId: t.ref('user.id') }), //~ column 'posts.authorId' references 'user.id', but there is no table 'user'; did you mean 'users'?
})
defineSchema({
  users,
  posts: table({ authorId: t.ref('banana.id') }), //~ column 'posts.authorId' references 'banana.id', but there is no table 'banana'
})
defineSchema({
  users,
  posts: table({ author: t.text({ references: 'users.emial' }) }), //~ column 'posts.author' references 'users.emial', but table 'users' has no column 'emial'; did you mean 'email'?
})
defineSchema({
  users,
  posts: table({ author: t.integer({ references: 'users.id' }) }), //~ column 'posts.author' is of type 'integer', but 'users.id', which it references, is of type 'bigint'
})
defineSchema({
  users,
  posts: table({ age: t.integer({ references: 'users.age' }) }), //~ column 'posts.age' references 'users.age', which is neither a primary key nor unique
})
defineSchema({
  users,
  posts: table({ authorId: t.ref('users') }), //~ column 'posts.authorId' references 'users', which should read 'table.column'
})
defineSchema({
  users,
  posts: table({ authorId: t.ref('users.id', { inverse: 'posts' }), editorId: t.ref('users.id', { inverse: 'posts' }) }), //~ table 'users' would have two relations named 'posts'; name one of them with 'as' or 'inverse'
})
defineSchema({
  users,
  posts: table({ authorId: t.ref('users.id', { inverse: 'things' }) }), //~ table 'users' would have two relations named 'things'; name one of them with 'as' or 'inverse'
  notes: table({ authorId: t.ref('users.id', { inverse: 'things' }) }), //~ table 'users' would have two relations named 'things'; name one of them with 'as' or 'inverse'
})
defineSchema({
  users,
  posts: table({ author: t.text(), authorId: t.ref('users.id') }), //~ table 'posts' would have a relation and a column, both named 'author'; name the relation with 'as' or 'inverse'
})
defineSchema({
  users,
  posts: table({ authorId: t.ref('users.id', { inverse: 'email' }) }), //~ table 'users' would have a relation and a column, both named 'email'; name the relation with 'as' or 'inverse'
})
defineSchema({
  users,
  posts: table({ authorId: t.ref('users.id'), author_id: t.ref('users.id') }), //~ table 'posts' would have two relations named 'author'
})
defineSchema({
  users,
  posts: table({ authorId: t.ref('users.id', { as: 'writer' }), editorId: t.ref('users.id', { as: 'writer' }) }), //~ table 'posts' would have two relations named 'writer'
})
defineSchema({
  users,
  posts: table({ authorId: t.ref('users.id'), editorId: t.ref('users.id', { as: 'author' }) }), //~ table 'posts' would have two relations named 'author'
})
defineSchema({
  users,
  posts: table({ title: t.text(), editorId: t.ref('users.id', { as: 'title' }) }), //~ table 'posts' would have a relation and a column, both named 'title'
})
defineSchema({
  posts: table({ id: t.id(), parentId: t.ref('posts.id') }), //~ table 'posts' would have two relations named 'parent'
  notes: table({ postId: t.ref('posts.id', { inverse: 'parent' }) }), //~ table 'posts' would have two relations named 'parent'
})
defineSchema({
  posts: table({ id: t.id(), above_id: t.ref('posts.id', { as: 'parent' }) }), //~ table 'posts' would have two relations named 'parent'
  notes: table({ postId: t.ref('posts.id', { inverse: 'parent' }) }), //~ table 'posts' would have two relations named 'parent'
})
defineSchema({
  users: table({ code: t.text({ primaryKey: true }) }),
  posts: table({ author: t.text(), authorCode: t.text({ references: 'users.code' }) }), //~ table 'posts' would have a relation and a column, both named 'author'
})
defineSchema({
  posts: table({ id: t.id(), title: t.text() }),
  tags: table({ id: t.id() }),
  postTags: table({ postId: t.ref('posts.id'), tagId: t.ref('tags.id') }, { link: { postId: 'posts', tagId: 'title' } }), //~ table 'posts' would have a relation and a column, both named 'title'
})
defineSchema({
  posts: table({ id: t.id(), title: t.text() }),
  tags: table({ id: t.id(), postId: t.ref('posts.id', { inverse: 'tags' }) }), //~ table 'posts' would have two relations named 'tags'
  postTags: table({ postId: t.ref('posts.id'), tagId: t.ref('tags.id') }, { link: { postId: 'posts', tagId: 'tags' } }), //~ table 'posts' would have two relations named 'tags'
})
defineSchema({
  posts: table({ aNameThatIsWrittenOutSoFarThatPostgresWouldHaveToCutItSomewhereInTheMiddle: t.text() }), //~ is longer than 63 bytes, which is all that Postgres keeps
})

defineSchema({
  users: plainUsers,
  posts: {
    columns: {
      authorId: { type: 'bigint', references: 'user.id' }, //~ column 'posts.authorId' references 'user.id', but there is no table 'user'; did you mean 'users'?
      editor: { type: 'text', references: 'users.emial' }, //~ column 'posts.editor' references 'users.emial', but table 'users' has no column 'emial'; did you mean 'email'?
      owner: { type: 'integer', references: 'users.id' }, //~ column 'posts.owner' is of type 'integer', but 'users.id', which it references, is of type 'bigint'
      age: { type: 'integer', references: 'users.age' }, //~ column 'posts.age' references 'users.age', which is neither a primary key nor unique
      bad: { type: 'bigint', references: 'users' }, //~ column 'posts.bad' references 'users', which should read 'table.column'
      words: { type: 'integer', default: 'none' }, //~ a default for type 'integer' is a number, or sql; not a string
      aNameThatIsWrittenOutSoFarThatPostgresWouldHaveToCutItSomewhereInTheMiddle: { type: 'text' }, //~ is longer than 63 bytes, which is all that Postgres keeps
    },
  },
})
defineSchema({
  users: plainUsers,
  posts: {
    columns: {
      firstId: { type: 'bigint', references: 'users.id', inverse: 'posts' }, //~ table 'users' would have two relations named 'posts'
      otherId: { type: 'bigint', references: 'users.id', inverse: 'posts' }, //~ table 'users' would have two relations named 'posts'
      author: { type: 'text' },
      authorId: { type: 'bigint', references: 'users.id' }, //~ table 'posts' would have a relation and a column, both named 'author'
    },
  },
})

table({ title: t.text() }, {
  indexes: {
    by_title: { on: ['titel'] }, //~ index 'by_title' names column 'titel', which its table does not have; did you mean 'title'?
  },
})
table({ title: t.text() }, {
  uniques: {
    one_title: ['titel'], //~ unique key 'one_title' names column 'titel', which its table does not have; did you mean 'title'?
  },
})
table({ title: t.text(), words: t.integer() }, {
  indexes: {
    by_title: { on: ['title'], opclass: 'text_pattern_ops' }, //~ index 'by_title' has the option 'opclass', which is none of cupel's
    by_words: { on: ['words'], uniqe: true }, //~ index 'by_words' has the option 'uniqe', which is none of cupel's; did you mean 'unique'?
    by_both: { on: ['title', { column: 'words', order: 'desc' }], unique: true, include: ['words'], with: { fillfactor: 70 } },
  },
  foreignKeys: {
    to_title: { columns: ['title'], references: 'titles', onDelte: 'cascade' }, //~ foreign key 'to_title' has the option 'onDelte', which is none of cupel's; did you mean 'onDelete'?
    to_other: { columns: ['title', 'words'], references: 'others', target: ['name', 'size'], match: 'full' },
  },
  excludes: {
    one_title: { elements: [{ on: 'title', with: '=' }], were: sql`true` }, //~ exclusion 'one_title' has the option 'were', which is none of cupel's; did you mean 'where'?
    one_size: { elements: [{ on: sql`words / 2`, with: '=' }], using: 'gist', deferrable: true },
  },
  uniques: {
    one_word: { columns: ['words'], nullNotDistinct: true }, //~ unique key 'one_word' has the option 'nullNotDistinct', which is none of cupel's; did you mean 'nullsNotDistinct'?
    one_both: { columns: ['title', 'words'], name: 'both', deferrable: 'initially deferred' },
    one_plain: ['title'],
  },
})
table({ title: t.text() }, {
  primaryKey: { columns: ['title'], deferable: true }, //~ the primary key has the option 'deferable', which is none of cupel's; did you mean 'deferrable'?
})
table({ title: t.text() }, { primaryKey: { columns: ['title'], name: 'titles_key', deferrable: true } })
table({ title: t.text() }, {
  primaryKey: ['banana'], //~ the primary key names column 'banana', which its table does not have
})
table({ title: t.text() }, {
  foreignKeys: {
    to_title: { columns: ['titel'], references: 'titles' }, //~ foreign key 'to_title' names column 'titel', which its table does not have; did you mean 'title'?
  },
})
table({ title: t.text(), words: t.integer() }, {
  primaryKey: ['title', 'wrods'], //~ the primary key names column 'wrods', which its table does not have; did you mean 'words'?
})
table({ title: t.text(), words: t.integer() }, {
  primaryKey: { name: 'posts_key', columns: ['title', 'wrods'] }, //~ the primary key names column 'wrods', which its table does not have; did you mean 'words'?
})
table({ title: t.text(), words: t.integer() }, {
  uniques: {
    once: { columns: ['title', 'wrods'], nullsNotDistinct: true }, //~ unique key 'once' names column 'wrods', which its table does not have; did you mean 'words'?
  },
})
table({ title: t.text(), words: t.integer() }, {
  foreignKeys: {
    to_other: { columns: ['title', 'wrods'], references: 'others', target: ['name', 'size'] }, //~ foreign key 'to_other' names column 'wrods', which its table does not have; did you mean 'words'?
  },
})
table({ title: t.text(), words: t.integer() }, {
  indexes: {
    by_title: { on: ['title'], include: ['wrods'] }, //~ index 'by_title' names column 'wrods', which its table does not have; did you mean 'words'?
    by_words: { on: [{ column: 'wrods', order: 'desc' }] }, //~ index 'by_words' names column 'wrods', which its table does not have; did you mean 'words'?
    by_both: { on: ['title', sql`words / 2`, { expression: sql`words`, nulls: 'first' }], include: ['words'] },
  },
})
table({ title: t.text(), words: t.integer() }, {
  excludes: {
    one_title: { elements: [{ on: 'title', with: '=' }, { on: 'wrods', with: '=' }] }, //~ exclusion 'one_title' names column 'wrods', which its table does not have; did you mean 'words'?
    one_size: { elements: [{ on: sql`words / 2`, with: '=' }] },
  },
})
table({ title: t.text(), words: t.integer() }, {
  partitionBy: {
    range: ['wrods', sql`lower(title)`], //~ the partition key names column 'wrods', which its table does not have; did you mean 'words'?
  },
})
table({ title: t.text(), words: t.integer() }, {
  partitionBy: {
    list: ['title'],
    partitions: {
      first: { in: ['a'], partitionBy: { hash: ['wrods'] } }, //~ the partition key names column 'wrods', which its table does not have; did you mean 'words'?
    },
  },
})
table({ postId: t.ref('posts.id'), tagId: t.ref('tags.id') }, {
  link: {
    postId: 'posts',
    tagsId: 'tags', //~ the link names column 'tagsId', which its table does not have; did you mean 'tagId'?
  },
})
t.integer({
  default: 'none', //~ a default for type 'integer' is a number, or sql; not a string
})
t.enum('role', ['member', 'admin'], {
  default: 'owner', //~ is one of 'member'
})
