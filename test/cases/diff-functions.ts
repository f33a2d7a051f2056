/** Pairs of schemas with functions that cannot be replaced as they stand, and all that calls them. */
import type { DiffCase } from '../diff-cases.ts'

const calls = `create table t (id integer primary key, a integer default f(1), g integer generated always as (f(id)) stored, check (f(a) > 0), exclude using btree (f(a) with =)); create index on t (f(a)); create index i on t (a) where f(a) > 1;
  create view v as select f(a) as f from t; create materialized view m as select f(a) as f from t; create policy p on t using (f(a) > 0); create statistics s on (f(a)), a from t; create rule r as on delete to t where f(old.a) > 1 do instead nothing;
  create function tf() returns trigger language plpgsql as 'begin return new; end'; create trigger tr before insert on t for each row when (f(new.a) > 1) execute function tf();
  create domain d as integer check (f(value) > 0); create domain e as integer default f(3) constraint c check (f(value) > 1); comment on constraint c on domain e is 'c'; create table u (d d, e e[]); alter domain d add constraint later check (f(value) > 2) not valid; comment on constraint later on domain d is 'l';`

export const functionCases: readonly DiffCase[] = [
  {
    name: 'a parameter has another name, and everything calls the function',
    both: '',
    from: `create function f(a integer) returns integer immutable language sql as 'select a'; ${calls}`,
    to: `create function f(b integer) returns integer immutable language sql as 'select b'; ${calls}`,
    rows: "insert into t values (1, 2); insert into u values (3, '{4}')",
  },
  {
    name: 'a function that everything calls has one more parameter',
    both: '',
    from: `create function f(a integer) returns integer immutable language sql as 'select a'; ${calls}`,
    to: `create function f(a integer, b integer default 1) returns integer immutable language sql as 'select a'; ${calls}`,
    rows: "insert into t values (1, 2); insert into u values (3, '{4}')",
  },
  {
    name: 'one of two functions of a name has other parameters',
    both: "create function f(a text) returns integer immutable language sql as 'select 1';",
    from: "create function f(a integer) returns integer immutable language sql as 'select a'; create table t (a integer default f(1), b integer default f('x'::text)); create view v as select f(a) from t;",
    to: "create function f(a integer, b integer) returns integer immutable language sql as 'select b'; create table t (a integer default f(1, 2), b integer default f('x'::text)); create view v as select f(a, a) from t;",
    rows: 'insert into t values (1)',
  },
  {
    name: 'tables, columns and domains that go call a function which is made again',
    both: '',
    from: "create function f(a integer) returns integer immutable language sql as 'select a'; create table a (n integer default f(1), check (f(n) > 0)); create table b () inherits (a); create index on b (f(n)); create domain d as integer default f(1) check (f(value) > 0); create table t (n integer, gone integer default f(2), other d);",
    to: "create function f(b integer) returns bigint immutable language sql as 'select b::bigint'; create table t (n integer);",
    rows: 'insert into t values (1)',
  },
  {
    name: 'a domain that is made anew calls a function which is too',
    both: '',
    from: "create function f(a integer) returns integer immutable language sql as 'select a'; create domain d as integer constraint c check (f(value::integer) > 0); comment on constraint c on domain d is 'c'; create table t (d d);",
    to: "create function f(b integer) returns integer immutable language sql as 'select b'; create domain d as bigint constraint c check (f(value::integer) > 0); comment on constraint c on domain d is 'c'; create table t (d d);",
    rows: 'insert into t values (1)',
  },
  {
    name: 'domains whose values are held within others take other checks',
    both: '',
    from: 'create domain d as integer check (value > 0); create domain e as integer; create type c as (e e); create domain f as d[]; create table t (d d, f f, c c); create domain plain as integer check (value > 0); create table u (p plain);',
    to: 'create domain d as integer check (value > 1); create domain e as integer not null; create type c as (e e); create domain f as d[]; create table t (d d, f f, c c); create domain plain as integer check (value > 1); create table u (p plain);',
    rows: "insert into t values (2, '{3}', row(4)); insert into u values (5)",
  },
  {
    name: 'functions go that domains which go call',
    both: '',
    from: `create function f(text) returns boolean language sql immutable as 'select true'; create domain d as text check (f(value)); create function g(d) returns d language sql immutable as 'select $1'; create domain e as d check (g(value) <> ''); create type c as (e e, n integer);
      create function last(d, d) returns d language sql immutable as 'select $2'; create aggregate last_of(d) (sfunc = last, stype = d); create table t (c c, ds d[] default '{a}', check (f('a')));`,
    to: '',
  },
  {
    name: 'functions that return one expression call one whose parameter has another name',
    both: '',
    from: 'create function f(a integer) returns integer immutable language sql return a + 1; create function g(integer) returns integer immutable language sql return f($1); create table t (n integer default g(1) check (f(n) > 0)); create function of(t) returns integer language sql return f($1.n); create view v as select g(n) as g, of(t) as of from t;',
    to: 'create function f(b integer) returns integer immutable language sql return b + 1; create function g(integer) returns integer immutable language sql return f($1); create table t (n integer default g(1) check (f(n) > 0)); create function of(t) returns integer language sql return f($1.n); create view v as select g(n) as g, of(t) as of from t;',
    rows: 'insert into t values (1)',
  },
]
