import { defineSchema, isViolation, t, table } from '../src/index.ts'
import { type Equal, same } from './equal.ts'

const schema = defineSchema(
  {
    users: table(
      { id: t.id(), email: t.text({ unique: true }), nickName: t.text({ unique: true }) },
      { indexes: { by_name: { on: ['nickName'], unique: true } } },
    ),
    posts: table({ id: t.id(), authorId: t.ref('users.id') }, { uniques: { one_post: ['authorId'] } }),
  },
  { naming: 'snake_case' },
)
const error: unknown = new Error('x')
if (isViolation(error, schema, 'users_email_key')) {
  error.constraint satisfies 'users_email_key'
  error.sqlState satisfies string
  // @ts-expect-error it is this one
  error.constraint satisfies 'users_pkey'
}
if (isViolation(error, schema)) error.table satisfies string | null
for (const name of ['users_pkey', 'users_nick_name_key', 'by_name', 'posts_author_id_fkey', 'one_post'] as const) {
  isViolation(error, schema, name)
}
// A name that only the running program knows may be given; it is looked up.
isViolation(error, schema, 'stated_in_a_column')
// @ts-expect-error a name is text
isViolation(error, schema, 1)
same<ReturnType<typeof isViolation>, boolean>(true satisfies Equal<ReturnType<typeof isViolation>, boolean>)
