/** What a check is: a pure function from a recorded case to a verdict with evidence. It sees no clock and no lab. */
import type { z } from 'zod';
import type { CheckInput, Topology, Verdict } from '../core/index.ts';

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
  /** Lacking data it answers `unknown`, never `pass`. */
  readonly judge: (input: CheckInput, options: never) => Judgement;
}

interface CheckDefinition<Schema extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly options: Schema;
  readonly refuses?: (topology: Topology, options: z.output<Schema>) => string | undefined;
  readonly judge: (input: CheckInput, options: z.output<Schema>) => Judgement;
}

/** Declares a check kind; the options of `judge` have the type of the schema. */
export function defineCheck<Schema extends z.ZodType>(definition: CheckDefinition<Schema>): CheckKind {
  return definition;
}
