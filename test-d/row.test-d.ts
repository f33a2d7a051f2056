import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'
import { sql } from '../src/sql/tag.ts'
import type { Insert, Row, Update } from '../types/row.ts'
import { same } from './equal.ts'

const made = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      name: t.text({ nullable: true }),
      role: t.enum('user_role', ['member', 'admin'], { default: 'member' }),
      tags: t.array(t.text(), { default: [] }),
      profile: t.jsonb<{ bio: string }>({ nullable: true }),
      createdAt: t.timestamptz({ default: sql`now()` }),
    }),
    posts: table(
      {
        id: t.id(),
        authorId: t.ref('users.id', { onDelete: 'cascade', inverse: 'posts' }),
        title: t.text(),
        words: t.integer({ default: 0, check: sql`words >= 0` }),
      },
      {
        indexes: { posts_by_title: { on: ['title'], where: sql`words > 0` } },
        uniques: { one_title_per_author: ['authorId', 'title'] },
        comment: 'What people wrote',
      },
    ),
    tags: table({ id: t.id(), label: t.text({ unique: true }) }),
    postTags: table(
      { postId: t.ref('posts.id', { onDelete: 'cascade' }), tagId: t.ref('tags.id', { onDelete: 'cascade' }) },
      { primaryKey: ['postId', 'tagId'], link: { postId: 'posts', tagId: 'tags' } },
    ),
  },
  { naming: 'snake_case' },
)

const plain = defineSchema({
  users: {
    columns: {
      id: { type: 'bigint', mode: 'number', identity: 'always', primaryKey: true },
      email: { type: 'text', unique: true },
      name: { type: 'text', nullable: true },
      role: { type: 'enum', enum: { name: 'user_role', values: ['member', 'admin'] }, default: 'member' },
      tags: { type: 'array', of: { type: 'text' }, default: [] },
      createdAt: { type: 'timestamptz', default: sql`now()` },
    },
  },
  posts: {
    columns: {
      id: { type: 'bigint', mode: 'number', identity: 'always', primaryKey: true },
      authorId: { type: 'bigint', mode: 'number', references: 'users.id', onDelete: 'cascade', inverse: 'posts' },
      title: { type: 'text' },
      words: { type: 'integer', default: 0, check: sql`words >= 0` },
    },
    indexes: { posts_by_title: { on: ['title'] } },
  },
})

interface PlainUser {
  id: number
  email: string
  name: string | null
  role: 'member' | 'admin'
  tags: string[]
  createdAt: Date
}
interface User extends PlainUser {
  profile: { bio: string } | null
}
interface Post {
  id: number
  authorId: number
  title: string
  words: number
}
type flat<Type> = { [Key in keyof Type]: Type[Key] }

same<Row<typeof made, 'users'>, flat<User>>(true)
same<Row<typeof plain, 'users'>, flat<PlainUser>>(true)
same<Row<typeof made, 'posts'>, flat<Post>>(true)
same<Row<typeof plain, 'posts'>, flat<Post>>(true)
same<Row<typeof made, 'postTags'>, { postId: number; tagId: number }>(true)

type PostPatch = { authorId?: number; title?: string; words?: number }
same<Update<typeof made, 'posts'>, PostPatch>(true)
same<Update<typeof plain, 'posts'>, PostPatch>(true)
type PlainUserPatch = {
  email?: string
  name?: string | null
  role?: 'member' | 'admin'
  tags?: readonly string[]
  createdAt?: Date
}
same<Update<typeof plain, 'users'>, PlainUserPatch>(true)
same<Update<typeof made, 'users'>, flat<PlainUserPatch & { profile?: { bio: string } | null }>>(true)

type NewUser = Insert<typeof made, 'users'>
same<Pick<NewUser, 'email' | 'name' | 'id'>, { email: string; name?: string | null; id?: never }>(true)
same<NewUser['tags'], readonly string[] | undefined>(true)
type NewPlainUser = Insert<typeof plain, 'users'>
same<Pick<NewPlainUser, 'email' | 'name' | 'id'>, { email: string; name?: string | null; id?: never }>(true)

const takes = <Value>(_value: Value): void => {}
declare const user: Row<typeof made, 'users'>
declare const plainUser: Row<typeof plain, 'users'>
takes<NewUser>({ email: 'a@b' })
takes<NewUser>({ email: 'a@b', posts: [{ title: 'one' }, { title: 'two', words: 2 }] })
takes<Insert<typeof made, 'posts'>>({ title: 'one', authorId: 1 })
takes<Insert<typeof made, 'posts'>>({ title: 'one', author: user })
takes<Insert<typeof plain, 'posts'>>({ title: 'one', author: plainUser })
takes<Insert<typeof plain, 'posts'>>({ title: 'one', authorId: 1 })
takes<NewPlainUser>({ email: 'a@b', posts: [{ title: 'one' }] })
takes<Insert<typeof made, 'postTags'>>({ postId: 1, tagId: 2 })

// @ts-expect-error the email is required
takes<NewUser>({ name: 'a' })
// @ts-expect-error the database makes the id
takes<NewUser>({ email: 'a@b', id: 1 })
// @ts-expect-error no such role
takes<NewUser>({ email: 'a@b', role: 'owner' })
// @ts-expect-error neither the author nor its key
takes<Insert<typeof made, 'posts'>>({ title: 'one' })
// @ts-expect-error both say the same
takes<Insert<typeof made, 'posts'>>({ title: 'one', authorId: 1, author: user })
// @ts-expect-error neither the author nor its key
takes<Insert<typeof plain, 'posts'>>({ title: 'one' })
// @ts-expect-error the database makes the id
takes<Update<typeof made, 'users'>>({ id: 1 })

const counted = defineSchema({
  notes: table({ text: t.text(), version: t.integer({ version: true }), large: t.bigint({ version: true }) }),
})
same<flat<Insert<typeof counted, 'notes'>>, { text: string; version?: number; large?: bigint }>(true)
same<Row<typeof counted, 'notes'>, { text: string; version: number; large: bigint }>(true)
