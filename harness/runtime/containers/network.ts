/** The network of one lab: only its own containers are in it. */
import { ownerMark } from './clean-up.ts';
import { type Engine, OWNER_LABEL, RUN_LABEL } from './engine.ts';

interface Inspected {
  readonly IPAM: { readonly Config: readonly { readonly Subnet: string }[] };
}

/**
 * Makes it and gives back its name. It belongs to the warden: where that is gone it is swept. It is made twice: only in a network whose
 * subnet was asked for may a container come back under its address, and only the engine knows which subnet is free.
 */
export async function makeNetwork(engine: Engine, run: string, wardenPid: number): Promise<string> {
  const name = `faultline-${run}`;
  const labels = { [RUN_LABEL]: run, [OWNER_LABEL]: ownerMark(wardenPid) };
  const body = { Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: labels };
  for (let attempt = 1; ; attempt++) {
    await engine.call('POST', '/networks/create', { body });
    const { IPAM } = await engine.call<Inspected>('GET', `/networks/${name}`);
    await engine.call('DELETE', `/networks/${name}`);
    const Config = IPAM.Config.map(({ Subnet }) => ({ Subnet }));
    try {
      await engine.call('POST', '/networks/create', { body: { ...body, IPAM: { Config } } });
      return name;
    } catch (error) {
      // Somebody else was given that subnet in between.
      if (attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

const MOST_ATTEMPTS = 5;
