-- Products, and the index by which they are found. The index is fed by events: it may lag behind, and can be rebuilt.
create table if not exists products (
  product_id text primary key,
  name text not null,
  category text not null,
  description text not null,
  price integer not null check (price >= 0),
  version integer not null default 1,
  changed_at bigint not null
);
create index if not exists products_category on products (category, product_id);

create table if not exists search_index (
  product_id text primary key,
  terms text[] not null,
  name text not null,
  category text not null,
  price integer not null,
  version integer not null,
  indexed_at bigint not null
);
create index if not exists search_terms on search_index using gin (terms);
