create table users (
  id bigint generated always as identity primary key,
  name text not null
);
insert into users (name) values ('Ada'), ('Grace');
