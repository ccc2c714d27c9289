-- What was last known of the way of a parcel: answered while the carrier is away.
create table if not exists tracking (
  order_id uuid primary key,
  steps jsonb not null,
  known_at bigint not null
);
