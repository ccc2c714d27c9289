/** The image of the services holds what its source imports and what topologies start it with, whoever adds to them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagesBelow, packagesIn } from '../../../fixtures/images/imports.ts';
import shop from '../../../fixtures/topologies/shop.ts';
import choreographed from '../../../fixtures/topologies/shop-choreographed.ts';
import mesh from '../../../fixtures/topologies/shop-mesh.ts';
import small from '../../../fixtures/topologies/shop-small.ts';
import { outsideTheImage } from '../../../harness/runtime/containers/choose.ts';
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

test.for([shop, small, choreographed, mesh])(
  'every file that $name starts a service with is in the image',
  (topology) => {
    expect(outsideTheImage(topology)).toBeUndefined();

    const { gateway } = topology.services;
    const more = {
      ...gateway,
      command: gateway?.command ?? [],
      ready: { http: '/' },
      env: { FILE: `$\{root}/not/there` },
    };
    expect(outsideTheImage({ ...topology, services: { gateway: more } })).toMatch(/needs not\/there, which is not in/);
  },
);
