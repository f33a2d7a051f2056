import { createEngine, defineSchema, Entity, type Insert, type Row, sql, t, table } from '../src/index.ts'

const schema = defineSchema(
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
    posts: table({ id: t.id(), authorId: t.ref('users.id', { inverse: 'posts' }), title: t.text() }),
    tags: table({ id: t.id(), label: t.text() }),
    postTags: table(
      { postId: t.ref('posts.id'), tagId: t.ref('tags.id') },
      { primaryKey: ['postId', 'tagId'], link: { postId: 'posts', tagId: 'tags' } },
    ),
  },
  { naming: 'snake_case' },
)
const engine = createEngine(undefined, { schema })
const session = engine.session()

const ada: Row<typeof schema, 'users'> = session.add('users', { email: 'ada@example.org', role: 'admin' })
ada.id satisfies number
ada.role satisfies 'member' | 'admin'
session.add('posts', { title: 'by row', author: ada })
session.add('posts', { title: 'by key', authorId: 1 })
session.add('users', { email: 'a', posts: [{ title: 'One', tags: [{ label: 'x' }] }], profile: { bio: 'x' } })

const rows: Insert<typeof schema, 'users'>[] = [{ email: 'a' }]
session.addAll('users', rows)
for (const row of rows) session.add('users', row)

class User extends Entity(schema, 'users') {
  get domain(): string | undefined {
    return this.email.split('@')[1]
  }
}
const grace = session.add(new User({ email: 'grace@example.org' }))
grace.domain satisfies string | undefined
session.add('posts', { title: 'by object', author: grace })

const found = await engine.query.selectFrom('users').selectAll().execute()
found satisfies { id: number; createdAt: Date; profile: { bio: string } | null }[]
const joined = await engine
  .tables('users', 'posts')
  .selectFrom('posts')
  .innerJoin('users', 'users.id', 'posts.authorId')
  .select(['posts.title', 'users.name'])
  .execute()
joined satisfies { title: string; name: string | null }[]
await engine.transaction(async tx => await tx.query.deleteFrom('posts').where('title', '=', 'x').execute())
// @ts-expect-error a table that was not asked for
engine.tables('users').selectFrom('posts')
// @ts-expect-error a column that the database writes
engine.query.insertInto('users').values({ email: 'x', id: 1 })

await engine.transaction(async tx => {
  await using inner = tx.session()
  const made: Row<typeof schema, 'users'> = inner.add('users', { email: 'a' })
  inner.add('posts', { title: 'x', author: made })
  // @ts-expect-error a column that the table does not have
  inner.add('users', { emial: 'a' })
  await tx.transaction(async nested => nested.session().add('tags', { label: 'x' }).label satisfies string)
})
