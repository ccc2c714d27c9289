/** The network of one lab: only its own containers are in it. */
import { ownerMark } from './clean-up.ts';
import { type Engine, OWNER_LABEL, RUN_LABEL } from './engine.ts';

/** Makes it and gives back its name. It belongs to the warden: where that is gone it is swept. */
export async function makeNetwork(engine: Engine, run: string, wardenPid: number): Promise<string> {
  const name = `faultline-${run}`;
  const labels = { [RUN_LABEL]: run, [OWNER_LABEL]: ownerMark(wardenPid) };
  const body = { Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: labels };
  await engine.call('POST', '/networks/create', { body });
  return name;
}
