import { expect, test } from 'vitest'
import { defineSchema, t, table } from '../src/index.ts'
import { modelOf } from '../src/schema/define.ts'
import type { ColumnModel } from '../src/schema/model.ts'
import {
  deleteMany,
  deleteOne,
  jsonKey,
  presentRows,
  type RowChange,
  updateMany,
  updateOne,
} from '../src/sql/change-rows.ts'

const model = modelOf(
  defineSchema({
    users: table(
      {
        id: t.id(),
        n: t.integer(),
        createdAt: t.timestamptz({ precision: 3, name: 'created_at' }),
        version: t.integer({ version: true }),
      },
      { schema: 'app' },
    ),
  }),
)
const users = model.tableByKey.get('users') as (typeof model.tables)[number]
const columns = (...keys: string[]): ColumnModel[] => users.columns.filter(({ key }) => keys.includes(key))
const change = (given: Partial<RowChange>): RowChange => ({
  table: users,
  by: columns('id'),
  set: columns('createdAt'),
  raised: null,
  returning: [],
  isTold: false,
  ...given,
})

test('an update of one row finds it by its key', () => {
  expect(updateOne(change({}), ['x', '1'])).toEqual({
    text: 'update "app"."users" set "created_at" = $1 where "id" = $2',
    values: ['x', '1'],
  })
})

test('an update of many rows finds each by its key', () => {
  const [batch] = updateMany(change({}), [{ id: 1, createdAt: 'x' }])
  expect(batch?.statement.text).toBe(
    'update "app"."users" as t set "created_at" = x."createdAt" ' +
      'from json_to_recordset($1) as x("id" bigint, "createdAt" timestamp(3) with time zone) where t."id" = x."id"',
  )
})

test('an update raises the version that it found, and tells of each row by a name that no column has', () => {
  const versioned = change({
    by: columns('id', 'version'),
    set: columns('id'),
    raised: columns('version')[0] ?? null,
    returning: columns('createdAt'),
    isTold: true,
  })
  const row = { [jsonKey(versioned, columns('id')[0] as ColumnModel, 'set')]: 2, id: 1, version: 1 }
  const [batch] = updateMany(versioned, [row])
  expect(batch?.statement).toEqual({
    text:
      `update "app"."users" as t set "id" = x."new id", "version" = t."version" + 1 ` +
      `from json_to_recordset($1) as x("id" bigint, "version" integer, "new id" bigint, "n'" integer) ` +
      `where t."id" = x."id" and t."version" = x."version" returning x."n'", t."created_at"`,
    values: [`[{"new id":2,"id":1,"version":1,"n'":0}]`],
  })
  expect(updateOne(versioned, ['2', '1', '1']).text).toBe(
    'update "app"."users" set "id" = $1, "version" = "version" + 1 where "id" = $2 and "version" = $3 returning 0, "created_at"',
  )
})

test('a delete finds its rows as an update does', () => {
  expect(deleteOne(users, columns('id'), ['1']).text).toBe('delete from "app"."users" where "id" = $1')
  expect(deleteMany(users, columns('id'), [{ id: 1 }])[0]?.statement).toEqual({
    text:
      `delete from "app"."users" as t using json_to_recordset($1) as x("id" bigint, "n'" integer) ` +
      `where t."id" = x."id" returning x."n'"`,
    values: [`[{"id":1,"n'":0}]`],
  })
  expect(presentRows(users, columns('id'), [{ id: 1 }])[0]?.statement.text).toMatch(
    /^select x\."n'" from "app"\."users" as t/,
  )
})
