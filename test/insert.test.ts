import { describe, expect, test } from 'vitest'
import { defineSchema, t, table } from '../src/index.ts'
import { modelOf } from '../src/schema/define.ts'
import type { ColumnModel, TableModel } from '../src/schema/model.ts'
import { insertDefaults, insertMany, insertOne } from '../src/sql/insert.ts'

const model = modelOf(
  defineSchema(
    {
      users: table(
        {
          id: t.id(),
          email: t.text(),
          'odd"name': t.varchar({ length: 20 }),
          createdAt: t.timestamptz({ default: new Date(0), precision: 3 }),
          ticket: t.serial(),
          tags: t.array(t.text()),
        },
        { schema: 'app' },
      ),
    },
    { naming: 'snake_case' },
  ),
)
const users = model.tableByKey.get('users') as TableModel
const columns = (...keys: string[]): ColumnModel[] => keys.map(key => users.columnByKey.get(key) as ColumnModel)

describe('an insert', () => {
  test('of one row has a parameter for each column', () => {
    expect(insertOne(users, columns('email', 'odd"name'), ['a', null], columns('id'))).toEqual({
      text: 'insert into "app"."users" ("email", "odd""name") values ($1, $2) returning "id"',
      values: ['a', null],
    })
  })

  test('of one row without columns leaves all to the database', () => {
    expect(insertOne(users, [], [], columns('id')).text).toBe('insert into "app"."users" default values returning "id"')
  })

  test('of many rows has one parameter, and names the types exactly', () => {
    const rows = [{ email: 'a', createdAt: 'x', ticket: 1, tags: '{}' }, { email: 'b' }]
    const [batch, ...more] = insertMany(users, columns('email', 'odd"name', 'createdAt', 'ticket', 'tags'), rows, [])
    expect(more).toEqual([])
    expect(batch).toEqual({
      from: 0,
      to: 2,
      statement: {
        text:
          'insert into "app"."users" ("email", "odd""name", "created_at", "ticket", "tags") ' +
          'select x."email", x."odd""name", x."createdAt", x."ticket", x."tags" ' +
          'from json_to_recordset($1) as x("email" text, "odd""name" character varying(20), ' +
          '"createdAt" timestamp(3) with time zone, "ticket" integer, "tags" text[])',
        values: [JSON.stringify(rows)],
      },
    })
  })

  test('of more JSON than the limit goes in several statements, every row in one of them', () => {
    const rows = Array.from({ length: 1000 }, (_, at) => ({ email: 'x'.repeat(at % 70) }))
    const batches = insertMany(users, columns('email'), rows, [], 2000)
    expect(batches.length).toBeGreaterThan(10)
    expect(batches.flatMap(batch => JSON.parse(batch.statement.values[0] ?? '') as unknown[])).toEqual(rows)
    expect(batches.map(batch => batch.from)).toEqual([0, ...batches.slice(0, -1).map(batch => batch.to)])
    expect(batches.at(-1)?.to).toBe(1000)
  })

  test('of rows of which nothing is given says default for each', () => {
    expect(insertDefaults(users, 3, columns('id')).text).toBe(
      'insert into "app"."users" ("id") values (default), (default), (default) returning "id"',
    )
  })
})
