/** Hazards of who may see and do what. */
import { describe, expect, test } from 'vitest'
import { type AnySchema, createEngine, defineSchema, sql, t, table } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import type { TableOptions } from '../types/literal.ts'
import { randomUUID } from 'node:crypto'
import { drivers, pgDriver } from './drivers.ts'

const schemaWith = (options: TableOptions): AnySchema =>
  // The cast: a schema whose options are not known by type.
  defineSchema({ notes: table({ id: t.id(), owner: t.text() }, options as object) }) as AnySchema
const hazardsOf = (from: AnySchema, to: AnySchema): string[] =>
  diff(from, to, 180000).flatMap(change =>
    change.hazards.map(({ kind, allow, message }) => `${kind} ${allow}: ${message}`),
  )

const mine = { using: sql`owner = current_user` }
const open = { rowSecurity: 'on', policies: { mine } } as const
const forced = { rowSecurity: 'forced', policies: { mine } } as const
const off = { rowSecurity: 'off', policies: { mine } } as const

describe('row security', () => {
  test.each([
    [open, off, ["access row-security:notes: the policies of 'notes' hold nobody back"]],
    [forced, open, ["access row-security:notes: the policies of 'notes' do not hold its owner back"]],
    [
      forced,
      {},
      [
        "access row-security:notes: the policies of 'notes' hold nobody back",
        "access row-security:notes: the policies of 'notes' do not hold its owner back",
      ],
    ],
    [off, forced, []],
    [
      {},
      { rowSecurity: 'on' },
      ["access row-security:notes: nobody but its owner sees a row of 'notes', as no policy lets one through"],
    ],
  ] as const)('%j to %j', (from, to, hazards) => {
    expect(hazardsOf(schemaWith(from), schemaWith(to))).toEqual(hazards)
  })

  test('each change has its inverse', () => {
    const inverses = (from: TableOptions, to: TableOptions) =>
      diff(schemaWith(from), schemaWith(to), 180000).map(change => change.inverse)
    expect(inverses(forced, off)).toEqual([
      'alter table "notes" enable row level security',
      'alter table "notes" force row level security',
    ])
  })
})

describe('a policy', () => {
  const kept = { as: 'restrictive', using: sql`owner <> 'nobody'` } as const
  const others = { using: sql`owner <> current_user` }
  const both = schemaWith({ rowSecurity: 'on', policies: { mine, kept } })

  test.each([
    [
      'that lets rows through',
      { kept },
      ["access drop-policy:notes.mine: rows that only 'notes.mine' let through can no longer be seen or changed"],
    ],
    [
      'that keeps rows back',
      { mine },
      ["access drop-policy:notes.kept: rows that 'notes.kept' kept back can be seen and changed"],
    ],
    [
      'that is another',
      { mine: others, kept },
      ["access alter-policy:notes.mine: 'notes.mine' lets other rows through than before"],
    ],
    [
      'that is for another command',
      { mine: { ...mine, for: 'select' }, kept },
      ["access drop-policy:notes.mine: 'notes.mine' lets other rows through than before"],
    ],
    ['that is kept', { mine, kept }, []],
  ] as const)('%s', (_, policies, hazards) => {
    expect(hazardsOf(both, schemaWith({ rowSecurity: 'on', policies }))).toEqual(hazards)
  })

  test('is of no weight while row security is off, nor on a table that goes', () => {
    expect(hazardsOf(schemaWith(off), schemaWith({}))).toEqual([])
    const gone = hazardsOf(both, { tables: {}, options: {} })
    expect(gone.filter(hazard => hazard.startsWith('access'))).toEqual([])
  })

  test('that is away for more than a transaction', () => {
    const from = defineSchema({
      notes: table({ owner: t.text(), n: t.integer(), m: t.text({ nullable: true }) }, open as object),
    })
    const to = defineSchema({
      notes: table({ owner: t.varchar({ length: 80 }), n: t.integer(), m: t.text() }, open as object),
    })
    // The casts: schemas whose options are not known by type.
    expect(hazardsOf(from as AnySchema, to as AnySchema)).toContain(
      "access drop-policy:notes.mine: 'notes.mine' is away until the plan is done",
    )
  })
})

test('owners and privileges, of what stood before and stays', async () => {
  const address = new URL(await pgDriver.database())
  const role = `cupel_${address.pathname.slice(-12)}`
  const engine = createEngine(address.href)
  await engine.execute(`create role ${role}`)
  try {
    await engine.execute(`create table notes (id integer); create table "Old" (id integer); create function f() returns integer language sql as 'select 1';
      create table a (); create table b (); grant select on notes to ${role}; grant select on "Old" to ${role} with grant option; revoke execute on function f() from public`)
    const from = await engine.metadata.reflect()
    await engine.execute(`revoke all on notes from ${role}; grant insert (id) on notes to ${role}; alter table notes owner to ${role};
      drop table "Old"; create table "New" (id serial, n integer generated always as identity);
      grant select on "New" to ${role}; grant usage on sequence "New_id_seq", "New_n_seq" to ${role}; grant execute on function f() to public`)
    const to = await engine.metadata.reflect()
    const access = (one: AnySchema, other: AnySchema) =>
      hazardsOf(one, other)
        .filter(hazard => hazard.startsWith('access'))
        .map(hazard => hazard.replaceAll(role, 'eve').replace(/owned by (?!eve)\S+/, 'owned by current_user'))
    expect(access(from, to)).toEqual([
      "access revoke:select on table public.notes from eve: eve may no longer select on 'table public.notes'",
      "access grant:execute on function public.f() to public: public may execute on 'function public.f()'",
      "access alter-owner:table public.notes: 'table public.notes' is owned by eve, and who owned it may do what is granted and no more",
      "access grant:insert (id) on table public.notes to eve: eve may insert (id) on 'table public.notes'",
    ])
    expect(access(to, to)).toEqual([])
    await engine.metadata.apply({ changes: diff(to, from, 180000) }, { allow: ['*'] })
    expect(diff(await engine.metadata.reflect(), from, 180000)).toEqual([])
  } finally {
    await engine.execute(`drop owned by ${role} cascade; drop role ${role}`)
    await engine.dispose()
  }
})

for (const driver of drivers) {
  test(`what no literal says of owners and privileges stays with what is made again on ${driver.name}`, async () => {
    const role = `cupel_${randomUUID().slice(-12)}`
    const database = await driver.database()
    const source = createEngine(database)
    await source.execute(`create role ${role}; create table notes (id integer primary key, n integer, m integer); create table gone (id integer); create view v as select n from notes; create view w as select id from notes; create view x as select n, m, id from notes; grant select (n, m) on x to ${role};
      create function f(a integer) returns integer language sql as 'select 1'; grant select (n, m) on notes to ${role}; grant select on v, w to ${role} with grant option; grant insert on gone to ${role}; alter view v owner to ${role};
      revoke execute on function f(integer) from public; grant execute on function f(integer) to ${role}`)
    const found = await source.metadata.reflect()
    const literal = defineSchema(
      { notes: table({ id: t.integer({ primaryKey: true }), n: t.bigint({ nullable: true }) }) },
      {
        views: { v: { as: sql`select n from notes` }, x: { as: sql`select n, id from notes` } },
        functions: {
          f: {
            sql: sql`create or replace function f(b integer) returns integer language sql as 'select 1'`,
            signature: 'f(integer)',
          },
        },
      },
    )
    const engine = createEngine(database, { schema: literal as AnySchema })
    const plan = await engine.metadata.diff()
    expect(plan.changes.flatMap(change => change.hazards.map(({ kind }) => kind))).not.toContain('access')
    await engine.metadata.apply(plan, { allow: ['*'] })
    expect((await engine.metadata.diff()).changes).toEqual([])
    const may =
      await engine.execute(`select has_column_privilege('${role}', 'notes', 'n', 'select') as n, has_table_privilege('${role}', 'v', 'select with grant option') as v,
      has_column_privilege('${role}', 'x', 'n', 'select') as x, has_column_privilege('${role}', 'x', 'id', 'select') as "all of x",
      has_function_privilege('${role}', 'f(integer)', 'execute') as f, has_function_privilege('public', 'f(integer)', 'execute') as "of all", pg_get_userbyid(relowner) as owner from pg_class where relname = 'v'`)
    expect(may.rows).toEqual([{ n: true, v: true, x: true, 'all of x': false, f: true, 'of all': false, owner: role }])
    await engine.metadata.apply({ changes: plan.back }, { allow: ['*'] })
    expect(diff(await source.metadata.reflect(), found, 180000)).toEqual([])
    await engine.execute(`drop owned by ${role} cascade; drop role ${role}`)
    await engine.dispose()
    await source.dispose()
  })
}
