import { expect, test } from 'vitest'
import { createEngine, defineSchema, sql, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const columns = { id: t.integer(), team: t.integer(), name: t.text(), a: t.integer() }
const teams = table({ id: t.integer({ primaryKey: true }), code: t.integer({ unique: true }) })

const before = defineSchema({
  teams,
  users: table(columns, {
    primaryKey: { name: 'key', columns: ['id'] },
    uniques: { wider: ['name'], narrower: ['name', 'team'] },
    checks: { worth: sql`a > 0` },
    foreignKeys: {
      same: { columns: ['team'], references: 'teams' },
      other: { columns: ['a'], references: 'teams', target: ['id'] },
    },
  }),
})

const after = defineSchema({
  teams,
  users: table(columns, {
    primaryKey: { name: 'key', columns: ['team', 'id'] },
    uniques: { wider: { columns: ['team', 'name'], deferrable: true }, narrower: ['name'] },
    checks: { worth: sql`a > 1` },
    foreignKeys: {
      same: { columns: ['team'], references: 'teams', onDelete: 'cascade' },
      other: { columns: ['a'], references: 'teams', target: ['code'] },
    },
  }),
})

for (const driver of drivers) {
  test(`a constraint that means something else is never away on ${driver.name}, and cannot fail where it asks for less`, async () => {
    const database = await driver.database()
    const first = createEngine(database, { schema: before })
    const engine = createEngine(database, { schema: after })
    await first.metadata.createAll()
    await engine.execute("insert into teams values (2, 2); insert into users values (1, 2, 'x', 2)")
    const plan = await engine.metadata.diff()
    const hazards = plan.changes.flatMap(change => change.hazards.map(({ allow }) => allow))
    expect(hazards).toEqual(['add-unique:users.narrower', 'add-check:users.worth', 'add-foreign-key:users.other'])
    for (const { sql: statement } of plan.changes) {
      await engine.execute(statement)
      const { rows } = await engine.execute(
        `select conname as name from pg_constraint where conrelid = 'users'::regclass and contype <> 'n' order by 1`,
      )
      expect(rows.map(row => row['name'])).toEqual(['key', 'narrower', 'other', 'same', 'wider', 'worth'])
    }
    expect((await engine.metadata.diff()).changes).toEqual([])
    await engine.metadata.apply({ changes: plan.back }, { allow: ['*'] })
    expect((await first.metadata.diff()).changes).toEqual([])
    await first.dispose()
    await engine.dispose()
  })
}

test.each(drivers)('a check of a list that has more values than before cannot fail on $name', async driver => {
  const from = {
    texts: `state in ('a', 'b')`,
    varchars: `kind in ('a', 'it''s, b]')`,
    nulls: `state is null or state in ('a', 'b')`,
    numbers: `a in (1, 2)`,
    fewer: `state in ('a', 'b')`,
    other: `state in ('a', 'b')`,
    not: `state not in ('a', 'b')`,
    more: `state in ('a', 'b') and a > 0`,
  }
  const to = {
    texts: `state in ('c', 'b', 'a')`,
    varchars: `kind in ('a', 'it''s, b]', 'c')`,
    nulls: `state is null or state in ('a', 'b', 'c')`,
    numbers: `a in (1, 2, 3)`,
    fewer: `state in ('a', 'c', 'd')`,
    other: `other in ('a', 'b', 'c')`,
    not: `state not in ('a', 'b', 'c')`,
    more: `state in ('a', 'b', 'c') and a > 1`,
  }
  const schema = (checks: Readonly<Record<string, string>>) =>
    defineSchema({
      users: table(
        { a: t.integer(), state: t.text(), other: t.text(), kind: t.varchar({ length: 9 }) },
        { checks: Object.fromEntries(Object.entries(checks).map(([name, text]) => [name, sql.dangerous(text)])) },
      ),
    })
  const database = await driver.database()
  await using first = createEngine(database, { schema: schema(from) })
  await first.metadata.createAll()
  await using engine = createEngine(database, { schema: schema(to) })
  const { changes } = await engine.metadata.diff()
  expect(changes.flatMap(change => change.hazards.map(({ allow }) => allow))).toEqual([
    'add-check:users.fewer',
    'add-check:users.more',
    'add-check:users.not',
    'add-check:users.other',
  ])
})
