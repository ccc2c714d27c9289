-- The read side: everything about an order in one row, in parts that different services tell of.
create table if not exists history (
  order_id uuid primary key,
  placed jsonb,
  ending jsonb,
  stock jsonb,
  payment jsonb,
  shipment jsonb,
  -- taken out of `placed` for the lists
  user_id text,
  placed_at bigint,
  updated_at bigint not null
);
create index if not exists history_of_user on history (user_id, placed_at desc, order_id);

-- Events that are in.
create table if not exists inbox (
  event_id uuid primary key,
  at timestamptz not null default now()
);
