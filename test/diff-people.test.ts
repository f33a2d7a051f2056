/** What a plan leaves alone: a person reads it, and whoever uses the database meets each thing that is away meanwhile. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { diff } from '../src/metadata/diff/diff.ts'
import { type AnySchema, createEngine } from '../src/index.ts'
import type { Change } from '../src/schema/change.ts'
import { drivers, type TestDriver } from './drivers.ts'

/** The plan from one schema to the other, each given as statements. */
async function changesBetween(driver: TestDriver, from: string, to: string): Promise<readonly Change[]> {
  const read = async (sql: string): Promise<readonly [AnySchema, number]> => {
    const engine = createEngine(await driver.database())
    onTestFinished(() => engine.dispose())
    await engine.execute(sql)
    return [await engine.metadata.reflect(), Number((await engine.execute('show server_version_num')).scalar())]
  }
  const [before, version] = await read(from)
  const [after] = await read(to)
  return diff(before, after, version)
}

/** The same, as `kind object` of each change. */
async function planned(driver: TestDriver, from: string, to: string): Promise<string[]> {
  return (await changesBetween(driver, from, to)).map(({ kind, object }) => `${kind} ${object}`)
}

for (const driver of drivers) {
  describe(`plans on ${driver.name}`, () => {
    test('what reads other columns stays while the type of one changes', async () => {
      const made = (type: string): string => `create table t (a ${type}, b integer, c text); create table u (b integer);
        create function g() returns trigger language plpgsql as 'begin return new; end';
        create view plain as select b, count(*) as n from t where lower(c) <> '' group by b; create view made as select n from plain; create view direct as select a from t;
        create policy p on t using (b > 0); create policy q on t using (a > 0); create policy o on u using (exists (select from t where t.b = u.b));
        create trigger one before update of b on t for each row when (new.b > 0) execute function g(); create trigger two before update of a on t for each row execute function g();
        create rule r as on insert to u do also insert into t (b) values (new.b); create function body() returns bigint begin atomic select count(b) from t; end`
      expect(await planned(driver, made('integer'), made('bigint'))).toEqual([
        'drop policy t.q',
        'drop trigger t.two',
        'drop view direct',
        'alter type t.a',
        'create view direct',
        'create trigger t.two',
        'create policy t.q',
      ])
    })

    test('rows are written anew once for all columns of a table', async () => {
      const rest = 'b text, c text not null, d varchar(5)'
      const from = `create table t (a integer default 1, at timestamp default now(), n serial, ${rest}); create table u (a integer)`
      const to = `create table t (a bigint default 1, at timestamptz default now(), n bigserial, ${rest.replace('5', '9')}, e integer, s text generated always as (b || d) stored);
        create table u (a bigint)`
      expect(await planned(driver, from, to)).toEqual([
        'add column t.e',
        'alter table t',
        'alter sequence t_n_seq',
        'alter type u.a',
      ])
      expect(await planned(driver, to, from)).toEqual([
        'drop column t.s',
        'alter table t',
        'alter sequence t_n_seq',
        'alter type u.a',
        'drop column t.e',
      ])
    })

    test('rows are written anew while no other table is locked, unless something is away meanwhile', async () => {
      const from = `create table a (x integer); create table b (x integer default 1, y integer); create table c (x integer); create view v as select x from c; create table d (x integer)`
      const to = `create table a (x integer, y integer); create table b (x bigint default 1, y integer); create table c (x bigint); create view v as select x from c; create table d (x bigint, y integer)`
      const only = (sql: string): string => sql.replace(/create (?:table c .*?|view .*?);/g, '')
      const transactions = async (...schemas: readonly [string, string]): Promise<string[]> =>
        (await changesBetween(driver, ...schemas)).map(
          ({ transaction, kind, object }) => `${transaction} ${kind} ${object}`,
        )
      expect(await transactions(only(from), only(to))).toEqual([
        'shared add column a.y',
        'own alter type b.x',
        'shared add column d.y',
        'own alter type d.x',
      ])
      expect(await transactions(from, to)).toEqual([
        'shared drop view v',
        'shared add column a.y',
        'shared alter type b.x',
        'shared alter type c.x',
        'shared add column d.y',
        'shared alter type d.x',
        'shared create view v',
      ])
      const one = 'create table d (x integer)'
      expect(await transactions(one, 'create table d (x bigint, y integer)')).toEqual([
        'shared add column d.y',
        'shared alter type d.x',
      ])
    })

    test('an index that goes is there until others are in its place, unless it is in their way', async () => {
      const from = `create table t (a integer, b integer, c integer, d integer primary key); create table k (d integer references t);
        create index of_a on t (a); create unique index of_b on t (b); create index of_c on t (c); create index where_c on t (a) where c > 0; create index taken on t (b);
        create table p (a integer) partition by list (a); create table p1 partition of p for values in (1); create index p1_a on p1 (a) where a > 0`
      const to = `create table t (a integer, b bigint, d integer primary key, e integer); create table k (d integer references t);
        create index of_e_a on t (e, a); create index of_e_b on t (e, b); create sequence taken;
        create table p (a integer) partition by list (a); create table p1 partition of p for values in (1); create index on p (a)`
      const changes = await planned(driver, from, to)
      expect(changes.filter(one => / t\.|index|sequence/.test(one))).toEqual([
        'drop index of_b',
        'drop index taken',
        'drop index where_c',
        'drop index p1_a',
        'create sequence taken',
        'add column t.e',
        'alter type t.b',
        'create index p1_a_idx',
        'create index of_e_a',
        'create index of_e_b',
        'create index p_a_idx',
        'attach index p1_a_idx',
        'drop index of_a',
        'drop column t.c',
      ])
    })

    test('a unique constraint that goes stands until another is in its place, and that one cannot fail if it asks for less', async () => {
      const from = `create table t (a integer, b integer, c integer, d text constraint d unique, e integer constraint e unique, f integer constraint f unique); create unique index of_c on t (c);
        create table p (a integer primary key, b integer constraint b unique, c integer constraint c unique); create table k (a integer references p, b integer references p (b))`
      const to = `create table t (a integer, b integer, c integer, d text, e bigint, f integer); create unique index of_d on t (d, a); create unique index of_lower on t (lower(d)); create unique index of_e on t (e, a);
        create unique index of_c_a on t (a, c) where b > 0; create unique index f on t (f, a); create unique index of_a on t (a) include (c);
        create table p (a integer primary key, b integer constraint bb unique, c integer); create unique index of_p_c on p (a, c); create table k (a integer references p, b integer references p (b))`
      const changes = await changesBetween(driver, from, to)
      const told = changes
        .filter(({ sql }) => !/foreign key|"k"|rename/.test(sql))
        .map(({ kind, object, hazards }) => `${kind} ${object}${hazards.map(({ kind }) => `, ${kind}`).join()}`)
      expect(told).toEqual([
        'drop constraint t.e',
        'drop constraint t.f',
        'alter type t.e, blocks',
        'create index of_p_c',
        'create index f, may fail',
        'create index of_a, may fail',
        'create index of_c_a',
        'create index of_d',
        'create index of_e, may fail',
        'create index of_lower, may fail',
        'drop constraint p.c',
        'drop constraint t.d',
        'drop index of_c',
      ])
    })

    test('a policy that has other conditions or roles is never away', async () => {
      const made = (using: string, more: string): string => `create table t (a integer, b integer);
        create policy p on t to ${more} using (a > ${using}); create policy q on t for insert with check (a > ${using}); create policy r on t for ${using === '1' ? 'select' : 'delete'} using (true)`
      expect(await planned(driver, made('1', 'public'), made('2', 'current_user'))).toEqual([
        'drop policy t.r',
        'alter policy t.p',
        'alter policy t.q',
        'create policy t.r',
      ])
    })

    test('a key that only SQL says is validated as it stands', async () => {
      const made = (ending: string): string =>
        `create table a (id integer primary key); create table b (id bigint constraint f references a); alter table b add constraint g foreign key (id) references a ${ending}`
      const [from, to] = [made('not valid'), made('deferrable')]
      expect(await planned(driver, from, to)).toEqual(['alter constraint b.g', 'validate constraint b.g'])
    })

    test('the policies of a table that goes go with it, unless something else is in their way', async () => {
      const stays = 'create table owners (name text, n integer);'
      const gone = `create table a (name text); create table b (name text); create policy own on a using (name = current_user);
        create policy owned on a using (exists (select from owners o where o.name = a.name)); create policy other on a using (exists (select from b))`
      expect(await planned(driver, stays + gone, stays)).toEqual([
        'drop policy a.other',
        'drop table b',
        'drop table a',
      ])
    })
  })
}
