/** The images a lab of containers is made of: stock ones, pinned, and the one of our services, named after its content. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Topology } from '../../core/index.ts';

export const KAFKA_IMAGE = 'apache/kafka:4.3.1';
export const POSTGRES_IMAGE = 'postgres:18.4';
/** Made from it: the same server with its data folder. */
export const POSTGRES_READY_IMAGE = `faultline/${POSTGRES_IMAGE}`;
/** The superuser's in there, until a lab gives it another. */
export const POSTGRES_READY_PASSWORD = 'before-the-lab';
export const REDIS_IMAGE = 'redis:8.2.3';
export const TOXIPROXY_IMAGE = 'ghcr.io/shopify/toxiproxy:2.12.0';
/** On images that only stand in for the stock ones. */
export const STAND_IN_LABEL = 'faultline.stand-in';
/** The command that builds what is missing. */
export const BUILD_COMMAND = 'npm run images';

/** What of the project is in the image of the services, as it stands in the project. */
export const SERVICES_SOURCE: readonly string[] = [
  'package.json',
  'fixtures/accounts.json',
  'fixtures/documents/gateway.openapi.json',
  'fixtures/keys',
  'fixtures/products.json',
  'fixtures/protos',
  'harness/core',
  'harness/defects/preload.ts',
  'harness/faults/preload',
  'harness/wire',
  'services-under-test',
];
const RECIPE = 'fixtures/images/services';

/** The image that holds this very state of the source: another state has another name, so that nothing old is ever started. */
export function servicesImage(root: string): string {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', ...[RECIPE, ...SERVICES_SOURCE].flatMap((path) => filesIn(root, path))]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return `faultline/services:${hash.digest('hex').slice(0, 12)}`;
}

/** The images that a topology needs. */
export function imagesFor({ stores, brokers }: Topology, root: string): string[] {
  const images = [servicesImage(root), TOXIPROXY_IMAGE];
  if (Object.values(stores).some(({ kind }) => kind === 'postgres')) images.push(POSTGRES_IMAGE, POSTGRES_READY_IMAGE);
  if (Object.values(stores).some(({ kind }) => kind === 'redis')) images.push(REDIS_IMAGE);
  if (Object.values(brokers).some(({ kind }) => kind === 'kafka')) images.push(KAFKA_IMAGE);
  return images;
}

/** A file, or every file below a folder, in a fixed order. */
function filesIn(root: string, path: string): string[] {
  try {
    const names = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1)).sort();
  } catch {
    return [path];
  }
}
