import { expect, test } from 'vitest'
import { diff } from '../src/metadata/diff/diff.ts'
import { type AnySchema, sql, t, table } from '../src/index.ts'

const schema = (p: boolean, k: boolean): AnySchema => ({
  tables: {
    p: table({ a: t.integer({ nullable: p || undefined }) }),
    k: table({ a: t.integer({ nullable: k || undefined }) }, { inherits: ['p'] }),
    i: table({ a: t.integer({ nullable: p || undefined, inherited: true }) }, { inherits: ['p'] }),
  },
  options: {},
})
const statements = (from: AnySchema, to: AnySchema, version: number): string[] =>
  diff(from, to, version).map(one => one.sql)

test('a table below keeps its NOT NULL, which Postgres before 18 takes off with that above', () => {
  expect(statements(schema(false, false), schema(true, false), 150000)).toEqual([
    'alter table only "p" alter column "a" drop not null',
    'alter table only "i" alter column "a" drop not null',
  ])
  expect(statements(schema(false, false), schema(true, true), 150000)).toEqual([
    'alter table "p" alter column "a" drop not null',
  ])
  expect(statements(schema(false, false), schema(true, false), 180000)).toEqual([
    'alter table "p" alter column "a" drop not null',
  ])
})

test('a partition that keeps its NOT NULL has it set again, and its rows are read meanwhile', () => {
  const parted = (nullable: true | undefined): AnySchema => ({
    tables: {
      p: table({ a: t.integer(), b: t.integer({ nullable }) }, { partitionBy: { range: ['a'] } }),
      p1: table({ a: t.integer(), b: t.integer() }, { partitionOf: { table: 'p', bound: sql`default` } }),
    },
    options: {},
  })
  const said = (version: number) =>
    diff(parted(undefined), parted(true), version).map(one => [one.sql, ...one.hazards.map(({ allow }) => allow)])
  expect(said(150000)).toEqual([
    ['alter table "p" alter column "b" drop not null'],
    ['alter table "p1" alter column "b" set not null', 'set-not-null:p1.b'],
  ])
})
