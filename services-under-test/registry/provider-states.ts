/** States in which the registry is asked: each in a service of its own, so the shop's own instances are left alone. Used by contract verification only. */
import { randomBytes } from 'node:crypto';
import type { StateHandlers } from '../../harness/contracts/index.ts';

/** A service that nobody else asks for. */
const newService = () => `contract-${randomBytes(4).toString('hex')}`;

const states: StateHandlers = {
  'nobody is registered': () => ({ service: newService() }),
  'an instance is registered': async ({ url, params, signal }) => {
    const service = newService();
    const place = `${url('registry')}/services/${service}/instances`;
    const answer = await fetch(place, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: params.id, address: '127.0.0.1:4000' }),
      signal,
    });
    if (answer.status !== 201) throw new Error(`the registry answered ${answer.status} to an instance`);
    const { version } = (await (await fetch(place, { signal })).json()) as { version: number };
    return { service, before: version - 1 };
  },
};

export default states;
