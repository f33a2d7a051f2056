import { defineSchema, sql, t, table } from '../../src/index.ts'

export const schema = defineSchema(
  {
    accounts: table({
      id: t.id(),
      email: t.text({ unique: true }),
      // Cents: whole numbers do not round.
      credit: t.integer({ default: 0, check: sql`credit >= 0` }),
    }),
    posts: table({
      id: t.id(),
      authorId: t.ref('accounts.id', { inverse: 'posts' }),
      title: t.text(),
      body: t.text({ default: '' }),
    }),
    transfers: table({
      // Chosen by the client, who may then send the same transfer again without moving money twice.
      id: t.uuid({ primaryKey: true }),
      giverId: t.ref('accounts.id'),
      takerId: t.ref('accounts.id'),
      amount: t.integer({ check: sql`amount > 0` }),
    }),
  },
  { naming: 'snake_case' },
)
