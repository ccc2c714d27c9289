/** States in which shipping asks the carrier. Used by contract verification only. */
import { randomUUID } from 'node:crypto';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'an order that was not shipped yet': () => ({ orderId: randomUUID() }),
};

export default states;
