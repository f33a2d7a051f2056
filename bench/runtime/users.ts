/** The table that the benchmarks of reading read, and what they ask of it. */
import { defineSchema, t, table } from './built.ts'

export const many = 1000
export const gets = 2048
export const connections = 8

export const schema = defineSchema({
  users: table({
    id: t.id(),
    email: t.text(),
    name: t.text(),
    age: t.integer(),
    active: t.boolean(),
    score: t.doublePrecision(),
    bio: t.text({ nullable: true }),
    token: t.uuid(),
    joined: t.timestamptz(),
  }),
})
export const makeTable = `create table users (id bigint generated always as identity primary key, email text not null, name text not null,
  age integer not null, active boolean not null, score double precision not null, bio text, token uuid not null,
  joined timestamptz not null)`
export const fill = `insert into users (email, name, age, active, score, bio, token, joined)
  select 'user' || n || '@example.org', 'User number ' || n, n % 90, n % 3 > 0, n / 7.0,
    case when n % 4 > 0 then 'Wrote "' || n || '" things, and more' end, md5(n::text)::uuid,
    timestamptz '2020-09-13 12:26:40Z' + n * interval '1 minute 0.123456 seconds'
  from generate_series(1, ${gets}) n`

export const selectMany = 'select * from users where id <= $1 order by id'
export const selectOne = 'select * from users where id = $1'

export interface Found {
  readonly email: string
  readonly joined: Date
}

export function check(rows: readonly Found[], count: number, last: number): void {
  const row = rows[count - 1]
  if (rows.length !== count || row?.email !== `user${last}@example.org` || !(row.joined instanceof Date))
    throw new Error('the rows are not those that were asked for')
}
