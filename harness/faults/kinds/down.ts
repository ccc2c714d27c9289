/** Down: the edge is cut. Its listener is closed, its connections are reset, and callers are refused as by a dead host. */
import { z } from 'zod';
import { defineFault, evidenceOf } from '../fault.ts';
import { proxyOf } from '../toxic-fault.ts';

export default defineFault({
  name: 'down',
  summary: 'cuts an edge: connections are reset, new ones are refused',
  target: 'edge',
  scopes: ['shared'],
  options: z.strictObject({}),
  example: "down 'payment->kafka'",
  async inject({ lab, target, seen }) {
    const proxy = await proxyOf(lab, target);
    // The wire first: it must be the one that cuts, for it counts what it cut.
    await lab.wire.setEdge(target, 'down');
    await proxy.update({ enabled: false, listen: proxy.listen, upstream: proxy.upstream });
    let up = false;
    return {
      evidence: async () =>
        evidenceOf(
          await seen(),
          'connections that were cut or refused, and exchanges that broke, at the wire',
          (record) =>
            'edge' in record &&
            record.edge === target &&
            ((record.type === 'connection' && (record.event === 'refused' || record.event === 'reset')) ||
              (record.type === 'exchange' && (record.outcome === 'reset' || record.outcome === 'refused'))),
        ),
      async undo() {
        if (up) return;
        await proxy.update({ enabled: true, listen: proxy.listen, upstream: proxy.upstream });
        await lab.wire.setEdge(target, 'up');
        up = true;
      },
    };
  },
});
