/** Pairs of schemas that hold things kept as SQL, which have to give way to what changes beneath them, and stand as before after it. */
import type { DiffCase } from '../diff-cases.ts'

const returnsNew = "create function f() returns trigger language plpgsql as 'begin return new; end';"

/** Indexes of a type whose classes are made of an operator that says more. */
const ofDefault = (more: string): string =>
  `create operator <<< (function = lt, leftarg = k, rightarg = k); create operator === (function = eq, leftarg = k, rightarg = k, ${more});
    create operator class o default for type k using btree as operator 1 <<<, operator 3 ===, function 1 c(k, k); create operator class oh default for type k using hash as operator 1 ===, function 1 h(k);
    create table t (k k unique, n integer check (n > 0), exclude using hash (k with ===)); create index i on t (k); create index j on t using hash (k); create index l on t (n); create index e on t ((kk(n)), n);`

/** Multiranges, under the name that Postgres gives them and another, and what is made of them. */
const ofMany = (subtype: string, more: string): string =>
  `create type span as range (subtype = ${subtype}); create table t (s span, m span_multirange default '{}', ms span_multirange[]);
    create type two as range (subtype = float8, ${more}multirange_type_name = "Many"); create table u (m "Many", r two, x "Many"[]); create index on u (m); create view v as select m from u;
    create function f("Many") returns integer language sql immutable as 'select 1'; create domain d as "Many"; create table w (d d, c integer check (f('{}') = 1));`

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
  {
    name: 'what default privileges give to what is made is as it shall be',
    both: 'create schema s; alter default privileges in schema s grant select, insert on tables to pg_monitor; alter default privileges in schema s grant usage on sequences to pg_monitor; alter default privileges in schema s grant execute on functions to pg_monitor;',
    from: "create table s.t (a integer); create view s.v as select a from s.t; revoke all on s.v from pg_monitor; create function s.f(a integer) returns integer language sql as 'select a'; revoke all on function s.f(integer) from pg_monitor;",
    to: `create table s.t (a bigint); create view s.v as select a from s.t; revoke all on s.v from pg_monitor; create function s.f(b integer) returns integer language sql as 'select b'; revoke all on function s.f(integer) from pg_monitor;
      create table s.u (id serial, n integer generated always as identity); revoke all on s.u from pg_monitor; create table s.w (a integer); revoke insert on s.w from pg_monitor; create sequence s.q; revoke all on sequence s.q from pg_monitor;`,
    rows: 'insert into s.t values (1)',
  },
  {
    name: 'comments on what is made again, of other kinds',
    both: '',
    from: `create table t (id integer primary key, a integer); create publication p for table t where (a > 1); comment on publication p is 'p'; create type e as enum ('a', 'b'); create function ce(e) returns integer immutable language sql as 'select 1'; create cast (e as integer) with function ce(e); comment on cast (e as integer) is 'c';
      create function et() returns event_trigger language plpgsql as 'begin end'; create event trigger et on ddl_command_end when tag in ('CREATE SCHEMA') execute function et(); comment on event trigger et is 'e';`,
    to: `create table t (id integer primary key, a bigint); create publication p for table t where (a > 1); comment on publication p is 'p'; create type e as enum ('b', 'a'); create function ce(e) returns integer immutable language sql as 'select 1'; create cast (e as integer) with function ce(e); comment on cast (e as integer) is 'c';
      create function et() returns event_trigger language plpgsql as 'begin end'; create event trigger et on ddl_command_end when tag in ('DROP SCHEMA') execute function et(); comment on event trigger et is 'e';`,
  },
  {
    name: 'casts call functions of types that are made again',
    both: '',
    from: `create type kind as enum ('a', 'b', 'c'); create type pair as (a integer, b integer); create function to_kind(integer) returns kind language sql immutable as $$select case $1 when 1 then 'a' else 'b' end::public.kind$$; create cast (integer as kind) with function to_kind(integer) as assignment; create function text_of(pair) returns text language sql immutable as 'select ($1).a::text'; create cast (pair as text) with function text_of(pair); create table t (a integer, k kind default 1::kind, g kind generated always as (a::kind) stored, check (a::kind <> 'b'), p pair check (p::text <> 'x'), d text default row(1, 2)::pair::text, n text default 3); create view v as select a::kind as k, p::text as p from t; create index i on t ((a::kind)); create materialized view m as select a::kind as k from t where a::kind > 'a';
      create policy p on t using (a::kind = 'a'); create function at() returns kind language sql begin atomic select a::kind from t; end; create table gone (a integer check (a::kind <> 'b')); create domain d as text check (value <> 3::text);`,
    to: `create type kind as enum ('a', 'b'); create type pair as (a bigint, b integer); create function to_kind(integer) returns kind language sql immutable as $$select case $1 when 1 then 'a' else 'b' end::public.kind$$; create cast (integer as kind) with function to_kind(integer) as assignment; create function text_of(pair) returns text language sql immutable as 'select ($1).a::text'; create cast (pair as text) with function text_of(pair); create table t (a integer, k kind default 1::kind, g kind generated always as (a::kind) stored, check (a::kind <> 'b'), p pair check (p::text <> 'x'), d text default row(1, 2)::pair::text, n text default 3); create view v as select a::kind as k, p::text as p from t; create index i on t ((a::kind)); create materialized view m as select a::kind as k from t where a::kind > 'a';
      create policy p on t using (a::kind = 'a'); create function at() returns kind language sql begin atomic select a::kind from t; end; create domain d as text check (value <> 3::text);`,
    rows: "insert into t (a, p) values (1, '(1,2)')",
  },
  {
    name: 'casts call functions whose parameters have other names',
    both: "create type kind as enum ('a', 'b'); create type pair as (a integer, b integer);",
    from: `create function to_kind(integer) returns kind language sql immutable as $$select case $1 when 1 then 'a' else 'b' end::public.kind$$; create cast (integer as kind) with function to_kind(integer) as assignment; create function text_of(pair) returns text language sql immutable as 'select ($1).a::text'; create cast (pair as text) with function text_of(pair); create table t (a integer, k kind default 1::kind, g kind generated always as (a::kind) stored, check (a::kind <> 'b'), p pair check (p::text <> 'x'), d text default row(1, 2)::pair::text, n text default 3); create view v as select a::kind as k, p::text as p from t; create index i on t ((a::kind)); create materialized view m as select a::kind as k from t where a::kind > 'a';
      create policy p on t using (a::kind = 'a'); create function at() returns kind language sql begin atomic select a::kind from t; end; create table gone (a integer check (a::kind <> 'b')); create domain d as text check (value <> 3::text);`,
    to: `create function to_kind(n integer) returns kind language sql immutable as $$select case $1 when 1 then 'a' else 'b' end::public.kind$$; create cast (integer as kind) with function to_kind(integer) as assignment; create function text_of(p pair) returns text language sql immutable as 'select ($1).a::text'; create cast (pair as text) with function text_of(pair); create table t (a integer, k kind default 1::kind, g kind generated always as (a::kind) stored, check (a::kind <> 'b'), p pair check (p::text <> 'x'), d text default row(1, 2)::pair::text, n text default 3); create view v as select a::kind as k, p::text as p from t; create index i on t ((a::kind)); create materialized view m as select a::kind as k from t where a::kind > 'a';
      create policy p on t using (a::kind = 'a'); create function at() returns kind language sql begin atomic select a::kind from t; end; create table gone (a integer check (a::kind <> 'b')); create domain d as text check (value <> 3::text);`,
    rows: "insert into t (a, p) values (1, '(1,2)')",
  },
  {
    name: 'tables of a composite whose fields change',
    both: '',
    from: `create type retyped as (a integer, b text); create type "Grows" as (a integer, b text); create type inner_of as (n integer); create type outer_of as (i inner_of, a integer); create type other as (a integer); create type another as (a integer); create schema "S"; create type "S".c as (a integer, b text);
      create table r of retyped (primary key (a)); create table "R" of retyped (a default 3, check (a > 0)); create table g of "Grows" (unique (b)); create table o of outer_of; create table m of other; create table left_it (a integer); create table "S"."T" of "S".c; create table gone of "Grows";`,
    to: `create type retyped as (a bigint, b text); create type "Grows" as (a integer, c integer, d text); create type inner_of as (n bigint); create type outer_of as (i inner_of, a integer); create type other as (a integer); create type another as (a integer); create schema "S"; create type "S".c as (b text);
      create table r of retyped (primary key (a)); create table "R" of retyped (a default 3, check (a > 0)); create table g of "Grows" (unique (d)); create table o of outer_of; create table m of another; create table left_it of other; create table "S"."T" of "S".c; create table comes of "Grows";`,
    rows: `insert into r values (1, 'b'); insert into "R" values (1, 'b'); insert into g values (1, 'b'); insert into o values (row(1), 2); insert into m values (1); insert into left_it values (1); insert into "S"."T" values (1, 'b')`,
  },
  {
    name: 'types come and go that have a name and no more',
    both: '',
    from: 'create type one; create schema "S"; create type "S"."Two"; create table t (a integer);',
    to: 'create type three; create schema "S"; create table t (a integer, b integer);',
  },
  {
    name: 'types come and go that are made of functions which take them, and ranges with all that they are made of',
    both: '',
    from: 'create table t (a integer);',
    to: `create schema "S"; create type mood; create function mood_in(cstring) returns mood language internal strict immutable as 'int4in'; create function mood_out(mood) returns cstring language internal strict immutable as 'int4out';
      create type mood (input = mood_in, output = mood_out, internallength = 4, alignment = int4, passedbyvalue); create function same(mood) returns mood language sql as 'select $1';
      create function "S".gap(numeric, numeric) returns float8 language sql immutable as 'select ($1 - $2)::float8'; create operator "S".=~ (function = int4eq, leftarg = integer, rightarg = integer); create operator class "S".odd_ops for type integer using btree as operator 3 "S".=~;
      create type "S".price as range (subtype = numeric, subtype_diff = "S".gap); create type odd as range (subtype = integer, subtype_opclass = "S".odd_ops); create type days; create function days_alike(days) returns days language internal strict immutable as 'int4range_canonical'; create type days as range (subtype = integer, canonical = days_alike);
      create type holder as (p "S".price, d days); create domain dear as "S".price check (not isempty(value)); create function at(days) returns holder language sql as 'select null::holder'; create table t (a integer, m mood, o odd, h holder, d dear, ds days[]);
      create type pair as (a integer, b integer); create type pairs as range (subtype = pair); create type of_pairs as (p pairs, m mood); create function is_there(anyelement) returns boolean language sql as 'select $1 is not null'; create domain there as integer check (is_there(value)); create domain moods as mood[];`,
  },
  {
    name: 'tables go, with all that is made of their rows',
    both: '',
    from: `create table t (id integer primary key, a text); create table kept (id integer); create function step(text, t) returns text language sql immutable as 'select $1'; create aggregate joined(t) (stype = text, sfunc = step); create function js(t) returns json language sql immutable as 'select to_json(($1).a)'; create cast (t as json) with function js(t);
      create function same(t, t) returns boolean language sql immutable as 'select true'; create operator === (leftarg = t, rightarg = t, function = same); create function uses(text) returns text language sql begin atomic select joined(x) from t x; end; create view v as select joined(x) as j, x::json as js from t x group by x; create domain d as t; create type c as (d d, n integer); create function at(c) returns d language sql as 'select null::d';`,
    to: 'create table kept (id bigint);',
    rows: 'insert into t values (1)',
  },
  {
    name: 'operator classes that indexes have without saying so',
    both: `create type k as (n integer); create function lt(k, k) returns boolean language sql immutable as 'select ($1).n < ($2).n'; create function eq(k, k) returns boolean language sql immutable as 'select ($1).n = ($2).n';
      create function c(k, k) returns integer language sql immutable as 'select ($1).n - ($2).n'; create function h(k) returns integer language sql immutable as 'select ($1).n'; create function kk(integer) returns k language sql immutable as 'select row($1)::public.k';`,
    from: ofDefault('commutator = ==='),
    to: ofDefault('commutator = ===, restrict = eqsel'),
    rows: 'insert into t values (row(1), 1)',
  },
  {
    name: 'columns of multiranges whose range is made again',
    both: '',
    from: ofMany('timestamptz', ''),
    to: ofMany('timestamp', 'subtype_diff = float8mi, '),
    rows: "insert into t values ('[2020-01-01,2021-01-01)', '{[2020-01-01,2021-01-01)}', null); insert into u values ('{[1,2)}', '[1,3)', null)",
  },
]
