/** Pairs of schemas that hold what people write, and tools pass over. */
import type { DiffCase } from '../diff-cases.ts'

export const peopleCases: readonly DiffCase[] = [
  {
    name: 'checks that are not valid yet',
    both: '',
    from: `create table t (a integer, b integer, c integer); alter table t add constraint a check (a > 0) not valid, add constraint "B b" check (b > 0) not valid, add constraint c check (c > 0) not valid, add constraint stays check (a > 1) not valid; comment on constraint a on t is 'a';
      create table "T t" (a integer); alter table "T t" add check (a > 0) not valid; create table p (a integer) partition by list (a); create table p1 partition of p for values in (1); alter table p1 add constraint of_one check (a > 0) not valid;`,
    to: `create table t (a integer, b bigint, c integer); alter table t add constraint a check (a > 0), add constraint "B b" check (b > 0), add constraint c check (c > 1), add constraint stays check (a > 1) not valid; comment on constraint a on t is 'a';
      create table "T t" (a integer); alter table "T t" add check (a > 0); create table p (a integer) partition by list (a); create table p1 partition of p for values in (1); alter table p1 add constraint of_one check (a > 0);`,
    rows: 'insert into t values (2, 3, 4); insert into "T t" values (1); insert into p values (1)',
  },
  {
    name: 'NOT NULL of one table alone',
    both: '',
    from: `create table t (a integer not null no inherit, b integer not null, c integer constraint cc not null no inherit, d integer, e integer not null no inherit, f integer not null); create table k () inherits (t);
      create table up (a integer, b integer not null, c integer not null); create table down (a integer, b integer, c integer) inherits (up);
      create table h (a integer not null no inherit, b integer); create table l (constraint bb not null a, constraint c not null b) inherits (h);
      create table gone (a integer constraint aa not null no inherit); create table u (a integer not null, b integer not null no inherit);`,
    to: `create table t (a integer not null, b integer not null no inherit, c integer constraint ccc not null no inherit, d integer not null no inherit, e integer, f integer constraint ff not null no inherit); create table k () inherits (t);
      create table h (a integer not null no inherit, b integer); create table l (constraint ccc not null a no inherit) inherits (h); create table ll () inherits (l); create table up (a integer not null, b integer, c integer not null); create table down (a integer, b integer, c integer, d integer) inherits (up); create table low (a integer) inherits (up);
      create table fresh (a integer constraint aa not null no inherit); create table u (a integer not null no inherit, b integer not null, c integer not null no inherit);`,
    rows: 'insert into t values (1, 2, 3, 4, 5, 6); insert into k values (1, 2, 3, 4, 5, 6)',
  },
  {
    name: 'exclusions stay, change, and have other names',
    both: 'create extension if not exists btree_gist;',
    from: `create table t (id integer primary key, room text, during int4range, constraint stays exclude using gist (room with =, during with &&), constraint was exclude using gist (during with &&) where (id > 9),
        constraint changes exclude (room with =) where (id > 9), constraint retyped exclude (id with =), constraint goes exclude (room with =) where (id > 7), exclude (room with =) where (id > 5), constraint "With storage" exclude using gist (during with &&) where (id > 5)); comment on constraint was on t is 'c';
      create table gone (a integer, exclude (a with =)); create table w (a integer);`,
    to: `create table t (id bigint primary key, room text, during int4range, constraint stays exclude using gist (room with =, during with &&), constraint "Is" exclude using gist (during with &&) where (id > 9),
        constraint changes exclude (room with =) where (id > 8) deferrable, constraint retyped exclude (id with =), constraint "With storage" exclude using gist (during with &&) with (fillfactor = 70) where (id > 5)); comment on constraint "Is" on t is 'd';
      create table fresh (a integer, exclude (a with =)); alter table fresh add exclude (a with =); create table w (a integer, exclude (a with =));`,
    rows: "insert into t values (1, 'a', '[1,2)'), (2, 'b', '[1,2)'), (10, 'b', '[3,5)'); insert into w values (1), (2)",
  },
  {
    name: 'keys that say twice the same',
    both: '',
    from: 'create table t (a integer, b integer);',
    to: `create table t (a integer, b integer); create table k (a integer primary key, b integer unique, c integer); alter table k add unique (a), add constraint more unique (b), add unique (b) deferrable, add unique nulls not distinct (b);
      create table r (k integer references k (a), b integer references k (b)); alter table t add primary key (a), add constraint twice unique (a), add column d integer constraint e unique constraint f unique, add constraint g unique (d);
      create table x (a int4range, exclude using gist (a with &&)); alter table x add exclude using gist (a with &&); create table p (a integer primary key) partition by range (a); create table p1 partition of p for values from (1) to (2); alter table p add constraint p_again unique (a);`,
    rows: 'insert into t values (1, 2)',
  },
  {
    name: 'tables go whose checks and triggers call what is made again',
    both: '',
    from: `create type kind as enum ('a', 'b', 'c'); create table t (id integer primary key, k kind);
      create function is_kind(id integer, variadic kinds kind[]) returns boolean language sql stable as 'select true'; create function f(n integer) returns integer language sql immutable as 'select n'; create function g(n integer) returns integer language sql immutable as 'select n';
      create table gone (id integer default f(1) references t, k kind default 'c' check (is_kind(id, 'c', k)), n integer generated always as (g(id)) stored, exclude (f(id) with =)); create index on gone (f(id)) where g(id) > 0;
      create table heir (m integer check (f(m) > 0)) inherits (gone); create policy p on gone using (is_kind(id, 'a')); create view v as select f(id), is_kind(id, k) from gone;
      create function row_of(gone) returns integer language sql immutable as 'select 1';`,
    to: `create type kind as enum ('a', 'b'); create table t (id integer primary key, k kind);
      create function is_kind(i integer, variadic kinds kind[]) returns boolean language sql stable as 'select true'; create function f(n integer) returns bigint language sql immutable as 'select n'; create function g(m integer) returns integer language sql immutable as 'select m';`,
    rows: "insert into t values (1, 'a')",
  },
  {
    name: 'a function goes that takes values of an enum whose values go',
    both: 'create schema "S";',
    from: `create type "S".kind as enum ('a', 'b', 'c'); create domain d as integer; create table t (k "S".kind, d d); create function is_kind("S".kind[], k "S".kind, d) returns boolean language sql immutable as 'select true';
      create table gone (k "S".kind check (is_kind(array[k], 'c', 1)));`,
    to: `create type "S".kind as enum ('a', 'b'); create domain d as bigint; create table t (k "S".kind, d d);`,
    rows: "insert into t values ('a', 1)",
  },
  {
    name: 'what reads a column of another type, under whatever name, and what reads others',
    both: `create function f(anyelement) returns boolean language sql immutable as 'select true'; create function g() returns trigger language plpgsql as 'begin return new; end'; create table u (a integer, b integer);`,
    from: `create table t (a integer, b integer, c text);
      create view plain as select b, count(*) as n from t where c <> '' group by b; create view direct as select a from t; create view called as select x.one from t x(one, two); create view joined as select 1 as n from t natural join u; create view rows as select t from t;
      create view "using" as select j.x from (t join u using (a)) j(x); create view made as select n from plain; create materialized view m as select b from t; create rule r as on insert to u do also insert into t (b) values (new.b);
      create policy p on t using (b > 0); create policy q on t using (a > 0); create policy o on u using (exists (select from t where t.b = u.a)); create policy w on t using (f(t.*));
      create trigger one before update of b on t for each row when (new.b > 0) execute function g(); create trigger two before update of a on t for each row execute function g(); create trigger three before update on t for each row when (old.* is distinct from new.*) execute function g();
      create function body() returns bigint begin atomic select count(b) from t; end; create function other() returns bigint begin atomic select count(a) from t; end;`,
    to: `create table t (a bigint, b integer, c text);
      create view plain as select b, count(*) as n from t where c <> '' group by b; create view direct as select a from t; create view called as select x.one from t x(one, two); create view joined as select 1 as n from t natural join u; create view rows as select t from t;
      create view "using" as select j.x from (t join u using (a)) j(x); create view made as select n from plain; create materialized view m as select b from t; create rule r as on insert to u do also insert into t (b) values (new.b);
      create policy p on t using (b > 0); create policy q on t using (a > 0); create policy o on u using (exists (select from t where t.b = u.a)); create policy w on t using (f(t.*));
      create trigger one before update of b on t for each row when (new.b > 0) execute function g(); create trigger two before update of a on t for each row execute function g(); create trigger three before update on t for each row when (old.* is distinct from new.*) execute function g();
      create function body() returns bigint begin atomic select count(b) from t; end; create function other() returns bigint begin atomic select count(a) from t; end;`,
    rows: "insert into t values (1, 2, 'c')",
  },
  {
    name: 'keys between types of two kinds, of tables whose names are words of SQL',
    both: '',
    from: `create table "user" (name varchar(80) constraint one unique, n integer); create table "order" (name text references "user" (name), "User" text); create table "group" (name text); alter table "group" add foreign key (name) references "user" (name) not valid;
      create table "table" (id integer, name text references "user" (name), constraint t_key primary key (id)) partition by range (id); create table "column" partition of "table" for values from (1) to (2);`,
    to: `create table "user" (name varchar(80) constraint other primary key, n integer); create table "order" (name text references "user" (name), "User" text references "user" (name) on delete cascade deferrable); create table "group" (name text references "user" (name));
      create table "table" (id integer, name text references "user" (name) on delete cascade, constraint t_key primary key (id)) partition by range (id); create table "column" partition of "table" for values from (1) to (2); create table "end" (name text references "user" (name));`,
    rows: `insert into "user" values ('a', 1); insert into "order" values ('a', 'a'); insert into "table" values (1, 'a')`,
  },
  {
    name: 'a range comes and goes with what it was made with',
    both: '',
    from: 'create type span as range (subtype = timestamptz); create table t (a integer, s span, m span_multirange);',
    to: 'create table t (a integer);',
    rows: "insert into t values (1, '[2020-01-01,2021-01-01)', '{}')",
  },
  {
    name: 'tables go with their policies, which hold on to others',
    both: `create table stays (a integer, b integer, c integer); create function keeps(integer) returns boolean language sql stable as 'select true';`,
    from: `create table a (id integer); create table b (id integer); create view v as select id from a; create function goes(integer) returns boolean language sql stable as 'select true'; alter table stays add d integer; create type e as enum ('x', 'y'); create table f (e e);
      create policy own on a using (id > 0); create policy other on a using (exists (select from b)); create policy seen on b using (exists (select from v)); create policy called on b using (goes(id) and keeps(id)); create policy reads on b using (exists (select from stays s where s.d = b.id));
      create policy typed on b using (exists (select from stays s where s.a = b.id)); create policy kept on b using (exists (select from stays s where s.b = b.id)); create policy cast_to on b using (id::text::e = 'x'); alter table a enable row level security;`,
    to: "alter table stays alter a type bigint; create type e as enum ('x'); create table f (e e);",
    rows: 'insert into stays values (1, 2, 3, 4)',
    there: 'insert into stays values (5)',
  },
  {
    name: 'policies have other conditions, which read what comes and goes',
    both: '',
    from: `create function old() returns integer language sql stable as 'select 1'; create table o (a integer); create view v as select a from o; create function on_rows(o) returns boolean language sql stable as 'select true'; create type kind as enum ('a', 'b');
      create table t (a integer, gone integer, k kind); alter table t enable row level security; create policy p on t to pg_monitor, pg_read_all_data using (gone > old()) with check (a > 1); comment on policy p on t is 'c';
      create policy q on t using (exists (select from v where v.a = t.a)); create policy r on t using (exists (select from o where on_rows(o))); create policy s on t for select using (k <> 'a'); create policy other on t using (true); create policy both_ways on t using (a > 1);
      create table g (a integer, made integer generated always as (a + 1) stored); create policy p on g using (made > 1); create table part (a integer, b integer) partition by range (a); create table part1 partition of part for values from (1) to (2); create policy p on part using (a > 0); create table was_named (a integer); create policy p on was_named using (a > 0);`,
    to: `create function fresh() returns integer language sql stable as 'select 1'; create table n (a integer); create type kind as enum ('b', 'c');
      create table t (a integer, k kind, fresh integer); alter table t enable row level security; create policy p on t using (fresh > fresh()) with check (fresh > 1); comment on policy p on t is 'c';
      create policy q on t using (exists (select from n where n.a = t.a)); create policy r on t using (a > 0); create policy s on t for select using (k <> 'b'); create policy other on t as restrictive using (a > 1); create policy both_ways on t using (a > 1) with check (a > 1);
      create table g (a integer); create policy p on g using (a > 1); create table part (a integer, b integer) partition by range (a); create table part1 partition of part for values from (1) to (2); create policy p on part using (b > 0); create table was_named (b integer); create policy p on was_named using (b > 0);`,
    rows: "insert into t (a, k) values (1, 'b')",
  },
  {
    name: 'what only has another name is over what changes',
    both: '',
    from: `create function f(n integer) returns integer language sql immutable as 'select n'; create table e (id integer constraint old_key primary key, n integer unique, g integer generated always as (id + 1) stored, h integer generated always as (f(n)) stored);
      create table t (e integer constraint old_ref references e on delete cascade, n integer constraint n_ref references e (n), g integer generated always as (e + 1) stored, constraint old_check check (f(n) > 0)); create index old_index on t (g); create index old_call on t (f(n)); alter table t add constraint old_unique unique (g);`,
    to: `create function f(m integer) returns integer language sql immutable as 'select m'; create table e (id varchar(9) constraint new_key primary key, n integer unique, g integer, h integer default 3);
      create table t (e varchar(9) constraint new_ref references e on delete cascade, n integer constraint new_n_ref references e (n), g integer generated always as (n + 2) stored, constraint new_check check (f(n) > 0)); create index new_index on t (g); create index new_call on t (f(n)); alter table t add constraint new_unique unique (g);`,
    rows: 'insert into e values (1, 2); insert into t values (1, 2)',
  },
  {
    name: 'tables go that point to a column of another type',
    both: '',
    from: 'create table e (id integer primary key, n integer generated always as (1) stored unique); create table gone (e integer primary key references e, n integer references e (n)); create table goes (e integer references e, gone integer references gone);',
    to: 'create table e (id text primary key, n integer generated always as (2) stored unique);',
    rows: 'insert into e values (1); insert into gone values (1, null); insert into goes values (1, 1)',
  },
  {
    name: 'keys that only SQL says hold for all rows, and at another time',
    both: 'create table a (id integer primary key);',
    from: `create table b (id bigint, c bigint); alter table b add constraint f foreign key (id) references a not valid, add constraint "G" foreign key (c) references a on delete cascade deferrable, add constraint h foreign key (c) references a deferrable initially deferred not valid, add constraint moved foreign key (c) references a not valid;
      create table s (id bigint primary key, up integer); alter table s add constraint up foreign key (up) references s not valid; create table p (id bigint) partition by range (id); create table p1 partition of p for values from (1) to (5); alter table p add constraint part foreign key (id) references a; comment on constraint f on b is 'f';`,
    to: `create table b (id bigint, c bigint); alter table b add constraint f foreign key (id) references a, add constraint "G" foreign key (c) references a on delete cascade, add constraint h foreign key (c) references a, add constraint moved foreign key (c) references a on delete cascade;
      create table s (id bigint primary key, up integer); alter table s add constraint up foreign key (up) references s; create table p (id bigint) partition by range (id); create table p1 partition of p for values from (1) to (5); alter table p add constraint part foreign key (id) references a deferrable initially deferred; comment on constraint f on b is 'f';`,
    rows: 'insert into a values (1); insert into b values (1, 1); insert into s values (1, 1); insert into p values (1)',
  },
  {
    name: 'keys point to a column that is generated in another way',
    both: '',
    from: 'create table e (id integer primary key, n integer generated always as (1) stored unique); create table t (n integer references e (n), m bigint references e (n)); create table g (a integer, g integer generated always as (a) stored references e (id));',
    to: 'create table e (id integer primary key, n integer generated always as (1 + 0) stored unique); create table t (n integer references e (n), m bigint references e (n)); create table g (a integer, g integer generated always as (a + 0) stored references e (id));',
    rows: 'insert into e values (1); insert into t values (1, 1); insert into g values (1)',
  },
  {
    name: 'what is said of constraints stays where the literal comes to have words for them, or has none any more',
    both: '',
    from: `create table t (a integer, b integer not null, constraint e exclude using gist (int4range(a, a + 1) with &&), constraint u unique (b)); comment on constraint e on t is 'e'; alter table t add constraint c check (a > 0) not valid; comment on constraint c on t is 'c'; comment on constraint u on t is 'u';
      alter table t cluster on e; alter table t replica identity using index u;`,
    to: `create table t (a integer, b integer not null, constraint e exclude using gist (int4range(a, a + 1) with &&) with (fillfactor = 50), constraint u unique (b) include (a)); comment on constraint e on t is 'e'; alter table t add constraint c check (a > 0); comment on constraint c on t is 'c'; comment on constraint u on t is 'u';
      alter table t cluster on e; alter table t replica identity using index u;`,
    rows: 'insert into t values (1, 2)',
  },
  {
    name: 'times with all digits that they had, and addresses',
    both: '',
    from: 'create table t (a timestamp, b timestamptz, c time, d interval, e cidr, f interval day to second, g timestamp(6)); create index on t (a, e);',
    to: 'create table t (a timestamp(6), b timestamptz(6), c time(6), d interval(6), e inet, f interval day to second(6), g timestamp); create index on t (a, e);',
    rows: "insert into t values ('2020-01-01', '2020-01-01', '10:00', '1 day', '1.0.0.0/8', '1 day', '2020-01-01')",
  },
  {
    name: 'indexes of a column that goes read what is made again',
    both: '',
    from: `create type e as enum ('a', 'b', 'c'); create function f(integer) returns integer immutable language sql as 'select $1'; create table t (e e not null, n integer, gone integer, s integer);
      create unique index i on t (n, gone) where e <> 'c'; create index j on t (f(n), gone); create index k on t (gone) where s > 5; create index l on t (gone);`,
    to: `create type e as enum ('b', 'a'); create function f(integer) returns bigint immutable language sql as 'select $1'; create table t (e e not null, n integer, s text);`,
    rows: "insert into t values ('a', 2, 3, 4)",
  },
  {
    name: 'what is said of extensions',
    both: 'create extension if not exists btree_gist; create extension citext; create extension cube;',
    from: "comment on extension citext is 'ours'; comment on extension cube is null;",
    to: "comment on extension btree_gist is 'ours'; comment on extension citext is 'yours';",
  },
  {
    name: 'tables come to inherit and leave while those above change',
    both: '',
    from: `create table p (id integer, k text default 'k', n integer); create table t (id bigint default 5, k varchar(9), o integer, n integer); create table u (id integer, k text default 'k', n integer, o bigint) inherits (p);
      create table top (a integer, b integer, d integer default 1); create table low (a integer, b integer, d integer default 1) inherits (top); create table lowest () inherits (low);`,
    to: `create table p (id integer, k text default 'k', n bigint); create table t (id integer default 5, k text default 'k', n bigint, o bigint) inherits (p); create table u (id bigint, k varchar(9), n integer, o integer);
      create table top (a integer, z integer, b integer check (b > 0), d integer default 2); create table low (a integer, b integer, d integer default 1); create table lowest () inherits (low);`,
    rows: "insert into t values (1, 'a', 2, 3); insert into u values (1, 'a', 2, 3); insert into lowest values (1, 2, 3)",
  },
]
