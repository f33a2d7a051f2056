import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Change } from '../src/schema/change.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import { type AnySchema, createEngine, defineSchema, type Engine, sql, t, table } from '../src/index.ts'
import { diffCases, emptied } from './diff-cases.ts'
import { fingerprint } from './fingerprint.ts'
import { places } from './places.ts'

async function version(engine: Engine): Promise<number> {
  return Number((await engine.execute('show server_version_num')).scalar())
}

/** Each transaction as the plan says. */
async function apply(engine: Engine, changes: readonly Change[]): Promise<void> {
  let run: string[] = []
  const flush = async (): Promise<void> => {
    const statements = run
    run = []
    await engine.transaction(async tx => {
      for (const sql of statements) await tx.execute(sql)
    })
  }
  for (const change of changes) {
    if (change.transaction === 'shared') run.push(change.sql)
    else {
      await flush()
      await engine.execute(change.sql)
    }
  }
  await flush()
}

/**
 * The lines without what a change cannot reach: where a column stands (Postgres adds columns at the end alone), the number of a parent, a table's
 * empty store for long values, and the names and origin of the NOT NULL of partitions.
 */
async function lines(engine: Engine): Promise<string[]> {
  return (await fingerprint(engine))
    .filter(line => !/^toast .* $/.test(line) && !/^constraint .* on public\.p\d .* NOT NULL /.test(line))
    .map(line => line.replace(/^(column (?:"(?:[^"]|"")*"|[^" ])+) \d+/, '$1').replace(/^(inherits .*) \d+$/, '$1'))
    .sort()
}

/** Nothing in a plan is the driver's: the embedded database, slow to start, tries those of each kind that it runs itself. */
const some = new Set([
  'tables come and go',
  'columns come',
  'enum values go',
  'a composite that rows hold has a field of another type',
  'partitions',
  'keys of a partition that have names of their own',
  'keys that only SQL says, of a partition with names of its own',
  'identity',
  'what is said of the sequences of identities',
  'indexes',
  'tables that point to each other in a circle are no longer logged',
  'serial and identity',
  'rows have numbers, and are counted from now on',
  'triggers that are off, deferred or always on look at a column of another type',
  'a generated column is made again with all that is on it',
  'how much is known of an index that is made again, and of statistics over a column of another type',
  'an enum whose values go, and all that names them',
  'a view has other rows, and all that is on it and made of it stays',
  'one of two functions of a name has other parameters',
  'a table is partitioned by another column',
])

for (const place of places) {
  const cases = diffCases.filter(one => place.name === 'pg' || some.has(one.name))

  describe(`diff on ${place.name}`, () => {
    let engine: Engine
    let target: Engine

    beforeAll(async () => {
      engine = createEngine(await place.database())
      target = createEngine(await place.database())
    })

    afterAll(async () => {
      await engine.dispose()
      await target.dispose()
    })

    test.each(cases)('$name', async ({ both, from, to, rows, ...later }) => {
      await engine.execute(emptied)
      await target.execute(emptied)
      await engine.execute(both + from)
      await target.execute(both + to)
      const before = await engine.metadata.reflect()
      const after = await target.metadata.reflect()
      const [first, second] = [await lines(engine), await lines(target)]
      if (rows !== undefined) await engine.execute(rows)
      const server = await version(engine)
      const changes = diff(before, after, server)
      expect(changes).not.toEqual([])
      await apply(engine, changes)
      expect(remaining(await engine.metadata.reflect(), after, server)).toEqual([])
      expect(await lines(engine)).toEqual(second)
      for (const insert of [later.there, later.more]) if (insert !== undefined) await engine.execute(insert)

      await apply(engine, diff(after, before, server))
      expect(remaining(await engine.metadata.reflect(), before, server)).toEqual([])
      expect(await lines(engine)).toEqual(first)
      if (later.more !== undefined) await engine.execute(later.more)
    })
  })
}

test('a materialized view that has rows is as good as one that need not; one that shall have them is filled', () => {
  const schema = (text: string, withData: boolean): AnySchema => {
    const as = sql.dangerous(text)
    return defineSchema({}, { views: { one: { as, materialized: true, withData } } })
  }
  const changes = (from: AnySchema, to: AnySchema): string[] => diff(from, to, 150000).map(change => change.sql)
  expect(changes(schema('select 1 as a', true), schema('select 1 as a', false))).toEqual([])
  expect(changes(schema('select 1 as a', false), schema('select 1 as a', true))).toEqual([
    'refresh materialized view "one"',
  ])
  expect(changes(schema('select 1 as a', true), schema('select 2 as a', false))).toEqual([
    'drop materialized view "one"',
    'create materialized view "one" as\nselect 2 as a',
  ])
  expect(changes(schema('select 1 as a', false), schema('select 2 as a', false))).toEqual([
    'drop materialized view "one"',
    'create materialized view "one" as\nselect 2 as a\nwith no data',
  ])
})

test('a partitioned table that goes without its partitions loses no rows', () => {
  const at = t.integer()
  const log = table({ at }, { partitionBy: { list: ['at'] } })
  const middle = table({ at }, { ...log, partitionOf: { table: 'log', bound: sql`for values in (1)` } })
  const low = table({ at }, { partitionOf: { table: 'middle', bound: sql`default` } })
  const losses = (to: AnySchema): string[] =>
    diff(defineSchema({ log, middle, low }), to, 150000)
      .flatMap(change => change.hazards)
      .filter(hazard => hazard.kind === 'data loss')
      .map(hazard => hazard.message)
  expect(losses(defineSchema({ log, low: table({ at }) }))).toEqual([])
  expect(losses(defineSchema({ low: table({ at }) }))).toEqual([])
  expect(losses(defineSchema({ log }))).toEqual(["the rows of 'low' are lost", "the rows of 'middle' are lost"])
})

function remaining(found: AnySchema, wanted: AnySchema, server: number): string[] {
  return diff(found, wanted, server).map(({ sql }) => sql)
}
