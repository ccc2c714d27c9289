-- To whom it is told that something is undone, where that was commanded.
alter table undos add column if not exists request_id uuid;
alter table undos add column if not exists reply_to text;
