/** A lab as its testers hold it, from the descriptor alone: any process that may read it can attach. */
import { edgeId, HarnessError, type Lab, type LabDescriptor, nearestNames, waitFor } from '../core/index.ts';
import { wireClient } from '../wire/index.ts';
import { prober } from './probes.ts';
import { isAlive } from './process-table.ts';
import { sweepLab } from './sweep.ts';
import { wardenClient } from './warden-client.ts';

const WARDEN_GONE_WITHIN_MS = 5_000;

/** Nothing is asked yet: a lab that is gone shows itself on first use (`lab-lost`). */
export function attachLab(descriptor: LabDescriptor): Lab {
  const { parts } = wardenClient(descriptor.wardenUrl, descriptor.token);
  const probes = prober(descriptor);
  return {
    descriptor,
    topology: descriptor.topology,
    parts,
    wire: wireClient(descriptor.wireUrl, descriptor.token),
    address(caller, callee) {
      const wanted = edgeId({ caller, callee });
      const edge = descriptor.edges.find(({ id }) => id === wanted);
      if (edge) {
        const { host, wirePort, authorityFile } = edge;
        return { host, port: wirePort, ...(authorityFile !== undefined && { authorityFile }) };
      }
      const nearest = nearestNames(
        wanted,
        descriptor.edges.map(({ id }) => id),
      );
      const hint = nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : 'Add it to the edges of the topology.';
      throw new HarnessError({ code: 'unknown-name', message: `the lab has no edge ${wanted}`, hint });
    },
    probe: (probe) => probes.ask(probe),
    detach: () => probes.close(),
  };
}

/** Ends every process of the lab and removes its data; its logs stay. A lab whose warden is gone is swept. */
export async function takeDownLab(lab: Lab): Promise<void> {
  const { wardenUrl, token, run } = lab.descriptor;
  await lab.detach();
  try {
    const { pid } = await wardenClient(wardenUrl, token).shutdown();
    await waitFor(() => (isAlive(pid) ? undefined : true), {
      what: 'the warden to end',
      deadlineMs: WARDEN_GONE_WITHIN_MS,
      everyMs: 5,
    });
  } catch (error) {
    if (!(error instanceof HarnessError) || error.code !== 'lab-lost') throw error;
    await sweepLab(run);
  }
}
