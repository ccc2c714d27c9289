/** A process of its own that looks for the tools, all of which are there; prints how long that took in ms. */
import { ensureTools } from '../../harness/setup/index.ts';
import { SHOP_TOOLS } from './shop-lab.ts';

const fromMs = performance.now();
await ensureTools(SHOP_TOOLS, () => undefined);
process.stdout.write(`${performance.now() - fromMs}\n`);
