/** Contracts can fail: a bug planted in a running provider turns the contract with its consumer red, and says what is missing. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import setup from '../../fixtures/contracts/setup.ts';
import { verifyContracts } from '../../harness/contracts/index.ts';
import type { Lab } from '../../harness/core/index.ts';
import type { Defect } from '../../harness/defects/index.ts';
import { plantDefect, removeDefect } from '../../harness/defects/plant.ts';
import { shopLab } from './shop-lab.ts';

const ROOT = join(import.meta.dirname, '..', '..');

let lab: Lab;
let letGo: () => Promise<void>;

beforeAll(async () => {
  ({ lab, letGo } = await shopLab());
});

afterAll(() => letGo?.());

interface Planted extends Pick<Defect, 'file' | 'find' | 'replace'> {
  readonly consumer: string;
  readonly provider: string;
  /** The interaction that turns red, and why. */
  readonly said: RegExp;
}

/**
 * In `services-under-test`; the words say what is wrong with the provider. None stops an order on its way: the lab is that of other
 * tests as well.
 */
const PLANTED: Readonly<Record<string, Planted>> = {
  'a member of a gRPC answer was renamed': {
    ...{ consumer: 'order', provider: 'catalog', file: 'catalog/grpc.ts', find: 'return { products };' },
    replace: 'return { products: products.map(({ price, ...rest }) => ({ ...rest, cost: price })) };',
    said: /^what does it cost: .*missing the following keys: price/,
  },
  'a gRPC answer always says yes': {
    ...{ consumer: 'order', provider: 'inventory', file: 'inventory/grpc.ts' },
    find: 'return { available: need.every(',
    replace: 'return { available: true || need.every(',
    said: /^is there more than there is: body \$\.message\.available: Expected true/,
  },
  'a gRPC refusal has another status': {
    ...{ consumer: 'gateway', provider: 'inventory', file: 'kit/grpc-server.ts' },
    ...{ find: '404: status.NOT_FOUND,', replace: '404: status.INTERNAL,' },
    said: /^look at the stock of what is not sold: body \$\.status: Expected 'INTERNAL'/,
  },
  'an event goes out under the name of another': {
    ...{ consumer: 'notification', provider: 'user', file: 'user/store.ts' },
    ...{ find: "user_id, 'user.changed', data", replace: "user_id, 'user.renamed', data" },
    said: /^user\.changed: .*last seen: \d of that key: .*type=user\.renamed/,
  },
  'a message that is taken is answered otherwise': {
    ...{ consumer: 'notification', provider: 'messages', file: 'message-sink/rules.ts' },
    ...{ find: 'return { status: 202, body:', replace: 'return { status: 200, body:' },
    said: /^send a message over sms: status: expected 202 but was 200/,
  },
  'who was forgotten is not told': {
    ...{ consumer: 'bff-web', provider: 'registry', file: 'registry/routes.ts' },
    find: 'if (!directory.heartbeat(service, id)) throw unknownInstance(id);',
    replace: 'directory.heartbeat(service, id);',
    said: /^say that it is alive when it was forgotten: status: expected 404 but was 204/,
  },
  'a list has another member for where somebody is': {
    ...{ consumer: 'gateway', provider: 'registry', file: 'registry/routes.ts' },
    find: 'const now = directory.list(service);',
    replace: `const { instances, ...rest } = directory.list(service);
  const now = { ...rest, instances: instances.map(({ id, address }) => ({ id, at: address })) };`,
    said: /^list the instances: .*missing the following keys: address/,
  },
};

test.for(Object.entries(PLANTED))('%s: the contract is red', async ([description, planted]) => {
  const { consumer, provider, file, find, replace, said } = planted;
  const about = { name: 'planted-in-a-provider', description, experiment: 'none', check: 'contract' };
  const defect = { ...about, service: provider, file: `services-under-test/${file}`, find, replace };
  await plantDefect(lab, defect, ROOT);
  try {
    const filter = { consumer, provider };
    const matrix = await verifyContracts(lab, { setup, filter, recordTimeoutMs: 4_000 });

    const red = matrix.pairs.flatMap(({ interactions }) => interactions.filter(({ verdict }) => verdict !== 'pass'));
    expect(red.map(({ description: title, problems }) => `${title}: ${problems.join('; ')}`)).toContainEqual(
      expect.stringMatching(said),
    );
    expect(matrix.verdict).toBe('fail');
  } finally {
    await removeDefect(lab, defect);
  }
});
