alter table users add column email text;

-- step
create unique index concurrently users_email_key on users (email);
