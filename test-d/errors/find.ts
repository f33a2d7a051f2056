import { createEngine, defineSchema, t, table } from '../../src/index.ts'

const schema = defineSchema({
  users: table({ id: t.id(), email: t.text() }),
  posts: table({ id: t.id(), authorId: t.ref('users.id', { inverse: 'posts' }), title: t.text() }),
})
const session = createEngine(undefined, { schema }).session()

await session.find('users', { with: { posts: { load: 'joined' } }, load: 'selectin' })
await session.find('users', { with: { posts: true }, load: 'join' }) //~ Type '"join"' is not assignable to type 'LoadStrategy
await session.find('users', { with: { posts: { load: 'subquery' } } }) //~ Type '"subquery"' is not assignable to type 'LoadStrategy
await session.find('users', { with: { posts: { laod: 'joined' } } }) //~ 'laod' does not exist in type 'Relative
