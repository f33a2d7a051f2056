import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineSchema, modelOf } from '../src/schema/define.ts'
import { t } from '../src/schema/columns.ts'
import { table } from '../src/schema/table.ts'
import { fill, makePlain, type MakeObject } from '../src/session/give.ts'
import type { RowRecord, Values } from '../src/session/record.ts'
import { type Shape, shapeOf } from '../src/session/shape.ts'
import { canCompile } from '../src/sql/row-reader.ts'

const columns = {
  id: t.id(),
  name: t.text(),
  word: t.varchar({ length: 5 }),
  initial: t.char({ nullable: true }),
  small: t.smallint({ default: 1 }),
  count: t.integer(),
  large: t.bigint(),
  size: t.bigint({ mode: 'number', nullable: true }),
  score: t.doublePrecision({ nullable: true }),
  ratio: t.real({ default: 0 }),
  active: t.boolean(),
  joined: t.timestamptz({ nullable: true }),
  precise: t.timestamptz({ mode: 'string', nullable: true }),
  born: t.date({ nullable: true }),
  key: t.uuid({ nullable: true }),
  profile: t.jsonb<unknown>({ nullable: true }),
  tags: t.array(t.text(), { default: [] }),
  bytes: t.bytea({ nullable: true }),
  version: t.integer({ version: true }),
}
const schema = defineSchema({
  things: table(columns),
  odd: table({ toString: t.text(), a: t.text({ nullable: true }) }),
})
const model = modelOf(schema)
const shape = shapeOf(model.tableByKey.get('things')!)
/** Of a table of its own: how many sets of columns a shape makes functions for is bounded. */
const fresh = () => shapeOf(modelOf(defineSchema({ things: table(columns) })).tableByKey.get('things')!)
const odd = shapeOf(model.tableByKey.get('odd')!)
const none: MakeObject = () => {
  throw new Error('no rows lie inside these')
}

const noLead = () => {
  throw new Error('these have no relations')
}
/** The object of a row that is as most are. */
const take = (one: Shape, row: object): Values | null => one.take(row, model, noLead)?.values ?? null

const string = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'a\0b', '\ud800', 'x\udfff', '😀', '\\u0000', '"', 'b8e1a2f0-0000-4000-8000-000000000000'),
)
const anything = fc.oneof(
  string,
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 32_767, 32_768, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 2 ** 53 - 1, 1.5),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(new Date(-1e15), new Date(8.64e15), Object.assign(new Date(0), { toJSON: () => 'no' })),
  fc.constant(new Uint8Array([1, 2])),
  fc.array(string, { maxLength: 2 }),
  fc.jsonValue(),
)
const fitting: Record<string, fc.Arbitrary<unknown>> = {
  name: string,
  word: string,
  initial: string,
  small: fc.integer({ min: -40_000, max: 40_000 }),
  count: fc.integer(),
  large: fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
  size: fc.oneof(fc.integer(), fc.double()),
  score: fc.double(),
  ratio: fc.double(),
  active: fc.boolean(),
  joined: fc.date({ noInvalidDate: false }),
  precise: fc.constant('2024-01-01 00:00:00.123456+00'),
  born: fc.constant('2024-01-01'),
  key: string,
  profile: fc.jsonValue(),
  tags: fc.array(string, { maxLength: 2 }),
  bytes: fc.constant(new Uint8Array([0, 255])),
  version: fc.constant(3),
}
const rows = fc
  .record(
    Object.fromEntries(
      Object.entries(fitting).map(([key, one]) => [key, fc.oneof({ weight: 20, arbitrary: one }, anything)]),
    ),
    { requiredKeys: ['name', 'word', 'count', 'large', 'active'] },
  )
  .chain(row =>
    fc
      .shuffledSubarray(Object.keys(row), { minLength: Object.keys(row).length })
      .map(keys => Object.fromEntries(keys.map(key => [key, row[key]]))),
  )

const outcome = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return String(error)
  }
}

describe('a row that is taken whole', () => {
  it('becomes the object that it becomes key by key', () => {
    let taken = 0
    fc.assert(
      fc.property(rows, row => {
        const whole = take(shape, row)
        if (whole === null) return
        taken++
        const plain = fill(shape.make(), model, shape, row, [], none).values
        expect(Object.entries(whole)).toEqual(Object.entries(plain))
        expect(shape.isBare(whole)).toBe(true)
      }),
      { numRuns: 400 },
    )
    if (canCompile) expect(taken).toBeGreaterThan(20)
    else expect(taken).toBe(0)
  })

  it('is none that would be refused, and none with keys of its own', () => {
    const shape = fresh()
    const row = { name: 'a', word: 'b', count: 1, large: 1n, active: true }
    expect(take(shape, row) !== null).toBe(canCompile)
    for (const wrong of [
      { ...row, name: undefined },
      { ...row, id: 1 },
      { ...row, other: 1 },
      { ...row, count: '1' },
      Object.create(row),
      Object.assign(Object.create({ name: 'a' }), row),
      [row],
      new Map(),
    ]) {
      expect(take(shape, wrong)).toBe(null)
    }
  })

  it('answers for the columns that it lacks', () => {
    const shape = fresh()
    const row = take(shape, { name: 'a', word: 'b', count: 1, large: 1n, active: true })
    if (row === null) return expect(canCompile).toBe(false)
    expect(Object.keys(row)).toEqual(['name', 'word', 'count', 'large', 'active', 'version'])
    expect(row['version']).toBe(1)
    expect('constructor' in row && row['constructor']).toBe(Object)
  })

  it('is none where a column has the name of what every object has', () => {
    expect(take(odd, { toString: 'x' })).toBe(null)
    const made = fill(odd.make(), model, odd, { toString: 'x' }, [], none).values
    expect(Object.entries(made)).toEqual([['toString', 'x']])
  })

  it('may have any set of columns', () => {
    const shape = fresh()
    const optional = ['initial', 'size', 'score', 'joined', 'born']
    for (let set = 0; set < 32; set++) {
      const some = optional.filter((_, at) => set & (1 << at)).map(key => [key, null])
      const row = { name: 'a', word: 'b', count: 1, large: 1n, active: true, ...Object.fromEntries(some) }
      const keys = Object.keys(fill(shape.make(), model, shape, row, [], none).values)
      const whole = take(shape, row)
      if (whole !== null) expect(Object.keys(whole)).toEqual(keys)
      else if (canCompile) expect(set).toBeGreaterThanOrEqual(16)
    }
  })
})

describe('an object that is left to JSON', () => {
  for (const slot of shape.slots) {
    it(`has a '${slot.key}' that is its own encoding`, () => {
      const test = shape.jsonTest([slot])
      const fit = fitting[slot.key] ?? anything
      fc.assert(
        fc.property(fc.oneof(fit, anything), value => {
          if (!test({ [slot.key]: value })) return
          // Left out by JSON, and null in the database.
          if (value === undefined) {
            expect(slot.required).toBe(false)
            return
          }
          expect(outcome(() => JSON.stringify(value))).toBe(
            outcome(() => JSON.stringify(value === null ? null : slot.json(value))),
          )
          if (value === null) expect(slot.required).toBe(false)
        }),
        { numRuns: 300 },
      )
    })
  }
})

describe('a row that is given under others', () => {
  const family = modelOf(
    defineSchema({
      users: table({ id: t.id(), name: t.text() }),
      teams: table({ id: t.id(), name: t.text() }),
      posts: table({
        id: t.id(),
        author: t.ref('users.id'),
        editorId: t.ref('users.id', { nullable: true }),
        teamId: t.ref('teams.id'),
        title: t.text(),
        place: t.integer({ nullable: true }),
      }),
    }),
  )
  const [users, teams, posts] = ['users', 'teams', 'posts'].map(key => shapeOf(family.tableByKey.get(key)!))
  const relations = [...posts!.table.relations.values()].flatMap(one => (one.kind === 'one' ? [one] : []))
  const object = (of: Shape) => fill(of.make(), family, of, { name: 'a' }, [], none).values
  const [ada, bob, red] = [object(users!), object(users!), object(teams!)]
  const row = fc
    .record(
      {
        ...Object.fromEntries(
          relations.map(({ name, target }) => [
            name,
            fc.oneof(
              { arbitrary: fc.constantFrom(...(target === 'users' ? [ada, bob] : [red])), weight: 8 },
              fc.constantFrom<unknown>({ id: 5 }, {}, null, undefined, 'x', red),
            ),
          ]),
        ),
        author: fc.constantFrom(1, undefined),
        editorId: fc.constantFrom(1, null, undefined),
        teamId: fc.constantFrom(1, undefined, 'x'),
        title: fc.constantFrom('a', undefined),
        place: fc.constantFrom(1, null),
      },
      { requiredKeys: ['title'] },
    )
    .map(given => ({ ...given }))

  it('becomes the object that it becomes key by key, under the same', () => {
    const kinds = new Set<string>()
    const told = ({ values, references }: RowRecord) => ({
      entries: Object.entries(values),
      under: references.map(({ key, target }) => [key.name, target]),
    })
    fc.assert(
      fc.property(row, given => {
        const plain = outcome(() => told(fill(posts!.make(), family, posts!, given, [], none)))
        const made = outcome(() => told(makePlain(family, posts!.table, given, [], none)))
        expect(made).toEqual(plain)
        kinds.add(typeof made)
      }),
      { numRuns: 1000 },
    )
    expect([...kinds].sort()).toEqual(['object', 'string'])
  })
})
