import { describe, expect, test } from 'vitest'
import { defineSchema, SchemaError, sql, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema({
  notes: table({
    id: t.id(),
    text: t.text(),
    version: t.integer({ version: true }),
  }),
  counters: table({
    id: t.id(),
    small: t.smallint({ version: true }),
    large: t.bigint({ version: true }),
    number: t.bigint({ mode: 'number', version: true }),
    domain: t.domain('revision', { of: t.bigint(), check: sql`value > 0` }, { version: true }),
    ten: t.integer({ version: true, default: 10 }),
    computed: t.integer({ version: true, default: sql`2 + 3` }),
  }),
})

for (const driver of drivers) {
  describe(`a version on ${driver.name}`, () => {
    test('is 1 in rows that no session wrote', async () => {
      const engine = await driver.engine(schema)
      await engine.metadata.createAll()
      await engine.execute(`insert into notes (text) values ('plain')`)
      await engine.query.insertInto('notes').values({ text: 'query' }).execute()
      await using session = engine.session()
      const added = session.add('notes', { text: 'added' })
      expect(added.version).toBe(1)
      session.add('notes', { text: 'given', version: 7 })
      await session.commit()
      const { rows } = await engine.execute('select text, version from notes order by id')
      expect(rows).toEqual([
        { text: 'plain', version: 1 },
        { text: 'query', version: 1 },
        { text: 'added', version: 1 },
        { text: 'given', version: 7 },
      ])
    })

    test('is of the column’s own type, and starts where its default says', async () => {
      const engine = await driver.engine(schema)
      await engine.metadata.createAll()
      await engine.execute('insert into counters default values')
      await using session = engine.session()
      const added = session.add('counters', {})
      expect({ ...added }).toEqual({ small: 1, large: 1n, number: 1, domain: 1n, ten: 10 })
      await session.commit()
      const whole = { small: 1, large: 1n, number: 1, domain: 1n, ten: 10, computed: 5 }
      expect(added).toEqual({ id: 2, ...whole })
      expect((await engine.execute('select * from counters order by id')).rows).toEqual([{ id: 1, ...whole }, added])
    })
  })
}

test('a version of a type that does not count is refused', () => {
  const define = (version: object) => () => defineSchema({ notes: { columns: { version } } } as never)
  const message = `column 'notes.version' tells versions apart, so its type is smallint, integer, bigint, timestamptz, timestamp or uuid; not 'text'`
  expect(define(t.text({ version: true }))).toThrow(SchemaError)
  expect(define(t.text({ version: true }))).toThrow(message)
  expect(define(t.text({ version: true, default: 'x' }))).toThrow(message)
  expect(define(t.array(t.integer(), { version: true }))).toThrow(`not 'array'`)
  expect(define(t.serial({ version: true }))).toThrow(`not 'serial'`)
  expect(define(t.text({ version: false }))).not.toThrow()
})
