/** What a plan says of what is kept of a function's results, when the function gets another body. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { diff } from '../src/metadata/diff/diff.ts'
import { type AnySchema, createEngine } from '../src/index.ts'
import { drivers, type TestDriver } from './drivers.ts'

async function read(driver: TestDriver, sql: string): Promise<AnySchema> {
  const engine = createEngine(await driver.database())
  onTestFinished(() => engine.dispose())
  await engine.execute(sql)
  return await engine.metadata.reflect()
}

const made = (body: string, options = '', comes = ''): string => `create schema s;
  create function s.f(integer) returns integer language sql immutable ${options} as 'select ${body}';
  create table t (a integer, b integer, g integer generated always as (s.f(a)) stored, n integer generated always as (b + 1) stored, h integer generated always as (s.f(b)${comes}) stored,
    constraint c check (s.f(a) > 0), check (b > 0), constraint e exclude (s.f(a) with =), constraint f exclude (b with =));
  create index i on t (s.f(a)); create index j on t (a) where s.f(a) > 1; create index k on t (a); create index l on t (s.f(b)) where a > 0${comes};
  create view v as select s.f(1) as f, a from t; create materialized view m as select f from v; create materialized view o as select a from t;
  create table p (a integer) partition by range (a); create table p1 partition of p for values from (1) to (6); create index "Of p" on p (s.f(a))`

for (const driver of drivers) {
  describe(`another body on ${driver.name}`, () => {
    const hazards = (from: AnySchema, to: AnySchema): string[] =>
      diff(from, to, 160000).flatMap(({ kind, hazards: all }) =>
        all.filter(one => one.kind === 'stale').map(one => `${kind} ${one.rows} ${one.allow}: ${one.message}`),
      )

    test('leaves what is kept of the old as it is, which is a hazard', async () => {
      const said = (rows: string, message: string): string =>
        `replace function ${rows} replace-function:s.f(integer): ${message}`
      const built = (name: string, table: string): string =>
        said(
          `"${table}"`,
          `'${name}' finds rows of '${table}' by what the old body gave until it is built again (reindex)`,
        )
      const [from, to] = [await read(driver, made('$1')), await read(driver, made('$1 + 1', '', ' + 1'))]
      expect(hazards(from, to)).toEqual([
        built('Of p', 'p'),
        said('"t"', "'t.g' has what the old body gave until its rows are written again"),
        built('e', 't'),
        built('i', 't'),
        built('j', 't'),
        said('"t"', "rows of 't' that 'c' let in by the old body stay, whatever the new one says"),
        said('"m"', "'m' has what the old body gave until it is refreshed"),
      ])
    })

    test('is what other functions give too, which call it', async () => {
      const through = (body: string): string => `
        create function one(integer) returns integer language sql immutable as 'select ${body}';
        create function two(integer) returns integer language plpgsql immutable as 'begin return ONE ($1); end';
        create function "Three"(integer) returns integer language sql immutable as 'select public.two($1)';
        create function four(integer) returns integer language sql immutable as 'select $1 -- one, two';
        create table t (a integer, g integer generated always as ("Three"(a)) stored, h integer generated always as (four(a)) stored)`
      expect(hazards(await read(driver, through('$1')), await read(driver, through('$1 + 1')))).toEqual([
        `replace function "t" replace-function:public.one(integer): 't.g' has what the old body gave until its rows are written again`,
      ])
    })

    test('is not what only says how it is called', async () => {
      expect(hazards(await read(driver, made('$1')), await read(driver, made('$1', 'cost 7 parallel safe')))).toEqual(
        [],
      )
    })
  })
}
