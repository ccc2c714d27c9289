/**
 * What a protocol is to the wire: a session per connection, fed with bytes from both ends, acting through its
 * context.
 */
import type { HistoryRecord, MutualTls, Protocol, RuleHits, WireRule } from '../core/index.ts';
import type { LagTracker } from './lag.ts';
import type { Links } from './links.ts';
import type { Shapes } from './shape-of.ts';

/** An edge as the wire serves it. Port 0 is not allowed: ports are chosen by the runtime. */
export interface WireEdge {
  readonly id: string;
  readonly caller: string;
  readonly callee: string;
  readonly protocol: Protocol;
  readonly listenHost: string;
  readonly listenPort: number;
  /**
   * What callers of this edge must dial, where it differs from the listener (containers). Kafka replies are
   * rewritten to it.
   */
  readonly advertisedHost?: string;
  readonly advertisedPort?: number;
  readonly upstreamHost: string;
  readonly upstreamPort: number;
  /** The edge is encrypted: the wire reads what passes. */
  readonly tls?: EdgeTls;
  /** Encrypted between the two; the wire reads who shows what. `authority` is the PEM text. */
  readonly mutualTls?: MutualTls;
  /** The callee is a registry. */
  readonly registry?: RegistryAnswers;
}

/** PEM texts: with what the wire answers in the callee's name, and who vouches for the callee. */
export interface EdgeTls {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** What is rewritten in a registry's JSON answers. */
export interface RegistryAnswers {
  /** Path of the addresses: `instances[].address`. */
  readonly addresses: string;
  /** By the address at which an instance registered (host:port): where this caller dials it. */
  readonly dial: Readonly<Record<string, string>>;
  /** By the same: which instance it is. */
  readonly instances: Readonly<Record<string, string>>;
}

/** What is known of an exchange (or of one Kafka record) when it is matched against triggers. */
export interface ExchangeFacts {
  readonly operation: string;
  readonly case?: string;
  readonly key?: string;
  readonly topic?: string;
  readonly group?: string;
  header(name: string): string | undefined;
}

/** The armed rules of one edge. */
export interface RuleBook {
  /** True while any rule is armed here: then a head or frame is held until it is matched. */
  readonly armed: boolean;
  /** Rules armed here now, in the order in which they were armed. */
  list(): readonly WireRule[];
  /**
   * The first rule whose trigger matches and whose turn it is (nth, times); counts the match.
   * `only` narrows to actions the asking place can carry out. `trigger.status` is left to the session, which sees
   * the reply.
   */
  claim(facts: ExchangeFacts, only?: (rule: WireRule) => boolean): WireRule | undefined;
  /** Called when the rule really acts: counts the hit and records it. */
  hit(rule: WireRule, at: { readonly case?: string; readonly detail?: string }): void;
  hits(ruleId: string): RuleHits;
}

/** What a session may do. Writes are queued in order; back-pressure between the two sockets is the owner's work. */
export interface SessionContext {
  readonly edge: WireEdge;
  /** Number of this connection on the edge, from 1. */
  readonly connection: number;
  readonly rules: RuleBook;
  now(): number;
  record(record: HistoryRecord): void;
  toCallee(bytes: Uint8Array): void;
  toCaller(bytes: Uint8Array): void;
  /** TCP reset towards the caller; the callee's side is closed as well unless `keepCallee`. */
  resetCaller(options?: { readonly keepCallee?: boolean }): void;
  endCaller(): void;
  endCallee(): void;
  /**
   * Registers a held exchange; resolves when it is released (control API, disarm, or as `forward` after
   * LIMITS.holdMs).
   */
  hold(
    rule: WireRule,
    facts: ExchangeFacts,
  ): Promise<{ readonly how: 'forward' | 'drop'; readonly leaveGroup: boolean }>;
  /** Counts an exchange as open until the returned function is called (quiescence looks at it). */
  opened(facts: ExchangeFacts): () => void;
  /**
   * A second connection of the wire's own to the callee (a copy of a record, a LeaveGroup): sends one request, gives
   * the
   * first bytes back through `onBytes`.
   */
  dialCallee(onBytes: (bytes: Buffer) => void, onEnd: () => void): { write(bytes: Uint8Array): void; close(): void };
  /** Which case an id belongs to; absent where the topology declares no links. */
  readonly links?: Links;
  /** Consumer lag, shared by every connection of this wire. */
  readonly lag?: LagTracker;
  /** Whether names and types in bodies are kept now. */
  readonly shapes?: Shapes;
  /**
   * Resolves after `delayMs`; sooner with `healed` when the rule (if any) is disarmed and with `cut` when the
   * connection is over.
   */
  wait?(rule: WireRule | undefined, delayMs: number): Promise<'over' | 'healed' | 'cut'>;
  /** Asks the owner to read no more from that side for now (a session that keeps bytes back), or to go on. */
  throttle?(side: 'caller' | 'callee', on: boolean): void;
}

export interface Session {
  fromCaller(bytes: Buffer): void;
  fromCallee(bytes: Buffer): void;
  /** The caller half-closed (`end`) or reset its side. */
  callerEnded(how: 'end' | 'reset'): void;
  calleeEnded(how: 'end' | 'reset'): void;
  /** The callee could not be reached. */
  calleeRefused(): void;
  /**
   * The wire cuts the connection now (edge down, wire ending): what is open ends as `reset`. Without it:
   * `calleeEnded('reset')`.
   */
  cut?(): void;
}

export type SessionFactory = (context: SessionContext) => Session;
