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
