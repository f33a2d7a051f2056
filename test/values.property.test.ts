/**
 * Every value of every kind comes back as it went, by whatever way it was written and read. `VALUES_RUNS` says how many rows are
 * tried on each database; a failure names the seed, and `VALUES_SEED` tries it again.
 */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type KindName, kinds } from '../src/base/kinds.ts'
import { createEngine, defineSchema, type Engine, sql, table, t } from '../src/index.ts'
import type { AnyColumn } from '../types/literal.ts'
import type { AnySchema } from '../types/schema.ts'
import { arrays } from './cases/any-array.ts'
import { covered, scalars } from './cases/any-value.ts'
import { sameMoments } from './cases/same-moments.ts'
import { pgDriver, pgliteDriver } from './drivers.ts'
import { machineBinaries, machineServer } from './machine-server.ts'
import { randomRuns } from './random-runs.ts'

const runs = randomRuns('VALUES', 8)

const all = { ...scalars, ...arrays }
const names = Object.keys(all)
const isSerial = ({ type }: AnyColumn): boolean => type.includes('serial')
const columns = Object.fromEntries(
  Object.entries(all).map(([name, { column }]) => [name, isSerial(column) ? column : { ...column, nullable: true }]),
)
// So many columns cost the compiler more than they tell it.
const schema: AnySchema = defineSchema({ samples: table({ id: t.id(), ...columns } as never) } as never)

type Sample = Readonly<Record<string, unknown>>
const samples: fc.Arbitrary<Sample> = fc.record(
  Object.fromEntries(
    Object.entries(all).map(([name, { column, values }]) => [
      name,
      isSerial(column) ? values : fc.option(values, { freq: 9 }),
    ]),
  ),
  { noNullPrototype: true },
)

type Db = Engine<AnySchema>
const list = sql.join(names.map(name => sql.identifier(name)))
const insertion = (values: readonly unknown[]) =>
  sql`insert into samples (${list}) values (${sql.list(values)}) returning id`
const columnOf = (name: string): AnyColumn => (all[name] as { readonly column: AnyColumn }).column
// What `t` gave, of which the compiler was told no more than that it is a column.
const typed = (sample: Sample, name: string) => sql.typed(columnOf(name) as never, sample[name] ?? null)

/** What no type need be stated for: a parameter carries it as what it is. */
const isPlain = (name: string): boolean => {
  return !/json|range|^(point|line|lseg|box|path|polygon|circle|array|composite|custom|domain)$/.test(
    columnOf(name).type,
  )
}

/** Each writes two rows and gives their ids. */
const writes: { readonly [way: string]: (db: Db, pair: readonly Sample[]) => Promise<number[]> } = {
  async 'session.add of one row'(db, pair) {
    const ids: number[] = []
    for (const sample of pair) {
      await using session = db.session()
      const object = session.add('samples', sample as never) as { id: number }
      await session.commit()
      ids.push(object.id)
    }
    return ids
  },
  async 'session.add of several rows'(db, pair) {
    await using session = db.session()
    const objects = pair.map(sample => session.add('samples', sample as never) as { id: number })
    await session.commit()
    return objects.map(object => object.id)
  },
  async 'execute with sql.typed'(db, pair) {
    const ids: number[] = []
    for (const sample of pair)
      ids.push((await db.execute(insertion(names.map(name => typed(sample, name))))).scalar() as number)
    return ids
  },
  async 'execute with plain parameters'(db, pair) {
    const ids: number[] = []
    for (const sample of pair) {
      const values = names.map(name => (isPlain(name) ? (sample[name] ?? null) : typed(sample, name)))
      ids.push((await db.execute(insertion(values))).scalar() as number)
    }
    return ids
  },
  async copyFrom(db, pair) {
    const last = Number((await db.execute('select coalesce(max(id), 0) from samples')).scalar())
    await db.copyFrom('samples', pair as never)
    const { rows } = await db.execute<{ id: number }>('select id from samples where id > $1 order by id', [last])
    return rows.map(row => row.id)
  },
  async Kysely(db, pair) {
    const query = db.query
      .insertInto('samples')
      .values(pair as never)
      .returning('id' as never)
    return (await query.execute()).map(row => (row as { id: number }).id)
  },
}

/** Each reads rows by their ids. */
const reads: { readonly [way: string]: (db: Db, ids: readonly number[]) => Promise<Sample[]> } = {
  // The first time as text, and from then on in binary where that is cheaper.
  execute: async (db, ids) =>
    (await db.execute<Sample>('select * from samples where id = any($1) order by id', [ids])).rows,
  Kysely: async (db, ids) =>
    (await db.query
      .selectFrom('samples')
      .selectAll()
      .where('id' as never, 'in', ids as never)
      .orderBy('id' as never)
      .execute()) as Sample[],
  copyTo: async (db, ids) => {
    const rows: Sample[] = []
    for await (const row of db.copyTo<Sample>(`select * from samples where id in (${ids.join(', ')}) order by id`))
      rows.push(row)
    return rows
  },
  stream: async (db, ids) => {
    const rows: Sample[] = []
    for await (const row of db.stream<Sample>('select * from samples where id = any($1) order by id', [ids]))
      rows.push(row)
    return rows
  },
}

async function roundTrip(db: Db, pair: readonly Sample[]): Promise<string[]> {
  const wrong: string[] = []
  for (const [written, write] of Object.entries(writes)) {
    const ids = await write(db, pair)
    for (const [read, way] of Object.entries(reads)) {
      const rows = await way(db, ids)
      for (const [at, sample] of pair.entries()) {
        for (const name of names) {
          const given = comparable(name, sample[name])
          const found = comparable(name, rows[at]?.[name])
          if (isDeepStrictEqual(given, found)) continue
          wrong.push(`${name}, written by ${written}, read by ${read}: ${show(given)} became ${show(found)}`)
        }
      }
    }
  }
  return wrong
}

/** A value without what may differ: the time zone that a moment is printed in, and the decimals of a number of 24 bits. */
function comparable(name: string, value: unknown): unknown {
  if (!name.startsWith('real')) return sameMoments(value)
  if (Array.isArray(value)) return value.map(one => comparable(name, one))
  return typeof value === 'number' ? Math.fround(value) : value
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, one) =>
    typeof one === 'bigint'
      ? `${one}n`
      : Object.is(one, -0)
        ? '-0'
        : typeof one === 'number' && !Number.isFinite(one)
          ? String(one)
          : one,
  )
}

/** What a database may have been told to print: none of it may matter. */
const odd = {
  DateStyle: 'SQL, DMY',
  IntervalStyle: 'iso_8601',
  bytea_output: 'escape',
  TimeZone: 'Asia/Kathmandu',
  extra_float_digits: '-15',
}

const machine = machineBinaries()
/** Addresses of empty databases: one for the whole file, and one with odd settings. */
const servers: readonly {
  readonly name: string
  readonly isThere: boolean
  readonly open: (isOdd: boolean) => Promise<Db>
}[] = [
  {
    name: 'pglite',
    isThere: true,
    async open(isOdd) {
      const database = await pgliteDriver.database()
      if (isOdd) for (const [setting, value] of Object.entries(odd)) await database.exec(`set ${setting} = '${value}'`)
      return createEngine(database, { schema })
    },
  },
  { name: 'pg', isThere: true, open: async isOdd => onServer(await pgDriver.database(), isOdd) },
  {
    name: `the machine's own server`,
    isThere: machine !== null,
    async open(isOdd) {
      const server = await machineServer(machine ?? '')
      onTestFinished(() => server.stop())
      return onServer(server.url, isOdd)
    },
  },
]

async function onServer(address: string, isOdd: boolean): Promise<Db> {
  if (isOdd) {
    await using before = createEngine(address)
    for (const [setting, value] of Object.entries(odd)) {
      await before.execute(
        `do $$ begin execute format('alter database %I set ${setting} to %L', current_database(), '${value}'); end $$`,
      )
    }
  }
  return createEngine(address, { schema })
}

test('every kind is among them', () => {
  expect(Object.keys(kinds).filter(kind => !covered.has(kind as KindName))).toEqual([])
})

const texts = ['half a pair \ud83d', '\udc00 the other half', 'nothing \0 after']
/** Values that hold a text somewhere. */
const holders: { readonly [name: string]: (text: string) => unknown } = {
  text: text => text,
  varchar: text => text,
  name: text => text,
  textArray: text => [null, text],
  textArray2: text => [[text]],
  json: text => ({ [text]: 1 }),
  jsonb: text => [text],
  domainOfArray: text => [text],
  composite: text => ({ left: text, right: [] }),
  compositeArray: text => [{ left: text, right: [] }],
  xml: text => text,
  timestamptzString: text => text,
  numrange: text => ({ lower: text }),
  custom: text => text,
}

for (const { name, isThere, open } of servers) {
  describe.skipIf(!isThere)(`what no text holds on ${name}`, () => {
    test('is refused by name before anything is sent', async () => {
      await using db = await open(false)
      await db.metadata.createAll()
      for (const [column, hold] of Object.entries(holders)) {
        for (const text of texts) {
          for (const [way, write] of Object.entries(writes)) {
            // Rows that lack their serial columns take what the database gives.
            const given: Sample = { [column]: hold(text) }
            const error: unknown = await write(db, [given, given]).catch((one: unknown) => one)
            const named =
              way === 'execute with plain parameters' && isPlain(column)
                ? `parameter $`
                : way.startsWith('execute')
                  ? 'a value of type'
                  : `column 'samples.${column}': a value of type '`
            expect(error, `${way}, ${column}`).toHaveProperty('message', expect.stringContaining(named))
            expect(error).toHaveProperty('message', expect.stringMatching(/half a surrogate pair|U\+0000/))
          }
        }
      }
      expect((await db.execute('select count(*) from samples')).scalar()).toBe(0n)
    })
  })
  describe.skipIf(!isThere)(`values on ${name}`, () => {
    const hold = async (isOdd: boolean, numRuns: number): Promise<void> => {
      await using db = await open(isOdd)
      await db.metadata.createAll()
      await fc.assert(
        fc.asyncProperty(fc.tuple(samples, samples), async pair => {
          const wrong = await roundTrip(db, pair)
          expect(wrong.slice(0, 20)).toEqual([])
        }),
        { ...runs, numRuns, endOnFailure: true },
      )
    }

    test('come back as they went', () => hold(false, runs.numRuns))
    test('come back as they went under odd settings', () => hold(true, Math.ceil(runs.numRuns / 4)))
  })
}
