-- Event-sourced orders: what happened to each of them. `orders` is only a view of it, kept for questions over all orders.
create table if not exists order_events (
  order_id uuid not null,
  -- 1, 2, 3 … without a gap: whoever appends the same number second is refused
  version integer not null,
  type text not null,
  data jsonb not null,
  at bigint not null,
  primary key (order_id, version)
);

create table if not exists order_snapshots (
  order_id uuid primary key,
  version integer not null,
  view jsonb not null
);

alter table orders add column if not exists version integer not null default 1;

-- Orchestrated sagas: for which reply each of them waits.
create table if not exists sagas (
  order_id uuid primary key,
  version integer not null,
  state jsonb not null,
  request_id uuid,
  -- when it stops waiting; null once it has ended
  due_at bigint,
  traceparent text not null,
  correlation_id text not null
);
create index if not exists sagas_due on sagas (due_at) where due_at is not null;
