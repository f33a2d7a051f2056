import { expect, test } from 'vitest'
import { defineSchema, sql, t, table } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import type { AnyColumn, AnyTable } from '../types/literal.ts'

const teams = table(
  { id: t.integer({ primaryKey: true }), a: t.integer(), b: t.integer() },
  { uniques: { ab: ['a', 'b'] } },
)
const before = defineSchema({ teams, users: table({ id: t.integer(), a: t.integer() }) })

// The cast: the compiler knows a table's columns by type, and these are any.
const hazards = (users: AnyTable) =>
  diff(before, defineSchema({ teams, users } as never), 180000).flatMap(one => one.hazards.map(({ allow }) => allow))

const nullable = { nullable: true } as const

test('a key over a column that no row has a value in yet cannot fail', () => {
  const columns = {
    id: t.integer(),
    a: t.integer(),
    team: t.integer({ ...nullable, unique: true, references: 'teams.id' }),
  }
  expect(hazards(table(columns, { uniques: { both: ['a', 'team'] } }))).toEqual([])
  const indexes = { i: { on: ['a', { column: 'team', order: 'desc' }], unique: true, where: sql`(team > 0)` } } as const
  const bare = { id: t.integer(), a: t.integer(), team: t.integer(nullable) }
  expect(hazards(table(bare, { indexes }))).toEqual([])
  expect(hazards(table({ ...bare, team: t.integer({ default: 1 }) }, { indexes }))).toEqual(['create-index:i'])
  const other = { i: { on: ['a', sql`(team + 1)`], unique: true } } as const
  expect(hazards(table(bare, { indexes: other }))).toEqual(['create-index:i'])
  // Tools write it, and of some types Postgres keeps it with a cast.
  const none = t.integer({ ...nullable, default: sql`NULL::integer`, unique: true, references: 'teams.id' })
  expect(hazards(table({ id: t.integer(), a: t.integer(), none }))).toEqual([])
  const set = t.varchar({ default: sql`NULL::character varying` })
  expect(hazards(table({ id: t.integer(), a: t.integer(), set }))).toEqual(['add-column:users.set'])
  // The rows get their numbers as the column comes, which writes them anew.
  const numbered = {
    id: t.integer(),
    a: t.integer(),
    number: t.serial(),
    key: t.bigint({ identity: 'always', primaryKey: true }),
  }
  expect(hazards(table(numbered, { uniques: { both: ['a', 'number'] } }))).toEqual([
    'add-column:users.number',
    'add-column:users.key',
  ])
  const foreignKeys = { f: { columns: ['a', 'team'], references: 'teams', target: ['a', 'b'] } } as const
  const two = { id: t.integer(), a: t.integer(), team: t.integer(nullable) }
  expect(hazards(table(two, { foreignKeys }))).toEqual([])
})

test('one that rows have a value in, or that is for nulls too, can', () => {
  const filled = {
    id: t.integer(),
    a: t.integer(),
    team: t.integer({ ...nullable, default: 1, unique: true, references: 'teams.id' }),
  }
  expect(hazards(table(filled))).toEqual(['add-unique:users.users_team_key', 'add-foreign-key:users.users_team_fkey'])
  const columns = { id: t.integer(), a: t.integer(), team: t.integer(nullable) }
  const uniques = { one: { columns: ['team'], nullsNotDistinct: true } } as const
  const foreignKeys = { f: { columns: ['a', 'team'], references: 'teams', target: ['a', 'b'], match: 'full' } } as const
  expect(hazards(table(columns, { uniques, foreignKeys }))).toEqual(['add-unique:users.one', 'add-foreign-key:users.f'])
  const old = { id: t.integer(), a: t.integer({ references: 'teams.id' }) }
  expect(hazards(table(old))).toEqual(['add-foreign-key:users.users_a_fkey'])
})

test('a check of a list over a column that is new cannot fail where all rows have one of it, or none', () => {
  const columns = { id: t.integer(), a: t.integer() }
  const over = (state: AnyColumn, check: string): readonly string[] =>
    hazards(table({ ...columns, State: state }, { checks: { c: sql.dangerous(check) } }))
  const list = `(("State")::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))`
  expect(over(t.varchar({ default: 'b' }), list)).toEqual([])
  expect(over(t.varchar({ default: sql`'b'::character varying` }), list)).toEqual([])
  expect(over(t.varchar(nullable), list)).toEqual([])
  expect(over(t.integer({ default: 2 }), '("State" = ANY (ARRAY[1, 2]))')).toEqual([])
  expect(over(t.varchar({ default: 'c' }), list)).toEqual(['add-check:users.c'])
  expect(over(t.varchar({ ...nullable, default: sql`lower('B')` }), list)).toEqual(['add-check:users.c'])
  expect(over(t.varchar(nullable), '("State" IS NOT NULL)')).toEqual(['add-check:users.c'])
  expect(over(t.varchar(nullable), `(a = ANY (ARRAY[1, 2]))`)).toEqual(['add-check:users.c'])
})
