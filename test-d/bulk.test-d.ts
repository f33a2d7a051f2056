import {
  createEngine,
  defineSchema,
  Entity,
  type Lock,
  type Nested,
  type Row,
  type SessionEvent,
  type SessionOptions,
  sql,
  type State,
  t,
  table,
} from '../src/index.ts'

const schema = defineSchema({
  users: table({
    id: t.id(),
    email: t.text({ unique: true }),
    name: t.text({ nullable: true }),
    hits: t.integer({ default: 0 }),
  }),
  animals: table({ id: t.id(), kind: t.enum('kind', ['dog', 'cat']), name: t.text() }),
})
const engine = createEngine(undefined, { schema })
const options: SessionOptions = { autoflush: false, expireOnCommit: true }
const session = engine.session({ ...options, isolation: 'serializable' })

// Bulk: a count, or the rows that are asked for.
const count = await session.update('users', { where: { id: 1 }, set: { name: null, hits: sql`hits + 1` } })
count satisfies number
const some = await session.delete('users', { where: {}, returning: ['id', 'email'] })
some satisfies { id: number; email: string }[]
// @ts-expect-error a column that was not asked for
some[0]?.name
const all = await session.insert('users', [{ email: 'a' }], {
  onConflict: { columns: ['email'], set: { hits: sql`users.hits + 1` } },
  returning: true,
})
all satisfies Row<typeof schema, 'users'>[]
await session.insert('users', [{ email: 'a' }], { onConflict: { constraint: 'users_email_key', set: 'given' } })
await session.insert('users', [{ email: 'a' }], { onConflict: { do: 'nothing' } })
// @ts-expect-error where must be given
await session.update('users', { set: { name: 'x' } })
// @ts-expect-error where must be given
await session.delete('users', {})
// @ts-expect-error the database writes it
await session.update('users', { where: {}, set: { id: 1 } })
// @ts-expect-error an unknown column
await session.update('users', { where: {}, set: { nam: 'x' } })
// @ts-expect-error a value of another type
await session.update('users', { where: {}, set: { hits: 'x' } })
// @ts-expect-error an email is missing
await session.insert('users', [{ name: 'x' }])
// @ts-expect-error over what, to set?
await session.insert('users', [{ email: 'a' }], { onConflict: { set: 'given' } })
// @ts-expect-error an unknown column
await session.insert('users', [{ email: 'a' }], { onConflict: { columns: ['emial'], do: 'nothing' } })

// The rest of the session.
const merged = await session.merge('users', { id: 1, name: 'Ada' })
merged.email satisfies string
// @ts-expect-error an unknown column
await session.merge('users', { nam: 'x' })
session.state(merged) satisfies State
const event: SessionEvent = 'beforeFlush'
session.on(event, () => {}) satisfies () => void
// @ts-expect-error there is no such event
session.on('beforeflush', () => {})
;(await session.nested(async () => 1)) satisfies number
;(await session.nested()) satisfies Nested
const lock: Lock = { mode: 'update', skipLocked: true }
await session.get('users', 1, { lock })
const value = await engine.unitOfWork(async unit => (await unit.count('users')) > 0, {
  retries: 3,
  isolation: 'serializable',
})
value satisfies boolean

// Classes that share a table are told apart.
class Dog extends Entity(schema, 'animals', { when: { kind: 'dog' } }) {
  bark(): string {
    return 'woof'
  }
}
class Cat extends Entity(schema, 'animals', { when: { kind: 'cat' } }) {
  purr(): string {
    return 'purr'
  }
}
new Dog({ name: 'Rex' }).kind satisfies 'dog'
// @ts-expect-error the class says its kind
new Dog({ name: 'Rex', kind: 'cat' })
// @ts-expect-error no such kind
Entity(schema, 'animals', { when: { kind: 'cow' } })
const zoo = createEngine(undefined, { schema, entities: [Dog, Cat] }).session()
for (const animal of await zoo.find('animals')) {
  if (animal.kind === 'dog') animal.bark()
  else animal.purr()
  // @ts-expect-error only dogs do
  animal.bark()
}
