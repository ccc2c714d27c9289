/** A defect: a bug planted in the system under test as it is loaded, and the check that must see it. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Catalogue, loadCatalogue } from '../core/index.ts';

export interface Defect {
  /** Name = file name. */
  readonly name: string;
  /** What is wrong, as a reviewer would write it. */
  readonly description: string;
  /** Service whose process gets it. */
  readonly service: string;
  /** Source file, relative to the project. */
  readonly file: string;
  /** Text that must stand exactly once in that file. */
  readonly find: string;
  readonly replace: string;
  /** Experiment (short file name, `slow-psp`) that shows it, and the check that must fail. */
  readonly experiment: string;
  readonly check: string;
  /** Topology it is hunted in. Default `shop-small`. */
  readonly topology?: string;
  /** One of the few that stand for all, where there is little time. */
  readonly quick?: true;
  /** What it damages stays in the databases of its lab: it is hunted after all others there. */
  readonly damages?: true;
  /** It shows in the clean run already: there the check must fail. */
  readonly withoutFault?: true;
}

/** Where a defect is hunted that names no topology. */
export const DEFECT_TOPOLOGY = 'shop-small';

const schema = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(10),
  service: z.string().min(1),
  file: z.string().min(1),
  find: z.string().min(1),
  replace: z.string(),
  experiment: z.string().min(1),
  check: z.string().min(1),
  topology: z.string().min(1).optional(),
  quick: z.literal(true).optional(),
  damages: z.literal(true).optional(),
  withoutFault: z.literal(true).optional(),
});

const FOLDER = fileURLToPath(new URL('../../fixtures/defects/', import.meta.url));

/** As given, but those that leave damage behind come last: it would hide others. */
export function inHuntingOrder(defects: readonly Defect[]): readonly Defect[] {
  return defects.toSorted((one, other) => Number(one.damages ?? false) - Number(other.damages ?? false));
}

export function defectCatalogue(folder = FOLDER): Promise<Catalogue<Defect>> {
  return loadCatalogue(folder, 'defect', (exported) => schema.parse(exported));
}
