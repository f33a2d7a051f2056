/** Pairs of schemas whose tables inherit columns, also such as they have as their own, too. */
import type { DiffCase } from '../diff-cases.ts'

export const inheritanceCases: readonly DiffCase[] = [
  {
    name: 'columns that a table has as its own and from above',
    both: '',
    from: `create table p (a integer default 1, b integer default 3, d text, gone integer, check (a > 0)); create table c (a integer default 2, b integer default 4, d text, gone integer, own text, check (a > 0)) inherits (p); create table cc (a integer, z integer) inherits (c); create table i () inherits (c);`,
    to: `create table p (a bigint default 1, b integer default 5, d varchar(9), fresh integer default 1, check (a > 1)); create table c (a bigint default 2, b integer default 6, d varchar(9), fresh integer default 1, own text, check (a > 1)) inherits (p); create table cc (a bigint, fresh integer, z integer) inherits (c); create table i () inherits (c);`,
    rows: "insert into p (a, d) values (2, 'p'); insert into c (a, d) values (3, 'c'); insert into cc (a, d) values (4, 'cc'); insert into i (a, d) values (5, 'i')",
  },
  {
    name: 'generated columns that a table has as its own and from above',
    both: '',
    from: 'create table p (a integer, b integer generated always as (a * 2) stored, c integer generated always as (a + 2) stored); create table c (a integer, b integer generated always as (a * 2) stored, c integer generated always as (a + 2) stored) inherits (p); create table i () inherits (p);',
    to: 'create table p (a integer, b integer generated always as (a * 3) stored, c integer); create table c (a integer, b integer generated always as (a * 3) stored, c integer) inherits (p); create table i () inherits (p);',
    rows: 'insert into p (a) values (1); insert into c (a) values (2); insert into i (a) values (3)',
  },
  {
    name: 'defaults that tables have otherwise than those above',
    both: '',
    from: `create table p (a integer default 1, b integer default 3, c text); create table k () inherits (p); alter table k alter a set default 2, alter b set default 9, alter c set default 'k'; create table kk () inherits (k); alter table kk alter a drop default; create table l (a integer default 7, b integer default 8, c text) inherits (p);`,
    to: `create table p (a bigint default 5, b integer default 6, c text default 'p'); create table k () inherits (p); alter table k alter a set default 2, alter b set default 9, alter c set default 'k'; create table kk () inherits (k); alter table kk alter a drop default; create table l (a bigint default 7, b integer default 8, c text) inherits (p);`,
    rows: 'insert into p values (1); insert into k values (1); insert into kk values (1); insert into l values (1)',
  },
]
