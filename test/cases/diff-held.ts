/** Pairs of schemas with collations, ranges and rows that are others, under all that is made of them. */
import type { DiffCase } from '../diff-cases.ts'

/** The same, with the collation as one of two. */
function collated(name: string, schema: string, rows: string): DiffCase {
  const from = (locale: string): string => `create collation c (locale = '${locale}'); ${schema}`
  return { name, both: '', from: from('C'), to: from('POSIX'), rows }
}

export const heldCases: readonly DiffCase[] = [
  collated(
    'a collation changes under columns, keys and indexes',
    `create table t (a text collate c primary key, b varchar(9) collate c unique, d text default ('x' collate c), g text generated always as (a || 'x' collate c) stored, check (a > 'b' collate c), exclude (d collate c with =));
      create index i on t (d collate c); create index j on t (lower(b) collate c) where a collate c > 'b'; create policy p on t using (a > 'c' collate c); create statistics s on (a collate c), b from t; create table u (a text collate c references t);
      create view v as select d from t order by d collate c; create materialized view m as select d collate c as d from t; create index on m (d);`,
    "insert into t (a, b) values ('x', 'y'); insert into u values ('x')",
  ),
  collated(
    'a collation changes under types',
    `create domain d as text collate c check (value > 'a'); create domain e as text check (value > 'a' collate c); create type k as (a text collate c); create type r as range (subtype = text, collation = c); create table t (a d, b d[], e e, k k, r r); comment on type k is 'k';`,
    "insert into t values ('x', '{y}', 'z', row('x'), '[a,b]')",
  ),
  collated(
    'a collation changes under partitions',
    "create table t (a text) partition by range (a collate c); create table t1 partition of t for values from ('a') to ('b'); create table gone (a text collate c);",
    "insert into t values ('aa')",
  ),
  {
    name: 'a collation of another schema changes, and one goes',
    both: 'create schema x;',
    from: "create collation x.c (locale = 'C'); create collation c (locale = 'C'); create table t (a text collate x.c primary key, b text collate c); create table u (a text collate x.c references t); create domain d as text collate c; create table w (d d, gone text collate x.c); create table gone (a text collate x.c);",
    to: `create collation x.c (locale = 'POSIX'); create table t (a text collate x.c primary key, b text collate "C"); create table u (a text collate x.c references t); create domain d as text; create table w (d d);`,
    rows: "insert into t values ('aa'); insert into u values ('aa'); insert into w values ('x')",
  },
  {
    name: 'a range is of another type',
    both: '',
    from: "create type r as range (subtype = integer); create domain d as r; create table t (a r default '[1,2)', b r[], d d, c text); create index on t using gist (a); create view v as select a from t; create function f(r) returns integer language sql as 'select 1'; create table gone (a r);",
    to: "create type r as range (subtype = bigint); create domain d as r; create table t (a r default '[1,2)', b r[], d d, c text); create index on t using gist (a); create view v as select a from t; create function f(r) returns integer language sql as 'select 1';",
    rows: "insert into t values ('[1,2)', array['[1,2)'::r], '[3,4)')",
  },
  {
    name: 'a range gives way to one of Postgres',
    both: '',
    from: 'create type r as range (subtype = integer); create table t (a r);',
    to: 'create table t (a int4range);',
    rows: "insert into t values ('[1,2)')",
  },
  {
    name: 'tables whose rows are values of others have columns of other types',
    both: '',
    from: 'create table x (id integer primary key, n integer); create type c as (a x); create domain d as x; create view v as select * from x; create table y (z x default row(1, 2), w x[], c c, d d, v v, check ((z).n > 0)); create index on y (((z).n)); create view w as select z, v from y;',
    to: 'create table x (id integer primary key, n bigint); create type c as (a x); create domain d as x; create view v as select * from x; create table y (z x default row(1, 2), w x[], c c, d d, v v, check ((z).n > 0)); create index on y (((z).n)); create view w as select z, v from y;',
    rows: 'insert into x values (1, 2); insert into y values (row(1, 2), array[row(1, 2)::x], row(row(3, 4)), row(5, 6), row(7, 8))',
  },
  {
    name: 'tables whose rows are values of others have other columns',
    both: '',
    from: 'create table x (id integer primary key, n integer); create view v as select id from x; create table y (z x, v v);',
    to: 'create table x (id integer primary key, m integer default 3, g integer generated always as (id + 1) stored); create view v as select id, m from x; create table y (z x, v v);',
    rows: 'insert into x values (1, 2); insert into y values (row(1, 2), row(1))',
  },
  {
    name: 'a range is another whose multirange columns have',
    both: 'create schema "S";',
    from: `create type "S"."R" as range (subtype = text, multirange_type_name = "S"."Rs", collation = "C"); create table t (a integer, b "S"."Rs" default '{}', c "S"."Rs"[]); create function f("S"."Rs") returns integer language sql as 'select 1'; create domain d as "S"."Rs";`,
    to: `create type "S"."R" as range (subtype = text, multirange_type_name = "S"."Rs", collation = "POSIX"); create table t (a integer, b "S"."Rs" default '{}', c "S"."Rs"[]); create function f("S"."Rs") returns integer language sql as 'select 1'; create domain d as "S"."Rs";`,
    rows: 'insert into t values (1, \'{[a,b)}\', array[\'{[c,d)}\'::"S"."Rs"])',
  },
]
