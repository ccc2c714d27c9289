/** Faults of connections, carried out by Toxiproxy (https://github.com/Shopify/toxiproxy) on the edge's own proxy. */
import { type ICreateToxicBody, Toxiproxy } from 'toxiproxy-node-client';
import type { z } from 'zod';
import { HarnessError, type HistoryRecord, type Lab, messageOf } from '../core/index.ts';
import { defineFault, edgeOf, evidenceOf, type FaultKind } from './fault.ts';

type ToxicBody = ICreateToxicBody<Record<string, number>>;

export interface ToxicFault<Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  readonly example: string;
  /** The toxic: Toxiproxy's type, stream and attributes (its units: ms, KB/s, bytes). */
  readonly toxic: (options: Options) => {
    readonly type: string;
    readonly stream: 'upstream' | 'downstream';
    readonly attributes: Record<string, number>;
  };
  /** One sentence: what of the wire's record shows that it took effect. */
  readonly countedBy: (options: Options) => string;
  readonly landed: (record: HistoryRecord, options: Options) => boolean;
}

/** A fault kind that adds one toxic to the target's proxy; it lands on everybody who uses the edge. */
export function toxicFault<Options>(fault: ToxicFault<Options>): FaultKind {
  return defineFault<Options>({
    name: fault.name,
    summary: fault.summary,
    target: 'edge',
    scopes: ['shared'],
    options: fault.options,
    example: fault.example,
    async inject({ lab, id, target, options, seen }) {
      edgeOf(lab, target);
      const proxy = await proxyOf(lab, target);
      const body = { ...fault.toxic(options), name: toxicName(id), toxicity: 1 };
      const toxic = await proxy.addToxic(body as ToxicBody).catch((cause) => {
        throw failed(`Toxiproxy refused the toxic ${fault.name} on ${target}: ${messageOf(cause)}`, cause);
      });
      let gone = false;
      return {
        evidence: async () =>
          evidenceOf(
            await seen(),
            fault.countedBy(options),
            (record) => 'edge' in record && record.edge === target && fault.landed(record, options),
          ),
        async undo() {
          if (gone) return;
          await toxic.remove();
          gone = true;
        },
      };
    },
  });
}

/** The Toxiproxy proxy of an edge (it is named like the edge). */
export async function proxyOf(lab: Lab, edge: string) {
  try {
    return await new Toxiproxy(lab.descriptor.toxiproxyUrl).get(edge);
  } catch (cause) {
    throw failed(`Toxiproxy does not know the proxy of edge ${edge}: ${messageOf(cause)}`, cause);
  }
}

function toxicName(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9_-]/g, '_');
}

function failed(message: string, cause: unknown): HarnessError {
  return new HarnessError({ code: 'fault-failed', message, hint: 'is the lab still up? see its toxiproxy log', cause });
}
