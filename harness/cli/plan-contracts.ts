/** The contracts of the project: read and checked before anything is booted. */
import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type ContractSetup, planVerification } from '../contracts/index.ts';
import { HarnessError, messageOf, type Topology } from '../core/index.ts';
import { PLACES } from './project.ts';

/**
 * How the contracts of this topology are verified; undefined where there are none for it. Throws `bad-file` for a pact file that
 * was cut or edited, `bad-config` where the set-up cannot be loaded.
 */
export async function planContracts(topology: Topology): Promise<ContractSetup | undefined> {
  const setup = await loadSetup();
  if (setup === undefined || (setup.topologies && !setup.topologies.includes(topology.name))) return undefined;
  await planVerification(setup.pactFolder);
  return setup;
}

async function loadSetup(): Promise<ContractSetup | undefined> {
  const file = PLACES.contracts;
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  const refuse = (why: string, cause?: unknown) =>
    new HarnessError({
      code: 'bad-config',
      message: `the contract set-up ${file} ${why}`,
      hint: 'end it with `export default setup`, a ContractSetup',
      cause,
    });
  const module: { default?: Partial<ContractSetup> } = await import(pathToFileURL(file).href).catch((cause) => {
    throw refuse(`cannot be loaded: ${messageOf(cause)}`, cause);
  });
  if (typeof module.default?.pactFolder === 'string' && typeof module.default.providers === 'object')
    return module.default as ContractSetup;
  throw refuse('has no default export with pactFolder and providers');
}
