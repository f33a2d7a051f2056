import { describe, expect, test } from 'vitest'
import { type AnySchema, createEngine, defineSchema, sql, t, table } from '../src/index.ts'
import { drivers, later } from './drivers.ts'

const before = defineSchema({
  users: table({ id: t.id(), email: t.text({ nullable: true }), name: t.text({ default: 'x' }), old: t.integer() }),
  posts: table({ id: t.id(), authorId: t.integer(), words: t.integer() }, { indexes: { by_words: { on: ['words'] } } }),
})

const after = defineSchema({
  users: table({
    id: t.bigint({ primaryKey: true }),
    email: t.text({ unique: true }),
    name: t.text({ nullable: true }),
  }),
  posts: table(
    {
      id: t.id(),
      authorId: t.ref('users.id', { onDelete: 'cascade' }),
      words: t.integer({ check: sql`words > 0`, default: 1 }),
      title: t.text({ default: '' }),
    },
    { indexes: { by_title: { on: ['title'], unique: true } }, comment: 'what they write' },
  ),
  teams: table({ id: t.id(), label: t.text() }, { indexes: { by_label: { on: ['label'] } } }),
})

for (const driver of drivers) {
  describe(`the way back on ${driver.name}`, () => {
    describe.each([
      { way: 'to more', one: before, other: after },
      { way: 'to less', one: after, other: before },
    ])('$way', ({ one, other }: { readonly one: AnySchema; readonly other: AnySchema }) => {
      /** The plan, carried out. */
      async function done() {
        const database = await driver.database()
        const [first, engine] = [createEngine(database, { schema: one }), createEngine(database, { schema: other })]
        later(() => engine.dispose())
        later(() => first.dispose())
        await first.metadata.createAll()
        const plan = await engine.metadata.diff()
        await engine.metadata.apply(plan, { allow: ['*'] })
        return { engine, first, plan }
      }

      test('leads to what was before', async () => {
        const { engine, first, plan } = await done()
        expect((await engine.metadata.diff()).changes).toEqual([])
        await engine.metadata.apply({ changes: plan.back }, { allow: ['*'] })
        expect((await first.metadata.diff()).changes).toEqual([])
      })

      test('is that of the inverses, the last one first, but for what goes with a table or a column', async () => {
        const { engine, first, plan } = await done()
        for (const { inverse } of plan.changes.toReversed()) if (inverse !== null) await engine.execute(inverse)
        const without = plan.changes.filter(
          ({ inverse, kind }) => inverse === null && /^drop (?:table|column)$/.test(kind),
        )
        const left = (await first.metadata.diff()).changes
        expect(without.map(change => change.object)).toEqual(one === after ? ['posts.title', 'teams'] : [])
        expect(left.map(change => change.object)).toEqual(
          one === after ? ['posts.title', 'teams', 'by_title', 'by_label'] : [],
        )
      })
    })
  })
}
