-- Carts. A guest's has no user; a customer has one open cart at a time.
create table if not exists carts (
  cart_id uuid primary key,
  user_id text,
  lines jsonb not null default '[]',
  -- Grows with each change: a change of what somebody else has changed meanwhile is made anew.
  version integer not null default 0,
  -- open, then checked_out or merged
  state text not null default 'open',
  merged_into uuid,
  changed_at bigint not null
);
create unique index if not exists carts_open on carts (user_id) where state = 'open';
