import { defineSchema, t, table } from '../../src/index.ts'

defineSchema({
  users: table({ id: t.id(), name: t.text(), email: t.text({ unique: true }) }),
  a: table({ id: t.id(), userId: t.ref('userz.id') }), //~ column 'a.userId' references 'userz.id', but there is no table 'userz'; did you mean 'users'?
  b: table({ id: t.id(), userId: t.ref('users.key') }), //~ column 'b.userId' references 'users.key', but table 'users' has no column 'key'
  c: table({ id: t.id(), userId: t.integer({ references: 'users.id' }) }), //~ column 'c.userId' is of type 'integer', but 'users.id', which it references, is of type 'bigint'
  d: table({ id: t.id(), userName: t.text({ references: 'users.name' }) }), //~ column 'd.userName' references 'users.name', which is neither a primary key nor unique
  e: table({ id: t.id(), userId: t.ref('users') }), //~ column 'e.userId' references 'users', which should read 'table.column'
  f: table({ id: t.id(), userEmail: t.text({ references: 'users.email' }) }),
})

defineSchema({
  users: table({ id: t.id(), name: t.text() }),
  a: table({ id: t.id(), userId: t.ref('users.id', { inverse: 'name' }) }), //~ table 'users' would have a relation and a column, both named 'name'
  b: table({ id: t.id(), userId: t.ref('users.id'), user: t.text() }), //~ table 'b' would have a relation and a column, both named 'user'
  c: table({ id: t.id(), fromId: t.ref('users.id', { inverse: 'cs' }), toId: t.ref('users.id', { inverse: 'cs' }) }), //~ table 'users' would have two relations named 'cs'
  d: table({ id: t.id(), userId: t.ref('users.id', { inverse: 'ds' }) }), //~ table 'users' would have two relations named 'ds'
  e: table({ id: t.id(), userId: t.ref('users.id', { inverse: 'ds' }) }), //~ table 'users' would have two relations named 'ds'
})

t.integer({ default: 'one' }) //~ a default for type 'integer' is a number, or sql; not a string
t.enum('mood', ['sad', 'gay'], { default: 'glad' }) //~ a default for type 'mood' is one of
t.timestamptz({ default: 'now' }) //~ a default for type 'timestamptz' is a Date, or sql; not a string

table({ id: t.id(), title: t.text() }, { primaryKey: ['ID'] }) //~ the primary key names column 'ID', which its table does not have; did you mean 'id'?
table({ id: t.id(), title: t.text() }, { uniques: { once: ['titel'] } }) //~ unique key 'once' names column 'titel', which its table does not have; did you mean 'title'?
table({ id: t.id(), title: t.text() }, { indexes: { by_title: { on: ['titel'] } } }) //~ index 'by_title' names column 'titel', which its table does not have; did you mean 'title'?
table({ id: t.id(), title: t.text() }, { link: { id: 'a', ttle: 'b' } }) //~ the link names column 'ttle', which its table does not have; did you mean 'title'?

defineSchema({
  a: table({ id: t.id(), aNameThatGoesOnAndOnAndOnAndOnAndOnAndOnAndOnAndOnAndOn: t.text() }), //~ the name 'a_name_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on' is longer than 63 bytes
})

// A plain object is refused on the column's own key.
defineSchema({
  users: { columns: { id: { type: 'bigint', mode: 'number', primaryKey: true } } },
  posts: {
    columns: {
      id: { type: 'bigint', primaryKey: true },
      userId: { type: 'bigint', references: 'user.id' }, //~ column 'posts.userId' references 'user.id', but there is no table 'user'; did you mean 'users'?
      words: { type: 'integer', default: 'none' }, //~ a default for type 'integer' is a number, or sql; not a string
    },
  },
})
