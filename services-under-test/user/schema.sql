-- Accounts, the addresses parcels go to, partners, and the keys that sign tokens.
create table if not exists accounts (
  user_id text primary key,
  -- As it was written, and as it is compared.
  email text not null,
  email_same text not null unique,
  name text not null,
  phone text,
  -- scrypt; none for an account nobody can log in to.
  password_hash text,
  preferences jsonb not null,
  created_at bigint not null
);

create table if not exists addresses (
  address_id text not null,
  user_id text not null references accounts,
  address jsonb not null,
  created_at bigint not null,
  primary key (user_id, address_id)
);

create table if not exists partners (
  client_id text primary key,
  secret_hash text not null,
  scopes text[] not null
);

-- A private key leaves this table only to sign. In production it would not leave a key management service at all.
create table if not exists signing_keys (
  kid text primary key,
  private_jwk jsonb not null,
  created_at bigint not null,
  signs_until bigint not null
);
