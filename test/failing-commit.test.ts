import { inspect } from 'node:util'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  defineSchema,
  type Engine,
  ExclusionViolation,
  ForeignKeyViolation,
  StatementError,
  t,
  table,
  UniqueViolation,
} from '../src/index.ts'
import { drivers } from './drivers.ts'

const late = 'initially deferred'
const schema = defineSchema(
  {
    nodes: table({
      id: t.bigint({ mode: 'number', primaryKey: true }),
      nextId: t.bigint({ mode: 'number', references: 'nodes.id', nullable: true, deferrable: late }),
      label: t.text({ unique: { deferrable: late } }),
    }),
    shops: table({ country: t.text(), city: t.text() }, { primaryKey: ['country', 'city'] }),
    visits: table(
      { id: t.id(), inCountry: t.text({ nullable: true }), inCity: t.text({ nullable: true }) },
      {
        foreignKeys: {
          to_shop: { columns: ['inCountry', 'inCity'], references: 'shops', deferrable: late },
        },
      },
    ),
    slots: table(
      { id: t.id(), during: t.int4range() },
      { excludes: { one_at_a_time: { elements: [{ on: 'during', with: '&&' }], deferrable: late } } },
    ),
  },
  { naming: 'snake_case' },
)

for (const driver of drivers) {
  describe(`a commit that a deferred constraint refuses, on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = await driver.engine(schema)
      await engine.metadata.createAll()
    })
    beforeEach(() => engine.execute('truncate nodes, shops, visits, slots restart identity'))
    const count = async (name: string) => Number((await engine.execute(`select count(*) from ${name}`)).scalar())
    const failure = async (work: Promise<void>): Promise<StatementError> => {
      const error: unknown = await work.catch(fault => fault)
      if (error instanceof StatementError) return error
      throw error
    }

    test('for a key that leads nowhere names the row, among rows that lead to later ones', async () => {
      await using session = engine.session()
      const nodes = session.addAll(
        'nodes',
        Array.from({ length: 100 }, (_, at) => ({ id: at, nextId: at === 57 ? 999 : (at + 1) % 100, label: `n${at}` })),
      )
      const error = await failure(session.commit())
      expect(error).toBeInstanceOf(ForeignKeyViolation)
      expect(error.message).toMatch(/; this is row 58 of 100 added to table 'nodes'$/)
      expect(error).toMatchObject({ row: nodes[57], rowIndex: 57 })
      expect(JSON.stringify(error) + inspect(error)).not.toContain('999')
      expect(session.new).toEqual(nodes)
      const wrong = nodes[57]
      if (wrong !== undefined) wrong.nextId = 58
      await session.commit()
      expect(await count('nodes')).toBe(100)
    })

    test('for a key of several columns names the row', async () => {
      await using session = engine.session()
      session.addAll('visits', [
        { inCountry: 'FR', inCity: 'Paris' },
        { inCountry: null, inCity: 'Nowhere' },
        { inCountry: 'FR', inCity: 'London' },
      ])
      session.add('shops', { country: 'FR', city: 'Paris' })
      expect(await failure(session.commit())).toMatchObject({ name: 'ForeignKeyViolation', rowIndex: 2 })
    })

    test('for a unique key names the second row, whatever flush wrote it', async () => {
      await using session = engine.session()
      session.addAll('nodes', [
        { id: 1, nextId: 3, label: 'a' },
        { id: 2, label: 'b' },
      ])
      await session.flush()
      const later = session.addAll('nodes', [
        { id: 3, label: 'c' },
        { id: 4, label: 'b' },
        { id: 5, label: 'e' },
      ])
      const error = await failure(session.commit())
      expect(error).toBeInstanceOf(UniqueViolation)
      expect(error).toMatchObject({ row: later[1], rowIndex: 3 })
      expect(error.message).toMatch(/; this is row 4 of 5 added to table 'nodes'$/)
      expect(session.new).toHaveLength(5)
      expect(await count('nodes')).toBe(0)
    })

    test('for an exclusion names the row, which has no key any more', async () => {
      await using session = engine.session()
      const slots = session.addAll('slots', [
        { during: { lower: 0, upper: 5 } },
        { during: { lower: 5, upper: 9 } },
        { during: { lower: 8, upper: 12 } },
        { during: { lower: 20, upper: 30 } },
      ])
      const error = await failure(session.commit())
      expect(error).toBeInstanceOf(ExclusionViolation)
      expect(error).toMatchObject({ row: slots[2], rowIndex: 2 })
      expect(Object.keys(slots[2] as object)).toEqual(['during'])
    })
  })
}
