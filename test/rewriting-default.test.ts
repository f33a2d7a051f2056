import { expect, test } from 'vitest'
import { isVolatile, steadyFunctions } from '../src/ddl/change/rewriting-default.ts'
import { createEngine } from '../src/index.ts'
import { drivers } from './drivers.ts'

test.each([
  'now()',
  'CURRENT_TIMESTAMP(3)',
  "(now() + '14 days'::interval)",
  "date_part('epoch'::text, CURRENT_DATE)",
  '(EXTRACT(epoch FROM now()))::integer',
  "('a'::text)::character varying(9)",
  "CASE WHEN (1 = ANY (ARRAY[1])) THEN to_char(now(), 'YYYY'::text) ELSE ''::text END",
  "'nextval(1)'::text",
  'pg_catalog.lower(USER)',
])('one value of %s does for all rows', text => expect(isVolatile(text)).toBe(false))

test.each([
  'gen_random_uuid()',
  'clock_timestamp()',
  'random()',
  "nextval('s'::regclass)",
  'public.now()',
  '"Now"()',
  '"S".lower(USER)',
  '(now() - made())',
])('%s is worked out for each row', text => expect(isVolatile(text)).toBe(true))

test.each(drivers)('no function that is taken for steady is volatile on $name', async driver => {
  await using engine = createEngine(await driver.database())
  const sql = `select name, bool_or(provolatile = 'v') as volatile from unnest($1::text[]) name
    left join pg_proc on proname = name and pronamespace = 'pg_catalog'::regnamespace group by name`
  const { rows } = await engine.execute<{ name: string; volatile: boolean | null }>(sql, [steadyFunctions])
  expect(rows.filter(({ volatile }) => volatile !== false)).toEqual([])
})
