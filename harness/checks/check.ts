/** What a check is: a pure function from a recorded case to a verdict with evidence. It sees no clock and no lab. */
import type { z } from 'zod';
import type { CheckInput, Topology, Verdict } from '../core/index.ts';

/**
 * What a check is under load, where thousands make requests that the experiment's workload does not make, and no message and no
 * exchange is kept that nobody names.
 */
export type UnderLoad<Options> =
  | {
      /** Options without what only the experiment's own workload would fulfil. */
      readonly options: Options;
      /** Edges whose exchanges it reads, from the first fault on. */
      readonly edges?: readonly string[];
      /** It reads the requests at the door; those that ended before the first fault are its control run. */
      readonly requests?: boolean;
    }
  /** Why it says nothing under load. */
  | { readonly not: string };

/** A verdict before the name of its check is put on it. */
export type Judgement = Omit<Verdict, 'check'>;

export interface CheckKind {
  /** The file's name. */
  readonly name: string;
  /** One sentence: the promise it judges. */
  readonly summary: string;
  /** Shape and defaults of its options. */
  readonly options: z.ZodType;
  /** Why it cannot be judged on this topology with these options; asked at planning. */
  readonly refuses?: (topology: Topology, options: never) => string | undefined;
  /** It compares bodies: the wire keeps names and types of their members meanwhile. */
  readonly keepsShapes?: true;
  /** It compares what services hold: that is noted before and after. */
  readonly looksAtUsage?: true;
  /** How it is judged under load. Absent: it is left to the experiment alone. */
  readonly underLoad?: (options: never, topology: Topology) => UnderLoad<unknown>;
  /** Lacking data it answers `unknown`, never `pass`. */
  readonly judge: (input: CheckInput, options: never) => Judgement;
}

interface CheckDefinition<Schema extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly options: Schema;
  readonly refuses?: (topology: Topology, options: z.output<Schema>) => string | undefined;
  readonly keepsShapes?: true;
  readonly looksAtUsage?: true;
  readonly underLoad?: (options: z.output<Schema>, topology: Topology) => UnderLoad<z.output<Schema>>;
  readonly judge: (input: CheckInput, options: z.output<Schema>) => Judgement;
}

/** Declares a check kind; the options of `judge` have the type of the schema. */
export function defineCheck<Schema extends z.ZodType>(definition: CheckDefinition<Schema>): CheckKind {
  return definition;
}
