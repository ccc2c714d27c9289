-- Mails to customers: one per order and terminal state.
create table if not exists mails (
  order_id uuid not null,
  order_state text not null,
  begun_at bigint not null,
  sent_at bigint,
  primary key (order_id, order_state)
);
create index if not exists mails_open on mails (begun_at) where sent_at is null;

-- Events whose mail is sent.
create table if not exists inbox (
  event_id uuid primary key,
  at timestamptz not null default now()
);
