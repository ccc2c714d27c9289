-- Orders and the keys under which they were asked for.
create table if not exists orders (
  order_id uuid primary key,
  user_id text not null,
  email text not null,
  items jsonb not null,
  total integer not null,
  shipping_address_id text not null,
  payment_method text not null,
  status text not null default 'pending',
  reason text,
  trace_id text,
  placed_at bigint not null,
  finished_at bigint
);
create index if not exists orders_by_age on orders (placed_at);
create index if not exists orders_open on orders (placed_at) where status = 'pending';

create table if not exists idempotency_keys (
  user_id text not null,
  key text not null,
  body_hash text not null,
  answer text not null,
  order_id uuid not null,
  primary key (user_id, key)
);
