/** Pairs of schemas with tables that are partitioned in another way, whose partitions stay. */
import type { DiffCase } from '../diff-cases.ts'

const calls = (parameter: string): string =>
  `create function f(${parameter} integer) returns integer immutable language sql as 'select ${parameter}';`

const people =
  "create table u (id integer primary key); create function tf() returns trigger language plpgsql as 'begin return new; end';"

/** A table with partitions on two levels, and all that a table can have. */
const tree = `create table q (id serial, k integer not null, at date not null, n integer constraint q_n references u on delete cascade, up integer, primary key (id, k, n), check (n > 0)) partition by list (k);
  create table q1 partition of q for values in (1); create table q2 partition of q for values in (2) partition by list (n); create table q21 partition of q2 for values in (1); create index on q (n); create index own on q1 (at); comment on table q is 'q'; grant select on q to pg_monitor;
  create view v as select * from q; create function rows() returns setof q language sql as 'select * from q'; create table r (id integer, k integer, n integer, foreign key (id, k, n) references q on delete cascade);
  alter table q enable row level security; create policy p on q using (n > 0); create trigger tr after update of n on q for each row execute function tf();`

const rows =
  "insert into u values (1); insert into q (k, at, n) values (1, '2020-01-01', 1), (2, '2020-01-01', 1); insert into r values (1, 1, 1), (2, 2, 1)"

const twoParts =
  'create table p (id integer not null, a integer) partition by list (id); create table p1 partition of p for values in (1); create table p2 partition of p for values in (2);'
const notAll =
  'alter table only p add primary key (id); alter table p1 add primary key (id); alter index p_pkey attach partition p1_pkey; create index i on only p (a); create index i1 on p1 (a); alter index i attach partition i1; create unique index j on only p (id, a);'

const withAll = (way: string): string =>
  `create table t (id integer primary key, a integer, b text not null default 'b', u integer references u, g integer generated always as (id * 2) stored, check (a > 0))${way}; create index on t (b); comment on table t is 't'; grant select on t to pg_monitor;
    alter table t enable row level security; alter table t force row level security; create policy p on t using (a > 1); create trigger tr before insert on t for each row execute function tf(); create view v as select * from t; create materialized view m as select count(*) from t;
    create function rows() returns setof t language sql as 'select * from t'; create table r (t integer references t, n integer); create publication p for table t;`
const ranges =
  ' create table t1 partition of t for values from (0) to (10); create table t2 partition of t for values from (10) to (20);'
const rowsOfAll =
  'insert into u values (1); insert into t (id, a, u) values (1, 2, 1), (11, 3, 1); insert into r values (1), (11)'

const family =
  'create table u (id integer primary key); create table q (id integer, k integer, u integer references u, primary key (id, k)) partition by list (k); create table q0 partition of q default; create table q3 partition of q for values in (3); create table s (id integer, k integer, foreign key (id, k) references q);'
const later =
  'create table q1 partition of q for values in (1) partition by list (id); create table q11 partition of q1 for values in (1); create table q12 partition of q1 for values in (2); create table q2 partition of q for values in (2);'

export const partitionCases: readonly DiffCase[] = [
  {
    name: 'a table is partitioned by what a function gives, whose parameter has another name',
    both: '',
    from: `${calls('a')} create table t (a integer) partition by list (f(a)); create table t1 partition of t for values in (1);`,
    to: `${calls('b')} create table t (a integer) partition by list (f(a)); create table t1 partition of t for values in (1);`,
    rows: 'insert into t values (1)',
  },
  {
    name: 'a table is partitioned by another column',
    both: '',
    from: 'create table t (a integer, b integer) partition by list (a); create table t1 partition of t for values in (1); create table t2 partition of t for values in (2); create index on t (a);',
    to: 'create table t (a integer, b integer) partition by list (b); create table t1 partition of t for values in (1); create table t3 partition of t for values in (3); create index on t (a);',
    rows: 'insert into t values (1, 1)',
  },
  {
    name: 'the column that a table is partitioned by has another type',
    both: people,
    from: tree,
    to: tree
      .replace('k integer not null', 'k bigint not null')
      .replace('id integer, k integer,', 'id integer, k bigint,'),
    rows,
  },
  {
    name: 'the column that partitions are partitioned by has another type',
    both: people,
    from: tree,
    to: tree.replace('n integer constraint', 'n bigint constraint').replace('n integer, foreign', 'n bigint, foreign'),
    rows,
  },
  {
    name: 'partitions are partitioned in another way',
    both: people,
    from: tree,
    to: tree.replace('by list (n)', 'by range (n)').replace('q2 for values in (1)', 'q2 for values from (1) to (2)'),
    rows,
  },
  {
    name: 'a table with an identity is partitioned in another way, and counts on',
    both: '',
    from: 'create table t (id integer generated always as identity, k integer) partition by list (k); create table t1 partition of t for values in (1);',
    to: 'create table t (id integer generated always as identity, k integer) partition by range (k); create table t1 partition of t for values from (1) to (2);',
    rows: 'insert into t (k) values (1), (1)',
    more: 'insert into t (k) values (1)',
  },
  {
    name: 'a table is partitioned by an enum that loses a value',
    both: '',
    from: "create type e as enum ('a', 'b', 'c'); create table t (e e) partition by list (e); create table ta partition of t for values in ('a');",
    to: "create type e as enum ('b', 'a'); create table t (e e) partition by list (e); create table ta partition of t for values in ('a');",
    rows: "insert into t values ('a')",
  },
  {
    name: 'a partition that keys point to has other bounds',
    both: '',
    from: 'create table t (id integer primary key, up integer references t) partition by range (id); create table t1 partition of t for values from (0) to (10); create table r (t integer references t);',
    to: 'create table t (id integer primary key, up integer references t) partition by range (id); create table t1 partition of t for values from (0) to (20); create table r (t integer references t);',
    rows: 'insert into t values (1, 1); insert into r values (1)',
  },
  {
    name: 'partitions go that stand beside others',
    both: family,
    from: later,
    to: '',
    rows: 'insert into u values (1); insert into q values (1, 1, 1), (2, 2, 1), (3, 3, 1)',
  },
  {
    name: 'partitions come beside others',
    both: family,
    from: '',
    to: later,
    rows: 'insert into u values (1); insert into q values (3, 3, 1)',
  },
  {
    name: 'partitions go while those that stay get indexes',
    both: '',
    from: 'create table p (id bigint, k text) partition by list (id); create table p1 partition of p for values in (1); create table p0 partition of p default; create table p3 partition of p for values in (3);',
    to: 'create table p (id bigint, k text) partition by list (id); create table p1 partition of p for values in (1, 2); create table p0 partition of p default; create index on p (k); alter table p add primary key (id);',
    rows: "insert into p values (1, 'x'), (3, 'z')",
  },
  {
    name: 'a table comes to be partitioned, and keeps its rows',
    both: people,
    from: withAll(''),
    to: withAll(' partition by range (id)') + ranges,
    rows: rowsOfAll,
  },
  {
    name: 'a table is no longer partitioned, and keeps its rows',
    both: people,
    from: withAll(' partition by range (id)') + ranges,
    to: withAll(''),
    rows: rowsOfAll,
  },
  {
    name: 'a table with a serial has other partitions, and keeps its rows',
    both: '',
    from: 'create table t (id serial, k integer, primary key (id, k)) partition by list (k); create table t1 partition of t for values in (1); create table t2 partition of t for values in (2); create index on t1 (k);',
    to: 'create table t (id serial, k integer, primary key (id, k)) partition by hash (id); create table h0 partition of t for values with (modulus 2, remainder 0); create table h1 partition of t for values with (modulus 2, remainder 1);',
    rows: 'insert into t (k) values (1), (2)',
    more: 'insert into t (k) values (1)',
  },
  {
    name: 'a table comes to be partitioned as its columns take other types',
    both: '',
    from: "create type e as enum ('a', 'b', 'c'); create table t (id integer generated always as identity, e e, es e[], n text);",
    to: "create type e as enum ('b', 'a'); create table t (id bigint generated always as identity, e e, es e[], n integer, m integer not null default 7) partition by list (e); create table t_aside partition of t for values in ('a'); create table tb partition of t default;",
    rows: "insert into t (e, es, n) values ('a', '{b}', '1'), ('b', null, null)",
    more: "insert into t (e) values ('a')",
  },
  {
    name: 'tables that point to each other come to be partitioned',
    both: '',
    from: 'create table s (id integer primary key, up integer, self integer references s); create table t (id integer primary key, up integer references s); alter table s add foreign key (up) references t;',
    to: 'create table s (id integer primary key, up integer, self integer references s) partition by list (id); create table s1 partition of s default; create table t (id integer primary key, up integer references s) partition by list (id); create table t1 partition of t default; alter table s add foreign key (up) references t;',
    rows: 'insert into s values (1, null, 1); insert into t values (1, 1), (2, 1); update s set up = 2',
  },
  {
    name: 'keys and indexes that not all partitions have come and go',
    both: twoParts,
    from: '',
    to: notAll,
    rows: 'insert into p values (1, 2)',
  },
  {
    name: 'keys and indexes that not all partitions have come to be of all',
    both: twoParts,
    from: notAll,
    to: 'alter table p add primary key (id); create index i on p (a);',
    rows: 'insert into p values (1, 2)',
  },
  {
    name: 'keys and indexes that not all partitions have go, and those of partitions stay',
    both: twoParts,
    from: notAll,
    to: 'alter table p1 add primary key (id); create index i1 on p1 (a);',
    rows: 'insert into p values (1, 2)',
  },
  {
    name: 'exclusions of partitioned tables, which make those of partitions',
    both: '',
    from: `create table comes (a integer, b integer) partition by range (a); create table p1 partition of comes for values from (1) to (5); create table p2 partition of comes for values from (5) to (9) partition by range (a); create table p3 partition of p2 for values from (5) to (7);
      create table changes (a integer, b integer, constraint "Of changes" exclude (a with =, b with =), constraint kept exclude (a with =), constraint was exclude (b with =, a with =)) partition by range (a); create table p4 partition of changes for values from (1) to (5); comment on constraint kept on changes is 'c';
      create table leaves (a integer, b integer, constraint alone exclude (a with =, b with =)) partition by range (a); create table p5 partition of leaves for values from (1) to (5); create table p6 (a integer, b integer, constraint p6_own exclude (a with =, b with =));
      create table own (a integer, b integer, constraint u unique (a, b), constraint c check (a > 0)) partition by range (a); create table p7 partition of own for values from (1) to (5); alter table p7 add constraint p7_own exclude (a with =, b with =);
      create table half (a integer, b integer) partition by range (a); create table p8 partition of half for values from (1) to (5); alter table only half add constraint half_only exclude (a with =);
      create table becomes (a integer, b integer, constraint f exclude (a with =, b with =));`,
    to: `create table comes (a integer, b integer, constraint e exclude (a with =, b with =)) partition by range (a); create table p1 partition of comes for values from (1) to (5); create table p2 partition of comes for values from (5) to (9) partition by range (a); create table p3 partition of p2 for values from (5) to (7);
      create table changes (a integer, b bigint, constraint "Of changes" exclude (a with =, b with =) where (b > 0), constraint kept exclude (a with =), constraint "is" exclude (b with =, a with =)) partition by range (a); create table p4 partition of changes for values from (1) to (5); comment on constraint kept on changes is 'd';
      create table leaves (a integer, b integer, constraint alone exclude (a with =, b with =)) partition by range (a); create table p5 (a integer, b integer, exclude (a with =, b with =)); create table p6 partition of leaves for values from (1) to (5);
      create table own (a integer, b integer, constraint above exclude (a with =, b with =), constraint v unique (a, b), constraint d check (a > 0)) partition by range (a); create table p7 partition of own for values from (1) to (5); alter table p7 add constraint p7_own exclude (a with =, b with =) where (b > 1);
      create table half (a integer, b integer) partition by range (a); create table p8 partition of half for values from (1) to (5);
      create table becomes (a integer, b integer, constraint f exclude (a with =, b with =)) partition by range (b); create table p9 partition of becomes for values from (1) to (5);`,
    rows: 'insert into comes values (1, 2), (6, 3); insert into changes values (1, 2); insert into leaves values (1, 2); insert into own values (1, 2); insert into becomes values (1, 2)',
  },
  {
    name: 'tables become partitions, and others point to those above',
    both: '',
    from: `create table t (id integer not null, k integer not null, gone text, primary key (id, k)); create table r (id integer, k integer, foreign key (id, k) references t); create table u (id integer, k integer, foreign key (id, k) references t);
      create table q (id integer not null, k integer not null, primary key (id, k)) partition by list (k); create table s (id integer, k integer); create table p3 (id integer not null, k integer not null, primary key (id, k)); create table p4 partition of q for values in (2);
      create table p5 (id integer not null, k integer not null, up integer, primary key (id, k), constraint up foreign key (up, k) references p5);`,
    to: `create table p (id integer not null, k integer not null, primary key (id, k)) partition by list (k); create table t partition of p for values in (1); create table r (id integer, k integer, foreign key (id, k) references p); create table p2 (id integer, k integer, foreign key (id, k) references p) partition by list (id); create table u partition of p2 default;
      create table q (id integer not null, k integer not null, primary key (id, k)) partition by list (k); create table s (id integer, k integer, foreign key (id, k) references q); create table p3 partition of q for values in (1); create table p4 (id integer not null, k integer not null, primary key (id, k)); create table w (id integer, k integer, foreign key (id, k) references q);
      create table above (id integer not null, k integer not null, up integer, primary key (id, k), constraint up foreign key (up, k) references above) partition by list (k); create table p5 partition of above for values in (1);`,
    rows: 'insert into t values (1, 1); insert into r values (1, 1); insert into u values (1, 1); insert into p3 values (1, 1); insert into s values (1, 1); insert into p5 values (1, 1, null), (2, 1, 1)',
  },
  {
    name: 'partitions take the bounds of those that go',
    both: 'create table u (id integer primary key); create function tf() returns trigger language plpgsql as $$ begin return new; end $$;',
    from: `create table p (a integer, b integer references u) partition by list (a); create table p1 partition of p for values in (1, 2); create table p2 partition of p for values in (3); create table p5 (a integer, b integer); create table p6 partition of p for values in (6) partition by list (b); create table p7 partition of p6 for values in (7);
      create view v as select * from p2; create trigger tr before insert on p2 for each row execute function tf(); create index on p2 (b);`,
    to: 'create table p (a integer, b integer references u) partition by list (a); create table p1 partition of p for values in (1); create table p3 partition of p for values in (2); create table p5 partition of p for values in (3, 4); create table p7 partition of p for values in (6);',
    rows: 'insert into u values (7); insert into p values (1, 7), (6, 7); insert into p5 values (4, 7)',
  },
  {
    name: 'indexes of partitioned tables are others under their names',
    both: '',
    from: `create table p (a integer, b integer, c text) partition by range (a); create table p1 partition of p for values from (0) to (10) partition by list (b); create table p11 partition of p1 for values in (1); create table p2 partition of p for values from (10) to (20);
      create index i on p (c); create unique index u on p (a, b) include (c); create index k on p1 (a); create index w on p ((a + b)) where b > 1; create index n on p (b); comment on index i is 'i'; comment on index p2_c_idx is 'c'; comment on index p11_c_idx is 'c';`,
    to: `create table p (a integer, b integer, c text) partition by range (a); create table p1 partition of p for values from (0) to (10) partition by list (b); create table p11 partition of p1 for values in (1); create table p2 partition of p for values from (10) to (20);
      create index i on p (c desc); create unique index u on p (a desc, b) include (c); create index k on p1 (a desc); create index w on p ((a + b)) where b > 2; create index m on p (b desc); comment on index i is 'i'; comment on index p2_c_idx is 'c'; comment on index p11_c_idx is 'c';`,
    rows: "insert into p values (1, 1, 'x'), (11, 2, 'y')",
  },
  {
    name: 'comments of indexes of partitions stay while a column has another type',
    both: '',
    from: `create table p (a integer, b integer) partition by range (a); create table p1 partition of p for values from (0) to (10); create index i on p (b) where b > 1; comment on index p1_b_idx is 'c';`,
    to: `create table p (a integer, b bigint) partition by range (a); create table p1 partition of p for values from (0) to (10); create index i on p (b desc) where b > 1; comment on index p1_b_idx is 'c';`,
    rows: 'insert into p values (1, 1)',
  },
  {
    name: 'defaults and NOT NULLs that partitions have otherwise than the table they are of',
    both: '',
    from: `create table p (a integer, b integer default 1, c text not null default 'p', d integer, e integer default 3) partition by range (a); create table p1 partition of p (b default 5, c default 'own', d default 7 not null) for values from (1) to (10); create table p2 partition of p for values from (10) to (20) partition by list (d);
      create table p4 partition of p2 (b default 6, d not null) for values in (1); alter table p2 alter e set default 9; create table p3 (e integer, d integer, c text not null, b integer default 8, a integer); alter table p attach partition p3 for values from (20) to (30);`,
    to: `create table p (a integer, b bigint default 2, c text not null default 'q', d integer not null default 4, e integer) partition by range (a); create table p1 partition of p (b default 5, c default 'own', d default 7) for values from (1) to (10); create table p2 partition of p for values from (10) to (20) partition by list (d);
      create table p4 partition of p2 (b default 6) for values in (1); alter table p2 alter e set default 9; create table p3 (e integer, d integer not null, c text not null, b bigint default 8, a integer); alter table p attach partition p3 for values from (20) to (30);`,
    rows: 'insert into p (a, d) values (1, 2), (11, 1), (21, 3)',
  },
  {
    name: 'tables below have defaults of their own, and columns that they say too',
    both: '',
    from: `create table p (a integer, c integer default 1, e integer, f integer default 1) partition by list (a); create table p1 partition of p for values in (1) partition by list (c); alter table p1 alter c set default 2, alter e set default 8, alter f set default 7; create table p2 partition of p for values in (2); create table p3 partition of p1 for values in (3); alter table p3 alter e set default 9;
      create table up (a integer, b text, c integer default 1, e text, f integer default 1, g integer); create table q (b text, c integer default 2, e text default 'x') inherits (up); create table r (c integer) inherits (up); create table s () inherits (q); alter table r alter c set default 7, alter f set default 8;`,
    to: `create type kind as enum ('x', 'y'); create table p (a integer, c integer default 5, e integer default 3, f bigint default 1) partition by list (a); create table p1 partition of p for values in (1) partition by list (c); alter table p1 alter c set default 2, alter e set default 9, alter f set default 7; create table p2 partition of p for values in (2); create table p3 partition of p1 for values in (3); alter table p3 alter e set default 9;
      create table up (a bigint, b varchar(9), c bigint default 1 not null, e kind, f integer, g integer default 4); create table q (b varchar(9), c bigint default 3, e kind default 'x') inherits (up); create table r (c bigint) inherits (up); create table s () inherits (q); alter table r alter c set default 7, alter f set default 8;`,
    rows: "insert into p values (2, 1), (1, 3); insert into q (a, b) values (1, 'b'); insert into r values (1, 'b', 3, 'y')",
  },
  {
    name: 'partitioned tables that point to each other and to themselves are made again, and lose a column',
    both: '',
    from: `create table p (a integer primary key, b integer references p, gone integer) partition by range (a); create table p1 partition of p for values from (1) to (10); create table p2 partition of p for values from (10) to (20); create table q (x integer references p, y integer) partition by range (x); create table q1 partition of q for values from (1) to (100); create table r (x integer references p);`,
    to: `create table p (a bigint primary key, b bigint references p on delete cascade) partition by range (a); create table p1 partition of p for values from (1) to (11); create table p2 partition of p for values from (11) to (20); create table q (x bigint references p, y integer) partition by range (x); create table q1 partition of q for values from (1) to (100); create table r (x bigint references p);`,
    rows: 'insert into p values (1, 1), (12, 1); insert into q values (1, 2), (12, 3); insert into r values (12)',
  },
]
