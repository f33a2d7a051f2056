/** Hazards of who may see and do what. */
import { describe, expect, test } from 'vitest'
import { type AnySchema, createEngine, defineSchema, sql, t, table } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import type { TableOptions } from '../types/literal.ts'
import { pgDriver } from './drivers.ts'

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
    const to = defineSchema({ notes: table({ owner: t.text(), n: t.bigint(), m: t.text() }, open as object) })
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
    await engine.metadata.apply({ changes: diff(to, from, 180000), questions: [] }, { allow: ['*'] })
    expect(diff(await engine.metadata.reflect(), from, 180000)).toEqual([])
  } finally {
    await engine.execute(`drop owned by ${role} cascade; drop role ${role}`)
    await engine.dispose()
  }
})
