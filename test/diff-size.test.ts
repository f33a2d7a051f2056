/** Plans between schemas of many tables: what is found of each table is not looked for again with each other one. */
import { expect, test } from 'vitest'
import { type AnySchema, sql, t, table } from '../src/index.ts'
import { defineSchema } from '../src/schema/define.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import type { AnyTable } from '../types/literal.ts'

const count = 800
const version = 180000

// The cast: no type knows names that are made here.
const schema = (tables: { readonly [name: string]: unknown }): AnySchema => defineSchema(tables as never) as AnySchema

function pointing(): AnySchema {
  const names = Array.from({ length: count }, (_, at) => `t${at}`)
  const one = (at: number) =>
    table({ id: t.id(), other: t.ref(`t${at >> 1}.id`), last: t.ref(`t${(at * 7) % count}.id`) })
  return schema(Object.fromEntries(names.map((name, at) => [name, one(at)])))
}

function partitioned(isThere: (at: number) => boolean): AnySchema {
  const columns = { id: t.bigint(), k: t.integer() }
  const primaryKey = ['id', 'k'] as const
  const parts = Array.from({ length: count }, (_, at): [string, AnyTable] => [
    `p${at}`,
    table(columns, {
      primaryKey,
      partitionOf: { table: 'top', bound: sql`for values in (${sql.dangerous(String(at))})` },
    }),
  ])
  return schema({
    top: table(columns, { primaryKey, partitionBy: { list: ['k'] } }),
    ...Object.fromEntries(parts.filter((_, at) => isThere(at))),
  })
}

const empty = schema({})
const all = (): boolean => true

test.each<[string, from: () => AnySchema, to: () => AnySchema, least: number]>([
  ['tables that point to each other go', pointing, () => empty, count],
  ['tables that point to each other come', () => empty, pointing, count],
  ['a partitioned table goes', () => partitioned(all), () => empty, count],
  ['half of the partitions go', () => partitioned(all), () => partitioned(at => at % 2 === 0), count / 2],
])('%s', (_, from, to, least) => {
  const [before, after] = [from(), to()]
  // It takes half a second. Where each table asked all the others it did not end in the time that a test has.
  expect(diff(before, after, version).length).toBeGreaterThanOrEqual(least)
})
