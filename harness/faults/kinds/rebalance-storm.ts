/** Rebalance storm: heartbeats of the group behind one edge fail, so that its members join again and again. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

const REBALANCE_IN_PROGRESS = 27;

export default wireFault({
  name: 'rebalance-storm',
  summary: 'makes a consumer group rebalance over and over',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({}),
  example: "rebalance-storm 'payment->kafka'",
  operation: 'Heartbeat',
  action: () => ({ do: 'kafka-group-refused', error: REBALANCE_IN_PROGRESS }),
});
