-- How customers want to hear of their orders, as the user service told last.
create table if not exists contacts (
  user_id text primary key,
  phone text,
  by_sms boolean not null,
  by_push boolean not null,
  told_at bigint not null
);
alter table mails add column if not exists user_id text;
