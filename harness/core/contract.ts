/** The result of contract verification, as plain data. */
import type { VerdictStatus } from './verdict.ts';

export interface ContractMatrix {
  readonly pairs: readonly ContractPair[];
  readonly verdict: VerdictStatus;
  readonly tookMs: number;
}

export interface ContractPair {
  readonly consumer: string;
  readonly provider: string;
  readonly kind: 'http' | 'grpc' | 'message';
  readonly file: string;
  readonly verdict: VerdictStatus;
  readonly interactions: readonly InteractionResult[];
  /** Trouble of the whole pair (provider dead, file cut), one sentence. */
  readonly problem?: string;
}

export interface InteractionResult {
  readonly description: string;
  readonly states: readonly string[];
  readonly verdict: VerdictStatus;
  readonly problems: readonly string[];
}
