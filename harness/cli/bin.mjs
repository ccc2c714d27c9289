#!/usr/bin/env node
/** The command `faultline`: set-up of packages, then main.ts on Node 24. */
import { execOnNode } from '../setup/run-on-node.mjs';

await execOnNode(new URL('./main.ts', import.meta.url), process.argv.slice(2));
