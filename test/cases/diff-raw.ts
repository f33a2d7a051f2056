/** Pairs of schemas that hold things kept as SQL, which have to give way to what changes beneath them, and stand as before after it. */
import type { DiffCase } from '../diff-cases.ts'

const returnsNew = "create function f() returns trigger language plpgsql as 'begin return new; end';"

export const rawCases: readonly DiffCase[] = [
  {
    name: 'keys between integers of two sizes, whose target changes',
    both: '',
    from: `create table a (id integer constraint one unique, n integer constraint two primary key); create table b (a bigint references a (id), n bigint references a (n));
      create table c (id integer); create unique index c_id on c (id); create table d (c integer references c (id));`,
    to: `create table a (id varchar(9) constraint one unique, n integer constraint other primary key); create table b (a text references a (id), n bigint references a (n));
      create table c (id integer, n integer); create unique index c_id on c (id) include (n); create table d (c integer references c (id));`,
    rows: 'insert into a values (1, 2); insert into b values (1, 2); insert into c values (1); insert into d values (1)',
  },
  {
    name: 'triggers that are off, deferred or always on look at a column of another type',
    both: returnsNew,
    from: `create table t (a integer, b integer); create trigger one before update of a on t for each row execute function f(); alter table t disable trigger one;
      create constraint trigger two after insert on t deferrable for each row when (new.a > 0) execute function f(); create trigger "T3" after update of a on t for each row execute function f(); alter table t enable always trigger "T3"; comment on trigger "T3" on t is 'c';`,
    to: `create table t (a bigint, b integer); create trigger one before update of a on t for each row execute function f(); alter table t disable trigger one;
      create constraint trigger two after insert on t deferrable for each row when (new.a > 0) execute function f(); create trigger "T3" after update of a on t for each row execute function f(); alter table t enable always trigger "T3"; comment on trigger "T3" on t is 'c';`,
    rows: 'insert into t values (1, 2)',
  },
  {
    name: 'what is said of parts that are made again',
    both: `${returnsNew} create table e (id integer primary key);`,
    from: `create table t (a integer constraint c check (a > 0), b integer not null constraint u unique, e integer constraint k references e); comment on constraint c on t is 'c'; comment on constraint u on t is 'u'; comment on constraint k on t is 'k';
      create index i on t (b); comment on index i is 'i'; alter table t cluster on i; alter table t replica identity using index u; create trigger g before update of a on t for each row execute function f(); comment on trigger g on t is 'g'; alter table t enable always trigger g;
      create policy p on t using (a > 1); comment on policy p on t is 'p'; create rule r as on delete to t do instead nothing; alter table t disable rule r; comment on rule r on t is 'r';`,
    to: `create table t (a integer constraint c check (a > 1), b integer not null constraint u unique nulls not distinct, e integer constraint k references e on delete cascade); comment on constraint c on t is 'c'; comment on constraint u on t is 'u'; comment on constraint k on t is 'k';
      create index i on t (b desc); comment on index i is 'i'; alter table t cluster on i; alter table t replica identity using index u; create trigger g before update of b on t for each row execute function f(); comment on trigger g on t is 'g'; alter table t enable always trigger g;
      create policy p on t using (a > 2); comment on policy p on t is 'p'; create rule r as on delete to t where old.a > 1 do instead nothing; alter table t disable rule r; comment on rule r on t is 'r';`,
  },
  {
    name: 'how a column of another type is stored',
    both: '',
    from: 'create table t (a text, b text); alter table t alter a set storage external, alter a set compression pglz, alter a set statistics 7, alter a set (n_distinct = 5);',
    to: 'create table t (a varchar(9), b text); alter table t alter a set storage external, alter a set compression pglz, alter a set statistics 7, alter a set (n_distinct = 5);',
    rows: "insert into t values ('x', 'y')",
  },
  {
    name: 'how much is known of an index that is made again, and of statistics over a column of another type',
    both: '',
    from: `create table t (a integer, b integer, c integer); create index i on t ((b + c)); alter index i alter column 1 set statistics 77;
      create statistics s on a, b from t; alter statistics s set statistics 9; comment on statistics s is 's'; create statistics "S 2" on b, c from t; alter statistics "S 2" set statistics 8;`,
    to: `create table t (a text, b integer, c integer); create index i on t ((b - c)); alter index i alter column 1 set statistics 77;
      create statistics s on a, b from t; alter statistics s set statistics 9; comment on statistics s is 's'; create statistics "S 2" on b, c from t; alter statistics "S 2" set statistics 8;`,
    rows: 'insert into t values (1, 2, 3)',
  },
  {
    name: 'a generated column is made again with all that is on it',
    both: 'create table t (a integer);',
    from: `alter table t add b integer generated always as (a + 1) stored; comment on column t.b is 'b'; create index i on t (b); comment on index i is 'i'; create statistics s on a, b from t; comment on statistics s is 's'; grant select (b) on t to pg_monitor;
      alter table t alter b set statistics 9, add constraint c check (b > 0) not valid, add constraint u unique (b); comment on constraint u on t is 'u'; create view v as select b from t; create policy p on t using (b > 0);`,
    to: `alter table t alter a type bigint, add b integer generated always as (a + 1) stored; comment on column t.b is 'b'; create index i on t (b); comment on index i is 'i'; create statistics s on a, b from t; comment on statistics s is 's'; grant select (b) on t to pg_monitor;
      alter table t alter b set statistics 9, add constraint c check (b > 0) not valid, add constraint u unique (b); comment on constraint u on t is 'u'; create view v as select b from t; create policy p on t using (b > 0);`,
    rows: 'insert into t values (1)',
  },
  {
    name: 'generated columns of other types, of others and of functions',
    both: '',
    from: `create function f(a integer) returns integer immutable language sql as 'select a'; create type m as enum ('x', 'y', 'z');
      create table t (e text generated always as (upper(b)) stored, a integer, b varchar(9), m m, c integer generated always as (f(a)) stored, d integer generated always as (a * 2) stored, g boolean generated always as (m = 'x') stored);`,
    to: `create function f(b integer) returns integer immutable language sql as 'select b'; create type m as enum ('y', 'x');
      create table t (e text generated always as (upper(b)) stored, a integer, b text, m m, c integer generated always as (f(a)) stored, d bigint generated always as (a * 2) stored, g boolean generated always as (m = 'x') stored, h text generated always as (b || 'h') stored);`,
    rows: "insert into t (a, b, m) values (1, 'b', 'x')",
  },
  {
    name: 'an enum whose values go, and all that names them',
    both: '',
    from: `create type m as enum ('a', 'b', 'c'); create domain d as m default 'a'; create table t (m m, d d, all_of m[] default '{a}', check (m <> 'b')); create index i on t (m) where m = 'a'; create index j on t (m) where m = 'b'; create index k on t ((m = 'a')); create function f(m) returns integer language sql as 'select 1';
      alter table t add constraint c check (m <> 'c') not valid; create rule r as on insert to t where new.m = 'c' do also select 1; create statistics s on d, (m = 'a') from t; create policy p on t using (m = 'a'); create materialized view v as select m from t where m = 'a'; create index on v (m);`,
    to: `create type m as enum ('c', 'a'); create domain d as m default 'a'; create table t (m m, d d, all_of m[] default '{a}', check (m <> 'c')); create index i on t (m) where m = 'a'; create index j on t (m) where m = 'c'; create index k on t ((m = 'a')); create function f(m) returns integer language sql as 'select 1';
      alter table t add constraint c check (m <> 'c') not valid; create rule r as on insert to t where new.m = 'c' do also select 1; create statistics s on d, (m = 'a') from t; create policy p on t using (m = 'a'); create materialized view v as select m from t where m = 'a'; create index on v (m);`,
    rows: "insert into t (m) values ('a')",
  },
  {
    name: 'indexes on expressions over a column of another type',
    both: '',
    from: 'create table t (a integer, b integer); create index i on t (a) where a > 1; create index j on t ((a + 1)); create index k on t (b) include (a);',
    to: 'create table t (a text, b integer); create index i on t (a) where a > $$1$$; create index j on t ((a || $$1$$)); create index k on t (b) include (a);',
    rows: 'insert into t values (1, 2)',
  },
  {
    name: 'aggregates and operators, and what is made of them',
    both: 'create table t (a integer, b text);',
    from: `create function plus(a integer, b integer) returns integer immutable language sql as 'select a + b'; create aggregate total(integer) (sfunc = plus, stype = integer); create aggregate other(integer) (sfunc = plus, stype = integer, initcond = 0); create view v as select total(a) as x, other(a) as y from t;
      create function same(a integer, b text) returns boolean immutable language sql as 'select a::text = b'; create operator === (leftarg = integer, rightarg = text, function = same); alter table t add constraint c check (a === b); create view w as select a === b as x from t; create index i on t ((a === b));
      create aggregate gone(integer) (sfunc = plus, stype = integer); create view x as select gone(a) from t;`,
    to: `create function plus(x integer, y integer) returns integer immutable language sql as 'select x + y'; create aggregate total(integer) (sfunc = plus, stype = integer); create aggregate other(integer) (sfunc = plus, stype = integer); create view v as select total(a) as x, other(a) as y from t;
      create function same(x integer, y text) returns boolean immutable language sql as 'select x::text = y'; create operator === (leftarg = integer, rightarg = text, function = same); alter table t add constraint c check (a === b); create view w as select a === b as x from t; create index i on t ((a === b));`,
    rows: "insert into t values (1, '1')",
  },
  {
    name: 'functions whose body is read when they are made',
    both: '',
    from: 'create table t (a integer, b integer); create function f() returns integer language sql begin atomic select a from t; end; create view v as select f() as f; create table u (f integer default f());',
    to: 'create table t (a bigint, b integer); create function f() returns integer language sql begin atomic select a::integer from t; end; create view v as select f() as f; create table u (f integer default f());',
    rows: 'insert into t values (1, 2)',
  },
  {
    name: 'a text search configuration that an index is made with',
    both: 'create table t (a text);',
    from: `create text search configuration tc (copy = english); create index i on t using gin (to_tsvector('tc', a));`,
    to: `create text search configuration tc (copy = german); create index i on t using gin (to_tsvector('tc', a));`,
  },
  {
    name: 'views with all that is on them',
    both: returnsNew,
    from: `create table t (a integer, b integer); create view v as select a, b from t; comment on column v.a is 'a'; grant select (a), insert on v to pg_monitor; alter view v alter a set default 3; create trigger g instead of insert on v for each row execute function f(); comment on trigger g on v is 'g'; create rule r as on delete to v do instead nothing;
      create materialized view m as select * from v; create unique index i on m (a); alter materialized view m cluster on i; create statistics s on a, b from m; create function h() returns setof v language sql as 'select * from v'; create policy p on t using (exists (select from h()));`,
    to: `create table t (a bigint, b integer); create view v as select a, b from t; comment on column v.a is 'a'; grant select (a), insert on v to pg_monitor; alter view v alter a set default 3; create trigger g instead of insert on v for each row execute function f(); comment on trigger g on v is 'g'; create rule r as on delete to v do instead nothing;
      create materialized view m as select * from v; create unique index i on m (a); alter materialized view m cluster on i; create statistics s on a, b from m; create function h() returns setof v language sql as 'select * from v'; create policy p on t using (exists (select from h()));`,
    rows: 'insert into t values (1, 2)',
  },
  {
    name: 'a publication of the rows that a column says',
    both: '',
    from: 'create table t (id integer primary key, a integer, b integer); create publication p for table t (id, a) where (a > 1); create table u (id integer); create publication q for table u;',
    to: 'create table t (id integer primary key, a bigint, c integer); create publication p for table t (id, a, c) where (a > 1); create publication q;',
  },
]
