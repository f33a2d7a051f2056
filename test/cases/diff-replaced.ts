/** Constraints that mean something else under their name. */
import type { DiffCase } from '../diff-cases.ts'

const both = `
  create table k (a integer not null, b integer not null, unique (a), unique (b), unique (a, b));
  create table t (id integer not null, n integer not null, m integer, a integer, b integer);
`
const comments = ['t_pkey', 'u', 'c', 'f', 'g']
  .map(name => `comment on constraint ${name} on t is 'about ${name}';`)
  .join(' ')

export const replacedCases: readonly DiffCase[] = [
  {
    name: 'constraints mean something else, and all that is on them stays',
    both,
    from: `alter table t add primary key (id), add constraint u unique (n), add constraint c check (n > 0),
      add constraint f foreign key (a) references k (a), add constraint g foreign key (b) references k (b) on delete cascade;
      alter table t replica identity using index u; alter table t cluster on t_pkey; ${comments}`,
    to: `alter table t add primary key (n, id), add constraint u unique (n, id) deferrable, add constraint c check (n > -5 and id <> 7),
      add constraint f foreign key (a, b) references k (a, b) on update cascade deferrable initially deferred, add constraint g foreign key (b) references k (b) not valid;
      alter table t cluster on t_pkey; ${comments}`,
    rows: 'insert into k values (1, 1), (2, 2); insert into t values (1, 1, 1, 1, 1), (2, 2, null, 2, 2)',
    there: 'insert into t values (3, 3, 3, 1, 1)',
  },
  {
    name: 'constraints mean something else, over columns that go and come',
    both: 'create table k (a integer primary key, b integer unique);',
    from: `create table t (id integer, n integer, gone integer, f integer, primary key (id, gone), constraint u unique (n, gone), constraint c check (n > gone),
      constraint f foreign key (f) references k (b), constraint e exclude (n with =));`,
    to: `create table t (id integer, n integer, f integer, come integer, primary key (id), constraint u unique (n, come), constraint c check (come is null or n > come),
      constraint f foreign key (f) references k (a), constraint e exclude (n with =, come with =));`,
  },
  {
    name: 'a primary key loses a column that may be null then, and one comes to be pointed to by another',
    both: '',
    from: 'create table t (id integer, n integer, primary key (id, n)); create table s (t integer, n integer, constraint f foreign key (t, n) references t (id, n)); create table t_pkey_new (a integer);',
    to: 'create table t (id integer, n integer, primary key (id)); create table s (t integer, n integer, constraint f foreign key (t) references t (id)); create table t_pkey_new (a integer);',
    rows: 'insert into t values (1, 1); insert into s values (1, 1)',
  },
  {
    name: 'constraints mean something else, where others inherit them or are partitions',
    both: '',
    from: `create table t (id integer, n integer, constraint c check (n > 0), constraint u unique (id)); create table h () inherits (t);
      create table p (id integer not null, n integer not null, constraint pc check (n > 0), constraint pu unique (id)) partition by range (id); create table p1 partition of p for values from (0) to (9);`,
    to: `create table t (id integer, n integer, constraint c check (n > 1), constraint u unique (id, n)); create table h () inherits (t);
      create table p (id integer not null, n integer not null, constraint pc check (n > 1), constraint pu unique (id, n)) partition by range (id); create table p1 partition of p for values from (0) to (9);`,
    rows: 'insert into h values (2, 2); insert into p values (2, 2)',
  },
]
