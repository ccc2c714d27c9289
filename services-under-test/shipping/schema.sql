-- What the carrier said about the parcel of an order.
create table if not exists shipments (
  id bigint generated always as identity primary key,
  order_id uuid not null,
  -- created, refused
  state text not null,
  shipment_id text,
  tracking text,
  reason text,
  decided_at bigint not null
);
create index if not exists shipments_by_order on shipments (order_id);
