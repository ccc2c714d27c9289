-- Payments, and what has to be undone at the payment service provider.
create table if not exists payments (
  order_id uuid primary key,
  amount integer not null,
  -- pending, then charged or failed; charged, then refunded
  status text not null,
  charge_id text,
  reason text,
  -- Where the parcel goes: told to shipping once the order is paid.
  shipping_address_id text not null,
  began_at bigint not null,
  decided_at bigint
);
create index if not exists payments_pending on payments (began_at) where status = 'pending';

create table if not exists undos (
  order_id uuid not null,
  -- refund: a charge is given back because the shipment was refused
  -- void: nobody knows whether the psp charged; it is to forget the key, and to give back what it took
  kind text not null,
  amount integer not null,
  traceparent text not null,
  correlation_id text not null,
  asked_at bigint not null,
  done_at bigint,
  primary key (order_id, kind)
);
create index if not exists undos_open on undos (asked_at) where done_at is null;
