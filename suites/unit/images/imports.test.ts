/** The image of the services holds what its source imports, whoever adds an import. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagesBelow, packagesIn } from '../../../fixtures/images/imports.ts';
import { SERVICES_SOURCE } from '../../../harness/runtime/containers/images.ts';
import { projectRoot } from '../../../harness/topology/index.ts';

test('every form of import counts, paths and modules of Node do not', () => {
  const source = `
    import 'reflect-metadata';
    import { one } from 'first';
    import type { Two } from "second/deep/inside";
    export { three } from '@scope/third/deep';
    import { readFileSync } from 'node:fs';
    import { near } from './near.ts';
    const four = await import('fourth');
    const five = await import( '../five.ts' );`;
  expect(packagesIn(source)).toEqual(['reflect-metadata', 'first', 'second', '@scope/third', 'fourth']);
});

test('what the services import are packages that are installed', () => {
  const root = projectRoot();
  const packages = packagesBelow(root, SERVICES_SOURCE);
  expect(packages).toEqual(expect.arrayContaining(['fastify', 'kafkajs', 'pg']));
  expect(packages.filter((name) => !existsSync(join(root, 'node_modules', name, 'package.json')))).toEqual([]);
});
