/** Messages are handed to the broker for good: every Produce asks for the acknowledgement of all replicas. */
import { z } from 'zod';
import { type ExchangeRecord, edgeId, type Topology } from '../../core/index.ts';
import { groupBy } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

const ALL = -1;

export default defineCheck({
  name: 'durable-produce',
  summary: 'every Produce on the wire asks for acknowledgement by all replicas (acks = -1)',
  options: z.strictObject({
    /** Default: every Kafka edge. */
    edge: z.string().optional(),
  }),
  refuses: ({ name, edges }) =>
    edges.some(({ protocol }) => protocol === 'kafka') ? undefined : `topology ${name} has no Kafka edge`,
  underLoad: (options, topology) => ({ options, edges: edgesOf(topology, options.edge) }),
  judge(input, { edge }) {
    const edges = new Set(edgesOf(input.topology, edge));
    const produces = input.history.filter(
      (record): record is ExchangeRecord =>
        record.type === 'exchange' && record.operation === 'Produce' && edges.has(record.edge),
    );
    const weak = produces.filter(({ acks }) => acks !== ALL);
    const figures = { produces: produces.length, weak: weak.length };
    if (produces.length === 0) return noData('no Produce was seen', [], figures);
    const named = weak.map(
      ({ edge: on, acks, at }) => `Produce on ${on} at ${momentOf(input, at)} asked for acks ${acks ?? 'unknown'}`,
    );
    if (weak.length > 0)
      return fail(
        `${weak.length} of ${counted(produces.length, 'Produce', 'Produces')} did not ask for all replicas`,
        named,
        figures,
      );
    const producers = groupBy(produces, (record) => record.edge);
    return pass(
      `${counted(produces.length, 'Produce', 'Produces')} of ${counted(producers.size, 'producer')} asked for all replicas`,
      [],
      figures,
    );
  },
});

function edgesOf({ edges }: Topology, edge: string | undefined): string[] {
  return edge === undefined ? edges.filter(({ protocol }) => protocol === 'kafka').map(edgeId) : [edge];
}
