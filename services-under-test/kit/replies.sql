-- Replies that were given to commands: a command that comes again is answered again, without doing its work again.
create table if not exists replies (
  request_id uuid primary key,
  topic text not null,
  key text not null,
  type text not null,
  data text not null,
  at timestamptz not null default now()
);
