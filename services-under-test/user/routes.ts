/** The user service's HTTP interface: register, log in, look after one's own account. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { callerOf } from '../kit/caller.ts';
import type { Logger } from '../kit/log.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { ProblemError } from '../kit/problem.ts';
import { readShape } from '../kit/shape.ts';
import { orUnavailable } from '../kit/unavailable.ts';
import type { PasswordDesk } from './password-desk.ts';
import { addressShape, loginShape, preferencesShape, profileShape, registrationShape } from './rules.ts';
import type { Change, UserStore } from './store.ts';
import type { Issue } from './tokens.ts';

export interface UserRoutes {
  readonly store: UserStore;
  readonly passwords: PasswordDesk;
  readonly issue: Issue;
  readonly relay: OutboxRelay;
  readonly log: Logger;
}

const CUSTOMER_SCOPES = ['shop'];

export function addRoutes(server: FastifyInstance, parts: UserRoutes): void {
  addDoor(server, parts);
  addOwnAccount(server, parts);
  addAddresses(server, parts);
}

/** What anybody may ask for. */
function addDoor(server: FastifyInstance, { store, passwords, issue, relay, log }: UserRoutes): void {
  server.post('/accounts', async (request, reply) => {
    const { email, name, phone, password } = readShape(registrationShape, request.body, 'Invalid account');
    const userId = randomUUID();
    const passwordHash = await passwords.hash(password);
    const account = { userId, email, name, ...(phone !== undefined && { phone }), passwordHash };
    const events = await stored(() => store.create(account), log);
    if (events.length === 0)
      throw new ProblemError(409, 'Address taken', { detail: 'there is an account of this address', field: 'email' });
    relay.wake(events);
    return reply.code(201).send({ userId, email, name });
  });

  /** Who does not exist and who has another password get the same answer after the same work. */
  server.post('/login', async (request) => {
    const { email, password } = readShape(loginShape, request.body, 'Invalid login');
    const account = await stored(() => store.login(email), log);
    const isRight = await passwords.matches(password, account?.passwordHash ?? undefined);
    if (!isRight || account === undefined)
      throw new ProblemError(401, 'Unauthorized', { detail: 'no account has this address and password' });
    const subject = { id: account.userId, scopes: CUSTOMER_SCOPES, isClient: false };
    return { ...(await stored(() => issue(subject), log)), userId: account.userId };
  });
}

/** What customers may ask about themselves. */
function addOwnAccount(server: FastifyInstance, { store, relay, log }: UserRoutes): void {
  const own = async (userId: string) => (await stored(() => store.find(userId), log)) ?? nobody(userId);
  const change = async (userId: string, wanted: Change) => {
    const events = await stored(() => store.change(userId, wanted), log);
    if (events.length === 0) nobody(userId);
    relay.wake(events);
    return own(userId);
  };

  server.get('/accounts/me', (request) => own(callerOf(request.headers)));
  server.patch('/accounts/me', (request) =>
    change(callerOf(request.headers), readShape(profileShape, request.body, 'Invalid profile')),
  );
  server.get('/accounts/me/preferences', async (request) => (await own(callerOf(request.headers))).preferences);
  server.put('/accounts/me/preferences', async (request) => {
    const preferences = readShape(preferencesShape, request.body, 'Invalid preferences');
    return (await change(callerOf(request.headers), { preferences })).preferences;
  });
}

function addAddresses(server: FastifyInstance, { store, log }: UserRoutes): void {
  server.get('/accounts/me/addresses', async (request) => ({
    addresses: await stored(() => store.addresses(callerOf(request.headers)), log),
  }));
  server.post('/accounts/me/addresses', async (request, reply) => {
    const address = readShape(addressShape, request.body, 'Invalid address');
    const addressId = `address-${randomUUID()}`;
    const isKept = await stored(() => store.putAddress(callerOf(request.headers), addressId, address), log);
    if (!isKept) throw tooMany();
    return reply.code(201).send({ addressId, ...address });
  });
  server.put<{ Params: { id: string } }>('/accounts/me/addresses/:id', async (request) => {
    const address = readShape(addressShape, request.body, 'Invalid address');
    const addressId = readAddressId(request.params.id);
    const isKept = await stored(() => store.putAddress(callerOf(request.headers), addressId, address), log);
    if (!isKept) throw tooMany();
    return { addressId, ...address };
  });
  server.delete<{ Params: { id: string } }>('/accounts/me/addresses/:id', async (request, reply) => {
    const { id } = request.params;
    const isGone = await stored(() => store.removeAddress(callerOf(request.headers), id), log);
    if (!isGone) throw new ProblemError(404, 'Address not found', { detail: `there is no address ${id}` });
    return reply.code(204).send();
  });
}

function readAddressId(id: string): string {
  if (/^[A-Za-z0-9._-]{1,100}$/.test(id)) return id;
  throw new ProblemError(400, 'Invalid address', {
    detail: 'id must be letters, digits, dots and dashes',
    field: 'id',
  });
}

function stored<Result>(work: () => Promise<Result>, log: Logger): Promise<Result> {
  return orUnavailable('the account service', work, log);
}

function nobody(userId: string): never {
  throw new ProblemError(404, 'Account not found', { detail: `there is no account ${userId}` });
}

function tooMany(): ProblemError {
  return new ProblemError(409, 'Address not kept', {
    detail: 'there is no such account, or it has too many addresses',
  });
}
