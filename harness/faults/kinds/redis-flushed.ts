/** Redis flushed: everything a Redis holds is forgotten at once, as after a restart or a fail-over without a copy. There is nothing to take back. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { z } from 'zod';
import { HarnessError, type Lab, messageOf, systemClock, type Topology } from '../../core/index.ts';
import { defineFault } from '../fault.ts';

const ANSWER_MS = 5_000;

export default defineFault({
  name: 'redis-flushed',
  summary: 'empties a Redis at once; what was in it is gone for good',
  target: 'part',
  scopes: ['shared'],
  options: z.strictObject({}),
  example: 'redis-flushed redis',
  refuses: (topology: Topology, target: string) =>
    topology.stores[target]?.kind === 'redis' ? undefined : `"${target}" is no redis`,
  async inject({ lab, target }) {
    const firstHitAt = systemClock.now();
    const hits = await flush(lab, target);
    return {
      evidence: async () => ({
        hits,
        ...(hits > 0 && { firstHitAt }),
        countedBy: `keys that ${target} held before and forgot, by its own count`,
      }),
      undo: async () => undefined,
    };
  },
});

/** Past wire and Toxiproxy, as the superuser; answers how many keys there were. */
async function flush(lab: Lab, target: string): Promise<number> {
  const part = lab.descriptor.parts.find(({ name }) => name === target);
  const socket = connect({ host: part?.host ?? '127.0.0.1', port: part?.port ?? 0 });
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    await once(socket, 'connect', { signal });
    let said = '';
    socket.setEncoding('utf8').write(`AUTH ${lab.descriptor.token}\r\nDBSIZE\r\nFLUSHALL\r\n`);
    while (said.split('\r\n').length < 4) said += (await once(socket, 'data', { signal }))[0];
    const keys = /^\+OK\r\n:(\d+)\r\n\+OK\r\n/.exec(said)?.[1];
    if (keys === undefined) throw new Error(`it answered ${JSON.stringify(said.slice(0, 100))}`);
    return Number(keys);
  } catch (cause) {
    throw new HarnessError({
      code: 'fault-failed',
      message: `${target} could not be flushed: ${messageOf(cause)}`,
      hint: 'Is it up? See its log.',
      cause,
    });
  } finally {
    socket.destroy();
  }
}
