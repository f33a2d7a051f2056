/** Pairs of schemas whose views take other meanings. */
import type { DiffCase } from '../diff-cases.ts'

const tables =
  "create table t (id integer primary key, a integer, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'; create function k() returns integer language sql as 'select 1';"

/** All that can be on a view, or made of one. */
const onView = `create view w as select id, a from v; grant select on v to pg_monitor; create rule r as on delete to v do instead nothing; comment on column v.a is 'a'; alter view v alter id set default 3; create trigger i instead of insert on v for each row execute function tf();
  create function f() returns setof v language sql as 'select * from v'; create view x as select (f()).id;`

export const viewCases: readonly DiffCase[] = [
  {
    name: 'a view has other rows, and all that is on it and made of it stays',
    both: tables,
    from: `create view v as select id, a from t; ${onView}`,
    to: `create view v with (security_barrier) as select id, a from t where a > 0; comment on view v is 'c'; ${onView}`,
    rows: 'insert into t values (1, 2)',
  },
  {
    name: 'a view gets a column, and reads what comes and not what goes',
    both: `${tables} create function g() returns integer language sql as 'select 1';`,
    from: `create view v as select id, a from t where b > 'a' and a > g(); ${onView}`,
    to: `create view v as select id, a, c from (select id, a, null::date as c from t) t; ${onView} alter table t drop b, add c date; create or replace view v as select id, a, c from t; drop function g();`,
    rows: 'insert into t values (1, 2)',
  },
  {
    name: 'views that are made of each other turn about',
    both: tables,
    from: 'create view v as select id from t; create view w as select id from v;',
    to: 'create view w as select id from t; create view v as select id from w;',
  },
  {
    name: 'a materialized view reads a view that has other rows',
    both: tables,
    from: 'create view v as select id, a from t; create view w as select * from v; create materialized view m as select * from w; create unique index on m (id); create view y as select * from m;',
    to: 'create view v as select id, a from t where a > 1; create view w as select * from v; create materialized view m as select * from w; create unique index on m (id); create view y as select * from m;',
    rows: 'insert into t values (1, 1), (2, 2)',
  },
  {
    name: 'a view groups by a key that goes',
    both: '',
    from: 'create table t (id integer primary key, a integer, b integer not null); create view v as select id, a, count(*) as n from t group by id; create view w as select * from v;',
    to: 'create table t (id integer, a integer, b integer primary key); create view v as select id, a, count(*) as n from t group by id, a; create view w as select * from v;',
    rows: 'insert into t values (1, 2, 3)',
  },
  {
    name: 'a view reads a generated column that goes',
    both: '',
    from: 'create table t (id integer, g integer generated always as (id + 1) stored); create view v as select id from t where g > 1; create view w as select * from v;',
    to: 'create table t (id integer); create view v as select id from t; create view w as select * from v;',
    rows: 'insert into t values (1)',
  },
]
