import { inspect } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  createEngine,
  defineSchema,
  type Engine,
  Entity,
  EngineError,
  PendingValueError,
  SessionError,
  t,
  table,
} from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema({
  users: table({ id: t.id(), email: t.text(), name: t.text({ nullable: true }) }),
  posts: table({ id: t.id(), title: t.text(), authorId: t.ref('users.id', { inverse: 'posts' }) }),
})

class User extends Entity(schema, 'users') {
  readonly seen = new Set<string>()
  get domain() {
    return this.email.split('@')[1]
  }
  greet() {
    return `Hello ${this.name ?? 'you'}, number ${this.id}`
  }
}

class Post extends Entity(schema, 'posts') {
  constructor(row: ConstructorParameters<ReturnType<typeof Entity<typeof schema, 'posts'>>>[0]) {
    super({ ...row, title: row.title.trim() } as typeof row)
  }
}

describe('an entity', () => {
  test('is checked when it is made, as a row is when it is added', () => {
    expect(() => new User({} as never)).toThrow(`table 'users' needs a value for column 'email'`)
    expect(() => new User({ email: 'a', nmae: 'b' } as never)).toThrow(SessionError)
  })

  test('has the behaviour of its class, and no value before the database gave it', () => {
    const grace = new User({ email: 'grace@example.org' })
    expect(grace.domain).toBe('example.org')
    expect(() => grace.greet()).toThrow(PendingValueError)
    expect(inspect(grace)).toBe(`User { email: 'grace@example.org', seen: Set(0) {} }`)
  })

  test('of an unknown table cannot be', () => {
    expect(() => Entity(schema, 'user' as never)).toThrow(`the schema has no table 'user'; did you mean 'users'?`)
  })

  test('of another schema is refused by the engine', () => {
    const other = defineSchema({ users: table({ id: t.id() }) })
    expect(() => createEngine(undefined, { schema: other, entities: [User] })).toThrow(EngineError)
  })
})

for (const driver of drivers) {
  describe(`entities on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeEach(async () => {
      engine = createEngine(await driver.database(), { schema, entities: [User, Post] })
      await engine.metadata.createAll()
      return () => engine.dispose()
    })

    test('are written, and stay the same objects', async () => {
      await using session = engine.session()
      const grace = new User({ email: 'grace@example.org' })
      expect(session.add(grace)).toBe(grace)
      const post = session.add('posts', { title: ' x ', author: grace })
      await session.commit()
      expect(grace.greet()).toBe('Hello you, number 1')
      expect(grace).toBeInstanceOf(User)
      expect(post).toBeInstanceOf(Post)
      expect({ ...post }).toEqual({ id: 1, title: 'x', authorId: 1 })
    })

    test('are what rows of their table become, nested ones too', async () => {
      await using session = engine.session()
      const ada = session.add('users', { email: 'a@b', posts: [{ title: 'one' }] })
      expect(ada).toBeInstanceOf(User)
      expect(session.new[1]).toBeInstanceOf(Post)
      await session.commit()
      expect((await engine.execute('select title, "authorId" from posts')).rows).toEqual([
        { title: 'one', authorId: 1 },
      ])
    })

    test('that others refer to are queued with them', async () => {
      await using session = engine.session()
      const grace = new User({ email: 'g' })
      session.add(new Post({ title: 'x', author: grace }))
      expect(session.new).toContain(grace)
      await session.commit()
      await session.rollback()
      expect(grace.id).toBe(1)
    })

    test('are as before after a rollback, and may be added again', async () => {
      await using session = engine.session()
      const grace = session.add(new User({ email: 'g' }))
      await session.flush()
      expect(grace.id).toBe(1)
      await session.rollback()
      expect(() => grace.id).toThrow(PendingValueError)
      session.add(grace)
      await session.commit()
      expect(grace.id).toBe(2)
    })
  })
}

const zoo = defineSchema({
  animals: table({
    id: t.id(),
    kind: t.enum('animal_kind', ['dog', 'cat', 'fish']),
    name: t.text(),
    ownerId: t.ref('owners.id', { nullable: true, inverse: 'animals' }),
  }),
  owners: table({ id: t.id(), name: t.text() }),
})
class Dog extends Entity(zoo, 'animals', { when: { kind: 'dog' } }) {
  bark(): string {
    return `${this.name} barks`
  }
}
class Cat extends Entity(zoo, 'animals', { when: { kind: 'cat' } }) {
  purr(): string {
    return `${this.name} purrs`
  }
}

for (const driver of drivers) {
  test(`classes that share a table are told apart by its values, on ${driver.name}`, async () => {
    await using engine = createEngine(await driver.database(), { schema: zoo, entities: [Dog, Cat] })
    await engine.metadata.createAll()
    {
      await using session = engine.session()
      const rex = session.add(new Dog({ name: 'Rex' }))
      expect(rex.kind).toBe('dog')
      const tom = session.add('animals', { kind: 'cat', name: 'Tom' })
      expect(tom).toBeInstanceOf(Cat)
      session.add('owners', {
        name: 'o',
        animals: [
          { kind: 'dog', name: 'Fido' },
          { kind: 'fish', name: 'Wanda' },
        ],
      })
      await session.commit()
    }
    await using session = engine.session()
    const animals = await session.find('animals', { orderBy: { id: 'asc' } })
    const sounds = animals.map(animal => {
      if (animal.kind === 'dog') return animal.bark()
      return animal.kind === 'cat' ? animal.purr() : 'silence'
    })
    expect(sounds.toSorted()).toEqual(['Fido barks', 'Rex barks', 'Tom purrs', 'silence'])
    const [owner] = await session.find('owners', { with: { animals: { where: { kind: 'dog' } } } })
    expect(owner?.animals[0]).toBeInstanceOf(Dog)
    expect(() => Entity(zoo, 'animals', { when: { kin: 'dog' } as never })).toThrow(
      `table 'animals' has no column 'kin'; did you mean 'kind'?`,
    )
  })
}
