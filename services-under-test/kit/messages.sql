-- The two tables of reliable messaging. Every service that sends or receives events has them in its own database.

-- Events that are decided but not yet on the broker. A row is deleted once the broker has acknowledged it.
create table if not exists outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null default gen_random_uuid(),
  topic text not null,
  key text not null,
  type text not null,
  data text not null,
  traceparent text not null,
  correlation_id text not null,
  at bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint
);

-- Events whose effect is in this database.
create table if not exists inbox (
  event_id uuid primary key,
  at timestamptz not null default now()
);
