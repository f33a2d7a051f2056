import { createEngine, defineSchema, Entity, type Insert, type Row, sql, t, table } from '../src/index.ts'
import { type Equal, same } from './equal.ts'

const schema = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      name: t.text({ nullable: true }),
      tags: t.array(t.text(), { default: [] }),
      settings: t.jsonb<{ theme: string }>({ nullable: true }),
      bossId: t.ref('users.id', { nullable: true, inverse: 'staff' }),
    }),
    posts: table({
      id: t.id(),
      authorId: t.ref('users.id', { inverse: 'posts' }),
      title: t.text(),
      words: t.integer({ default: 0 }),
      span: t.int4range({ nullable: true }),
      kind: t.enum('post_kind', ['a', 'b'], { default: 'a' }),
      day: t.date({ nullable: true }),
    }),
    profiles: table({ id: t.id(), userId: t.ref('users.id', { unique: true, inverse: 'profile' }) }),
    tags: table({ id: t.id(), label: t.text() }),
    postTags: table(
      { postId: t.ref('posts.id'), tagId: t.ref('tags.id') },
      { primaryKey: ['postId', 'tagId'], link: { postId: 'posts', tagId: 'tags' } },
    ),
  },
  { naming: 'snake_case' },
)
const session = createEngine(undefined, { schema }).session()

// Keys.
const user = await session.get('users', 1)
user satisfies Row<typeof schema, 'users'> | null
await session.get('postTags', { postId: 1, tagId: 2 })
// @ts-expect-error the key is a number
await session.get('users', '1')
// @ts-expect-error the key has two columns
await session.get('postTags', { postId: 1 })
// @ts-expect-error there is no such table
await session.get('user', 1)

// What was loaded is there, and nothing else.
const [found] = await session.find('users', {
  where: { email: { like: '%@example.org' }, posts: { some: { words: { gt: 100 } } }, or: [{ name: null }, { id: 1 }] },
  with: {
    posts: { with: { tags: true }, where: { words: { gt: 10 } }, orderBy: { title: 'asc' }, limit: 5 },
    boss: true,
  },
  orderBy: { id: 'desc' },
  limit: 20,
  offset: 0,
})
if (found === undefined) throw new Error('none')
found.email satisfies string
found.posts[0]?.tags[0]?.label satisfies string | undefined
found.boss?.name satisfies string | null | undefined
same<(typeof found)['boss'] extends infer B ? (null extends B ? true : false) : never, true>(true)
// @ts-expect-error a relation that was not loaded
found.profile
// @ts-expect-error a relation that was not loaded, inside one that was
found.posts[0]?.author
const [post] = await session.find('posts', { with: { author: { with: { profile: true } } } })
post?.author.email satisfies string | undefined
post?.author.profile satisfies { userId: number } | null | undefined
const [filtered] = await session.find('posts', { with: { author: { where: { name: 'x' } } } })
// @ts-expect-error the condition may leave it out
filtered?.author.email
const [some] = await session.find('users', { columns: ['email'], with: { posts: { columns: ['title'] } } })
some satisfies { id: number; email: string; posts: { id: number; title: string }[] } | undefined
// @ts-expect-error a column that was not asked for
some?.name
// @ts-expect-error a column that was not asked for
some?.posts[0]?.words

// How relations are loaded, for all or for one. What is loaded has the same type.
const [joined] = await session.find('users', {
  with: { posts: { with: { tags: { load: 'selectin' } }, load: 'joined' }, boss: true },
  load: 'joined',
})
joined?.posts[0]?.tags[0]?.label satisfies string | undefined
joined?.boss?.name satisfies string | null | undefined
await session.get('users', 1, { with: { posts: { load: 'joined' } } })
await session.findOne('posts', { with: { author: { load: 'joined' } }, load: 'selectin' })
// @ts-expect-error there is no such strategy
await session.find('users', { with: { posts: true }, load: 'join' })
// @ts-expect-error there is no such strategy
await session.find('users', { with: { posts: { load: 'lazy' } } })
// @ts-expect-error there is no such option
await session.find('users', { with: { posts: { laod: 'joined' } } })

// Collections take objects, and rows that become objects.
found.posts.push({ title: 'new' })
found.posts.push(...found.posts)
// @ts-expect-error a title is missing
found.posts.push({ words: 1 })
found.boss = null
found.boss = found
if (post) {
  // @ts-expect-error the key may not be null
  post.author = null
}

// Loading afterwards.
if (user !== null) {
  const { posts } = await session.load(user, { posts: { with: { tags: true } } })
  posts[0]?.tags[0]?.label satisfies string | undefined
  // @ts-expect-error there is no such relation
  await session.load(user, { post: true })
}
const added = session.add('users', { email: 'x' })
;(await session.load(added, { posts: true })).posts[0]?.title satisfies string | undefined
const loaded = await session.load(await session.find('posts'), { author: true })
loaded[0]?.author.email satisfies string | undefined

// Conditions.
await session.count('users', { not: eb => eb('users.email', 'like', '%@y') })
await session.count('users', { and: [{ id: 3 }, eb => eb('users.email', 'like', '%@y'), sql`true`] })
await session.exists('posts', { span: { contains: 3 }, author: { is: { staff: { none: {} } } } })
await session.exists('users', {
  tags: { has: 'x' },
  settings: { path: { at: ['theme'], eq: 'dark' } },
  profile: { is: null },
})
// @ts-expect-error an unknown column
await session.find('users', { where: { emial: 'x' } })
// @ts-expect-error a value of another type
await session.find('users', { where: { id: 'x' } })
// @ts-expect-error an operator that numbers do not have
await session.find('users', { where: { id: { like: 'x' } } })
// @ts-expect-error the words of an enum are not looked into
await session.find('posts', { where: { kind: { like: 'a%' } } })
// @ts-expect-error neither are days
await session.find('posts', { where: { day: { like: '2024%' } } })
await session.find('posts', { where: { kind: { in: ['a'] }, day: { gt: '2024-01-01' } } })
// @ts-expect-error JSON is compared by operators
await session.find('users', { where: { settings: { theme: 'dark' } } })
// @ts-expect-error an unknown column of a relation
await session.find('users', { where: { posts: { some: { titel: 'x' } } } })
// @ts-expect-error a word that a to-one relation does not have
await session.find('posts', { where: { author: { some: {} } } })
// @ts-expect-error an unknown relation
await session.find('users', { with: { post: true } })
// @ts-expect-error an unknown relation inside a relation
await session.find('users', { with: { posts: { with: { tag: true } } } })
// @ts-expect-error an unknown column in the condition of a relation
await session.find('users', { with: { posts: { where: { titel: 'x' } } } })
// @ts-expect-error an unknown option of a relation
await session.find('users', { with: { posts: { wher: {} } } })
// @ts-expect-error an unknown option
await session.find('users', { wher: {} })
// @ts-expect-error an unknown column to order by
await session.find('users', { orderBy: { emial: 'asc' } })
// @ts-expect-error an unknown direction
await session.find('users', { orderBy: { email: 'up' } })
// @ts-expect-error an unknown column
await session.find('users', { columns: ['emial'] })
// @ts-expect-error an unknown lock
await session.find('users', { lock: 'updat' })
await session.find('posts', {
  orderBy: [{ author: { email: 'asc' } }, { title: { nulls: 'first' } }],
  after: { id: 1 },
})

// Classes that were registered.
class User extends Entity(schema, 'users') {
  get domain(): string | undefined {
    return this.email.split('@')[1]
  }
}
const typed = createEngine(undefined, { schema, entities: [User] }).session()
const one = await typed.get('users', 1)
one?.domain satisfies string | undefined
const [withAuthor] = await typed.find('posts', { with: { author: true } })
withAuthor?.author.domain satisfies string | undefined
typed.add('users', { email: 'x' }).domain satisfies string | undefined
typed.add('posts', { title: 'x', authorId: 1 }) satisfies Row<typeof schema, 'posts'>
export type Unused = [Insert<typeof schema, 'users'>, Equal<1, 1>]
