/** States in which notification asks the providers of messages. Used by contract verification only. */
import { randomUUID } from 'node:crypto';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'an order of whose end nobody was told': () => ({ orderId: randomUUID() }),
};

export default states;
