-- Invoices: one for every charge, and a credit note for what is given back. Written by the transaction that changes the
-- payment, whichever way that comes about, so no statement of the service can forget one.
create table if not exists invoices (
  number bigint generated always as identity primary key,
  order_id uuid not null,
  -- invoice, credit-note
  kind text not null,
  amount integer not null,
  issued_at bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint,
  unique (order_id, kind)
);

create or replace function issue_invoice() returns trigger language plpgsql as $$
begin
  if new.status = 'charged' then
    insert into invoices (order_id, kind, amount) values (new.order_id, 'invoice', new.amount)
    on conflict (order_id, kind) do nothing;
  elsif new.status in ('refunded', 'voided') then
    insert into invoices (order_id, kind, amount)
    select order_id, 'credit-note', amount from invoices where order_id = new.order_id and kind = 'invoice'
    on conflict (order_id, kind) do nothing;
  end if;
  return null;
end
$$;
create or replace trigger payments_invoiced after insert or update of status on payments
  for each row execute function issue_invoice();
