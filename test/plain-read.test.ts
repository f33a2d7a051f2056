import { describe, expect, test } from 'vitest'
import { plainFunctions } from '../src/engine/plain-functions.ts'
import { effectOf } from '../src/engine/plain-read.ts'
import { createEngine } from '../src/index.ts'
import { drivers } from './drivers.ts'

describe('what a statement may do', () => {
  test.each([
    'select 1',
    '  -- of the day\n/* and /* nested */ more */ SELECT * FROM users;',
    '(select 1) union all (values (2))',
    'table users',
    'values (1, 2)',
    'with recent as (select * from posts where at > now()) select count(*) from recent',
    'select u.id, count(p.id) filter (where p.words > 10) from users u left join posts p on (p.id = u.id) group by u.id',
    'select \'nextval(1); delete from users\', $1::varchar(10), "delete" from users where id in (select 1)',
    'select * from users where exists (select from posts) order by lower(email) limit 1',
    'select pg_catalog.lower(name) from users',
    'select "lower"("name") from "users" where "id" = any($1)',
    'select substring(name from 1 for 3), extract(year from at), coalesce(a, b) from users',
  ])('%s reads', text => expect(effectOf(text)).toBe('read'))

  test.each([
    'insert into users default values',
    'select * from users for update',
    'select * from users for no key update',
    'select * from users for share of users nowait',
    'select * from users for key share',
    'select * into copy from users',
    'with gone as (delete from users returning *) select * from gone',
    'with made as materialized (insert into users default values returning id) select id from made',
    "select nextval('users_id_seq')",
    'select pg_advisory_lock(1)',
    'select pg_catalog.pg_try_advisory_xact_lock(1)',
    "select set_config('a.b', '1', false)",
    "select pg_notify('a', '')",
    'select lo_create(0)',
    'select count_and_remember(1)',
    'select public.lower(name) from users',
    'select "Lower"(name) from users',
    'select 1; delete from users',
    'explain analyze delete from users',
    'set search_path = x',
    'show search_path',
    'declare c cursor for select 1',
    "commit prepared 'a'",
    'call remember()',
    '',
  ])('%s may do more', text => expect(effectOf(text)).toBe('other'))

  test.each([
    'begin',
    'begin isolation level serializable read only',
    'start transaction',
    'commit',
    'rollback',
    'savepoint "a"',
  ])('%s is around others', text => expect(effectOf(text)).toBe('bracket'))
})

for (const driver of drivers) {
  test(`the functions that only read are not volatile on ${driver.name}`, async () => {
    await using engine = createEngine(await driver.database())
    const { rows } = await engine.execute(
      `select distinct proname as name from pg_catalog.pg_proc
      where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v' and proname = any($1)`,
      [plainFunctions],
    )
    // They give something else each time, or wait, and do nothing besides.
    const harmless = ['clock_timestamp', 'gen_random_uuid', 'pg_sleep', 'pg_sleep_for', 'random', 'timeofday']
    expect(rows.map(row => row['name']).toSorted()).toEqual(harmless)
  })
}
