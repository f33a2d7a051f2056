import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine, defineSchema, type Engine, sql, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

/** A type whose arrays have colons between their elements, as those of PostGIS do. */
const setup = `
  create type shape;
  create function shape_in(cstring) returns shape language internal strict immutable as 'textin';
  create function shape_out(shape) returns cstring language internal strict immutable as 'textout';
  create type shape (input = shape_in, output = shape_out, internallength = variable, delimiter = ':');
`
const shape = t.custom('shape', { delimiter: ':' })
const schema = defineSchema({
  areas: table({
    id: t.id(),
    boxes: t.array(t.custom('box')),
    shapes: t.array(shape),
    grid: t.array(t.array(shape)),
  }),
})
const area = {
  boxes: ['(3,4),(1,2)', '(1,1),(0,0)'],
  shapes: ['a', 'b:c', 'd,e;f', '', 'NULL', '"\\'],
  grid: [
    ['a:', 'b'],
    [':', ' '],
  ],
}

for (const driver of drivers) {
  describe(`arrays without commas on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    let unknown: Engine
    beforeAll(async () => {
      const database = await driver.database()
      engine = createEngine(database, { schema })
      unknown = createEngine(database)
      await engine.execute(setup)
      await engine.metadata.createAll()
      return async () => {
        await unknown.dispose()
        await engine.dispose()
      }
    })

    it('are written and read by the delimiter of their type', async () => {
      await using session = engine.session()
      session.add('areas', area)
      await session.commit()
      const { rows } = await engine.execute('select boxes, shapes, grid from areas')
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) expect(row).toEqual(area)
    })

    it('are read without a schema as the database says', async () => {
      const { rows } = await unknown.execute(sql`select ${sql.typed(t.array(shape), area.shapes)} as shapes`)
      expect(rows).toEqual([{ shapes: area.shapes }])
    })
  })
}
