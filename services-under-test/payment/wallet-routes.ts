/** Wallets and invoices over HTTP: what a customer holds, vouchers that add to it, and the papers of an order. */
import type { FastifyInstance } from 'fastify';
import type { Database, Statement } from '../kit/database.ts';
import { keyOf } from '../kit/idempotency.ts';
import { ProblemError } from '../kit/problem.ts';
import { readShape } from '../kit/shape.ts';
import { voucherShape } from './rules.ts';
import type { Wallets } from './wallet.ts';

const INVOICES: Statement = {
  name: 'invoices-of',
  text: `select number, kind, amount, issued_at as "issuedAt" from invoices where order_id = $1::uuid order by number`,
};

export function addWalletRoutes(server: FastifyInstance, wallets: Wallets, database: Database): void {
  server.get('/wallet', async (request) => {
    const userId = userOf(request.headers['x-user-id']);
    return { userId, balance: await wallets.balance(userId) };
  });

  /** A voucher adds once: its id is the idempotency key. */
  server.post('/wallet/vouchers', async (request, reply) => {
    const userId = userOf(request.headers['x-user-id']);
    const voucher = keyOf(request.headers['idempotency-key']);
    const { amount } = readShape(voucherShape, request.body, 'Invalid voucher');
    await wallets.credit(userId, `${userId} ${voucher}`, amount);
    return reply.code(201).send({ userId, balance: await wallets.balance(userId) });
  });

  server.get<{ Params: { orderId: string } }>('/invoices/:orderId', async ({ params: { orderId } }) => {
    const papers = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(orderId)
      ? await database.run(INVOICES, [orderId])
      : [];
    if (papers.length > 0) return { orderId, papers };
    throw new ProblemError(404, 'Invoice not found', { detail: `there is no invoice of order ${orderId}` });
  });
}

function userOf(header: unknown): string {
  if (typeof header === 'string' && /^[\x21-\x7e]{1,100}$/.test(header)) return header;
  throw new ProblemError(400, 'User missing', { detail: 'the header x-user-id is missing', field: 'x-user-id' });
}
