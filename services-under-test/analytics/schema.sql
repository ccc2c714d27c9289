-- What happened how often, by the hour.
create table if not exists counts (
  type text not null,
  -- epoch ms of the hour's beginning
  hour bigint not null,
  count bigint not null,
  amount bigint not null,
  primary key (type, hour)
);

-- Events that are counted.
create table if not exists inbox (
  event_id uuid primary key,
  at timestamptz not null default now()
);
