-- Wallets: money that customers hold with the shop. A balance never falls below zero.
alter table payments add column if not exists user_id text;
alter table payments add column if not exists method text not null default 'card';

create table if not exists wallets (
  user_id text primary key,
  balance integer not null check (balance >= 0)
);

-- Every movement: charged, refunded or voided for an order, credited by a voucher.
create table if not exists wallet_entries (
  id bigint generated always as identity primary key,
  user_id text not null,
  -- the order, or the voucher
  about text not null,
  kind text not null,
  amount integer not null,
  at bigint not null,
  unique (about, kind)
);
