-- Stock, and what is set aside for orders.
create table if not exists stock (
  product_id text primary key,
  available integer not null check (available >= 0),
  -- of the count: one more with each change of it
  version bigint not null default 0
);

create table if not exists reservations (
  id bigint generated always as identity primary key,
  order_id uuid not null,
  product_id text not null,
  quantity integer not null,
  -- reserved, then committed or released
  state text not null,
  reserved_at bigint not null,
  ended_at bigint
);
create index if not exists reservations_open on reservations (order_id) where state = 'reserved';
