/** The user service's database: every statement here is one transaction. */
import { readFile } from 'node:fs/promises';
import type { Database, Statement } from '../kit/database.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { nowMs } from '../kit/time.ts';
import { USER_TOPIC, type UserTold } from './events.ts';
import { type Address, FIRST_PREFERENCES, type Preferences, sameAddress } from './rules.ts';

export interface Account {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly phone?: string;
  readonly preferences: Preferences;
}

export interface NewAccount {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly phone?: string;
  readonly passwordHash: string;
}

export interface Change {
  readonly name?: string;
  readonly phone?: string;
  readonly preferences?: Preferences;
}

export interface StoredAddress extends Address {
  readonly addressId: string;
}

export interface Partner {
  readonly secretHash: string;
  readonly scopes: readonly string[];
}

/** Account and event in one: both are there or none. No row comes back when the address is taken. */
const CREATE: Statement = {
  name: 'account-create',
  text: `with created as (
    insert into accounts (user_id, email, email_same, name, phone, password_hash, preferences, created_at)
    values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::bigint)
    on conflict (email_same) do nothing
    returning user_id
  ), ${queued(`select '${USER_TOPIC}', user_id, 'user.created', $9, $10, $11 from created`)}
  select * from queued`,
};

/** Account and event in one. What is null stays as it is. */
const CHANGE: Statement = {
  name: 'account-change',
  text: `with changed as (
    update accounts set name = coalesce($2, name), phone = coalesce($3, phone), preferences = coalesce($4::jsonb, preferences)
    where user_id = $1
    returning user_id, json_strip_nulls(json_build_object(
      'userId', user_id, 'email', email, 'name', name, 'phone', phone, 'preferences', preferences))::text as data
  ), ${queued(`select '${USER_TOPIC}', user_id, 'user.changed', data, $5, $6 from changed`)}
  select * from queued`,
};

const ACCOUNT = `user_id as "userId", email, name, phone, preferences`;
const FIND: Statement = { name: 'account-find', text: `select ${ACCOUNT} from accounts where user_id = $1` };
const LOGIN: Statement = {
  name: 'account-login',
  text: 'select user_id as "userId", password_hash as "passwordHash" from accounts where email_same = $1',
};
const PARTNER: Statement = {
  name: 'partner-find',
  text: 'select secret_hash as "secretHash", scopes from partners where client_id = $1',
};

const MOST_ADDRESSES = 20;
const ADDRESSES: Statement = {
  name: 'addresses-find',
  text: 'select address_id as "addressId", address from addresses where user_id = $1 order by created_at, address_id',
};
/** No row where there is no such account, or it has as many addresses as it may have. */
const PUT_ADDRESS: Statement = {
  name: 'address-put',
  text: `insert into addresses (user_id, address_id, address, created_at)
    select user_id, $2, $3::jsonb, $4::bigint from accounts
    where user_id = $1
      and (select count(*) from addresses where user_id = $1 and address_id <> $2) < ${MOST_ADDRESSES}
    on conflict (user_id, address_id) do update set address = excluded.address
    returning address_id`,
};
const REMOVE_ADDRESS: Statement = {
  name: 'address-remove',
  text: 'delete from addresses where user_id = $1 and address_id = $2 returning address_id',
};

const SEED: Statement = {
  name: 'user-seed',
  text: `with people as (
    insert into accounts (user_id, email, email_same, name, phone, password_hash, preferences, created_at)
    select "userId", email, lower(email), name, phone, "passwordHash", coalesce(preferences, $2::jsonb), $3::bigint
    from jsonb_to_recordset($1::jsonb->'accounts')
      as line ("userId" text, email text, name text, phone text, "passwordHash" text, preferences jsonb)
    on conflict do nothing
  )
  insert into partners (client_id, secret_hash, scopes)
  select "clientId", "secretHash", array(select jsonb_array_elements_text(scopes))
  from jsonb_to_recordset($1::jsonb->'partners') as line ("clientId" text, "secretHash" text, scopes jsonb)
  on conflict do nothing`,
};

export interface UserStore {
  /** Answers the event that tells of the account; no row when its address is taken. */
  create(account: NewAccount): Promise<OutboxRow[]>;
  /** Answers the event that tells of the change; no row when there is no such account. */
  change(userId: string, change: Change): Promise<OutboxRow[]>;
  find(userId: string): Promise<Account | undefined>;
  login(email: string): Promise<{ readonly userId: string; readonly passwordHash: string | null } | undefined>;
  partner(clientId: string): Promise<Partner | undefined>;
  addresses(userId: string): Promise<StoredAddress[]>;
  /** False when there is no such account, or it has too many. */
  putAddress(userId: string, addressId: string, address: Address): Promise<boolean>;
  removeAddress(userId: string, addressId: string): Promise<boolean>;
  /** Accounts and partners of a file, where they are not there yet. */
  seed(file: string): Promise<void>;
}

export function createUserStore(database: Database): UserStore {
  return {
    create({ userId, email, name, phone, passwordHash }) {
      const preferences = FIRST_PREFERENCES;
      const told: UserTold = { userId, email, name, ...(phone !== undefined && { phone }), preferences };
      return database.run<OutboxRow>(CREATE, [
        ...[userId, email, sameAddress(email), name, phone ?? null, passwordHash, JSON.stringify(preferences)],
        ...[nowMs(), JSON.stringify(told), ...originValues()],
      ]);
    },
    change: (userId, { name, phone, preferences }) =>
      database.run<OutboxRow>(CHANGE, [
        ...[userId, name ?? null, phone ?? null, preferences === undefined ? null : JSON.stringify(preferences)],
        ...originValues(),
      ]),
    async find(userId) {
      const [account] = await database.run<Account & { phone: string | null }>(FIND, [userId]);
      if (account === undefined) return undefined;
      const { phone, ...others } = account;
      return { ...others, ...(phone !== null && { phone }) };
    },
    login: async (email) =>
      (await database.run<{ userId: string; passwordHash: string | null }>(LOGIN, [sameAddress(email)]))[0],
    partner: async (clientId) => (await database.run<Partner>(PARTNER, [clientId]))[0],
    async addresses(userId) {
      const rows = await database.run<{ addressId: string; address: Address }>(ADDRESSES, [userId]);
      return rows.map(({ addressId, address }) => ({ addressId, ...address }));
    },
    putAddress: async (userId, addressId, address) =>
      (await database.run(PUT_ADDRESS, [userId, addressId, JSON.stringify(address), nowMs()])).length > 0,
    removeAddress: async (userId, addressId) => (await database.run(REMOVE_ADDRESS, [userId, addressId])).length > 0,
    seed: async (file) =>
      void (await database.run(SEED, [await readFile(file, 'utf8'), JSON.stringify(FIRST_PREFERENCES), nowMs()])),
  };
}
