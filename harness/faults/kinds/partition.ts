/** Partition: a part is cut off the network; its process goes on and its connections stay. The undo puts it back under the same address. */
import { z } from 'zod';
import { pressureFault } from '../pressure-fault.ts';

export default pressureFault({
  name: 'partition',
  summary: 'cuts a part off the network: disconnected by the engine, or every packet dropped; its connections stay',
  options: z.strictObject({ how: z.enum(['disconnect', 'drop']).default('disconnect') }),
  example: 'partition payment --option how=drop',
  pressure: ({ how }) => ({ on: 'network', how }),
  alsoSeen: {
    as: 'exchanges and connections on its edges that broke or were given up, at the wire',
    landed: (record) =>
      (record.type === 'exchange' && record.outcome !== 'answered') ||
      (record.type === 'connection' && (record.event === 'refused' || record.event === 'reset')),
  },
});
