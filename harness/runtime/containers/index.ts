/** What booting a lab of containers needs; loaded only then. */
export { sweepByLabel } from './clean-up.ts';
export { engineAt } from './engine.ts';
export { containerKit } from './kit.ts';
export { makeNetwork } from './network.ts';
