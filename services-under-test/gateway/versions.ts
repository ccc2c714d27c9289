/** Version 2 of the public order interface, as a transformation of what the order service speaks: money with its currency, times as ISO 8601. */
import { ProblemError } from '../kit/problem.ts';

const CURRENCY = 'EUR';

interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** A v2 order request as the order service understands it. */
export function orderOfV2(body: unknown): unknown {
  const { lines, shipTo, payWith, ...others } = objectOf(body);
  refuseOthers(others);
  if (!Array.isArray(lines)) throw wrong('lines', 'must be a list of at least one line');
  return {
    items: lines.map((line, index) => {
      const { productId, quantity, unitPrice, ...more } = objectOf(line);
      refuseOthers(more, `lines[${index}].`);
      return { productId, quantity, price: centsOf(unitPrice, `lines[${index}].unitPrice`) };
    }),
    shippingAddressId: shipTo,
    paymentMethod: payWith,
  };
}

/** An order as v2 shows it. */
export function orderToV2(body: unknown): unknown {
  const { orderId, status, total, items, placedAt, finishedAt, reason, ...others } = objectOf(body);
  return {
    id: orderId,
    state: status,
    total: moneyOf(total),
    ...(Array.isArray(items) && { lines: items.map(lineOf) }),
    ...(typeof placedAt === 'number' && { placedAt: new Date(placedAt).toISOString() }),
    ...(typeof finishedAt === 'number' && { finishedAt: new Date(finishedAt).toISOString() }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof others.shippingAddressId === 'string' && { shipTo: others.shippingAddressId }),
    ...(typeof others.paymentMethod === 'string' && { payWith: others.paymentMethod }),
  };
}

/** Stock as v2 shows it: how much there is, and whether that is anything. */
export function stockToV2(body: unknown): unknown {
  const { productId, available } = objectOf(body);
  return { productId, available, inStock: typeof available === 'number' && available > 0 };
}

/** A problem document about a v1 order, told in the words of v2. */
export function problemToV2(body: unknown): unknown {
  const problem = objectOf(body);
  const { field, detail } = problem;
  if (typeof field !== 'string') return body;
  const told = WORDS.reduce((name, [v1, v2]) => name.replace(v1, v2), field);
  return { ...problem, field: told, ...(typeof detail === 'string' && { detail: detail.replace(field, told) }) };
}

const WORDS: readonly (readonly [string, string])[] = [
  ['items', 'lines'],
  ['.price', '.unitPrice'],
  ['shippingAddressId', 'shipTo'],
  ['paymentMethod', 'payWith'],
];

function lineOf(item: unknown) {
  const { productId, quantity, price } = objectOf(item);
  return { productId, quantity, unitPrice: moneyOf(price) };
}

function moneyOf(cents: unknown): Money {
  const whole = typeof cents === 'number' ? cents : 0;
  return { amount: (whole / 100).toFixed(2), currency: CURRENCY };
}

/** Cents of `{ amount: "19.99", currency: "EUR" }`: counted in digits, never by a fraction. */
function centsOf(money: unknown, field: string): number {
  const { amount, currency, ...others } = objectOf(money);
  refuseOthers(others, `${field}.`);
  const digits = typeof amount === 'string' ? /^(\d{1,9})\.(\d{2})$/.exec(amount) : null;
  if (digits === null) throw wrong(`${field}.amount`, 'must be a text like "19.99"');
  if (currency !== CURRENCY) throw wrong(`${field}.currency`, `must be ${CURRENCY}`);
  return Number(digits[1]) * 100 + Number(digits[2]);
}

function refuseOthers(others: Readonly<Record<string, unknown>>, prefix = ''): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw wrong(`${prefix}${name.slice(0, 100)}`, 'is not known');
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function wrong(field: string, must: string): ProblemError {
  return new ProblemError(400, 'Invalid order', { detail: `${field} ${must}`, field });
}
