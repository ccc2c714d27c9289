/** The system under test as plain data: services, stores, brokers, the edges between them, and how it is judged. */

/**
 * Texts in `command`, `env` and probes may hold templates, filled in at boot:
 * `${port}` the service's own port · `${self}` host:port at which it really listens (what an instance tells a registry) ·
 * `${name}` its name · `${node}` the Node 24 binary · `${root}` the folder of the project ·
 * `${beside}` host:port of the service it stands beside, `${beside.NAME}` that of an extra port of it ·
 * `${addr:X}` host:port at which this service must dial X (the wire's listener of the edge this->X) · `${host:X}` `${port:X}` its halves ·
 * `${url:X}` the same as a URL: http://host:port for services, postgres://role:password@host:port/database for a Postgres (each service has a
 * role and a database named like itself), redis://user:password@host:port for a Redis (each service has a user named like itself, for keys
 * that begin with that name and a colon) · `${run}` the run marker.
 */
export interface Topology {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly stores: Readonly<Record<string, Store>>;
  readonly brokers: Readonly<Record<string, Broker>>;
  readonly edges: readonly Edge[];
  /** Exchanges that go on although nobody asked for anything: they do not count against quiescence. */
  readonly idle: readonly IdleOperation[];
  readonly ledger?: Ledger;
  /** How exchanges on protocols without a trace (Postgres, Redis, SMTP) are told to belong to a case. */
  readonly correlate?: readonly CorrelateRule[];
}

export interface Service {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Fixed port; a free one is chosen when absent. */
  readonly port?: number;
  readonly ready: Readiness;
  /** Stands for the outside world (psp, carrier, mail server): not one of "our" services in drawings and bypass checks. */
  readonly outside?: boolean;
  /** Services that must be ready before this one is started. Cycles are refused. */
  readonly after?: readonly string[];
  /** Loopback ports of its own beyond `port`, by name; templates `${port.NAME}`. */
  readonly extraPorts?: readonly string[];
  /** A sidecar: it stands beside this service as if on one host with it, and dials it without an edge. */
  readonly beside?: string;
  /** It proves by certificates who it is, and can be given another one. */
  readonly identity?: ServiceIdentity;
}

export interface ServiceIdentity {
  /** What its certificates name: `spiffe://shop/order`. */
  readonly uri: string;
  /** Path of its own port: PUT `{certificate, key}` (PEM) is used from then on, DELETE lets it go back to its own. */
  readonly certificatePath: string;
  /** Who signs for it: PEM files; `${root}` stands for the folder of the project. */
  readonly authority: { readonly certificate: string; readonly key: string };
}

/**
 * Where an id stands beside a trace, so that the wire learns which case it belongs to. What carries a learnt id and no trace (a value of a
 * statement, a part of a Redis key, a mail's header) belongs to that case; a traceparent among the values of a statement counts by itself.
 */
export interface CorrelateRule {
  /** An edge, or a pattern with `*` at its beginning or end (`*->kafka`). */
  readonly edge: string;
  /** Exact operation, or a prefix that ends in `*`. Default: every one. */
  readonly operation?: string;
  /** Of a `key` on Kafka: records of this topic alone. */
  readonly topic?: string;
  /** `key` (of a Kafka record, an idempotency key) · `value.3` (third value of a statement) · `reply.orderId` (member of a JSON reply). */
  readonly id: string;
}

export type Readiness =
  /** `secure`: over TLS, whoever vouches for the certificate. */
  | { readonly http: string; readonly secure?: true; readonly timeoutMs?: number }
  | { readonly tcp: true; readonly timeoutMs?: number };

export interface Store {
  readonly kind: 'postgres' | 'redis';
}

export interface Broker {
  readonly kind: 'kafka';
  readonly topics: readonly { readonly name: string; readonly partitions: number }[];
}

export type Protocol = 'http' | 'grpc' | 'kafka' | 'postgres' | 'smtp' | 'redis' | 'tcp';

/** One directed caller -> callee link. The caller `driver` is the harness itself. Callees are services, stores and brokers. */
export interface Edge {
  readonly caller: string;
  readonly callee: string;
  readonly protocol: Protocol;
  /** Port of the callee when it is one of its `extraPorts`. */
  readonly calleePort?: string;
  readonly promises?: Promises;
  /**
   * HTTP over TLS: the wire answers the caller with the callee's certificate, and reads what passes. `made`: an authority and the callee's
   * certificate are made as the lab boots, good for this lab alone; the callee finds its own at `${certificate}` and `${key}`.
   */
  readonly tls?: TlsFiles | 'made';
  /** The callee is a registry: its JSON answers hold addresses of instances, and the wire puts there where this caller must dial them. */
  readonly registry?: RegistryPlace;
  /** Calls on this edge are carried by another part: the wire leads to this extra port of it, in place of the callee's. */
  readonly through?: { readonly part: string; readonly port: string };
  /** Encrypted between the two, each proving who it is; the wire is no party, it reads who showed what (TLS 1.2). */
  readonly mutualTls?: MutualTls;
}

/** Who stands at both ends of an edge, and a PEM file of who vouches for them; `${root}` stands for the folder of the project. */
export interface MutualTls {
  readonly caller: string;
  readonly callee: string;
  readonly authority: string;
}

export interface RegistryPlace {
  /** Path of the addresses (`host:port`) in its answers, with `[]` for each element of a list: `instances[].address`. */
  readonly addresses: string;
}

/** PEM files; `${root}` stands for the folder of the project. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** Whom the caller trusts, and the wire when it asks the callee who it is. */
  readonly authority: string;
}

/** What the caller of an edge promises; each can be falsified by a check. */
export interface Promises {
  /** A call is answered or given up within this time. */
  readonly deadlineMs?: number;
  readonly retries?: { readonly attempts: number; readonly backoffMs: number };
  readonly breaker?: BreakerPromise;
  /** Repeating a call has the effect of one. */
  readonly idempotent?: boolean;
  /** What the caller answers at its own door while the callee is away. */
  readonly fallback?: { readonly status: number; readonly retryAfter?: boolean; readonly withinMs?: number };
}

export interface BreakerPromise {
  /** Consecutive failures after which the breaker opens. */
  readonly threshold: number;
  readonly counts: 'attempts' | 'calls';
  readonly timeoutMs: number;
  readonly openMs: number;
  readonly probes: number;
  /** A call started more than this after the last counted failure reached the caller is a leak. */
  readonly graceMs: number;
}

export interface IdleOperation {
  readonly edge: string;
  /** Exact operation, or a prefix that ends in `*`. */
  readonly operation: string;
}

/** A question with rows as its answer: SQL against one service's database, or HTTP GET (a JSON array of rows) at a service. */
export type Probe =
  | { readonly store: string; readonly database: string; readonly sql: string }
  | {
      readonly service: string;
      /** What is older than `${since}` (epoch ms) may be left out of the answer: the looks of a long session then cost no more than the first. */
      readonly path: string;
    };

/** How a saga is judged from outside: entities and their states, entries, and equations over them. */
export interface Ledger {
  /** Rows `EntityRow`. */
  readonly entities: Probe;
  /** Rows `LedgerRow`; the union of all probes is the ledger. */
  readonly entries: readonly Probe[];
  /** Rows `PendingRow`: work that is not done yet. Empty when the system is quiet. */
  readonly pending: readonly Probe[];
  /** Terminal states, and how many entries of each kind an entity in that state must have. */
  readonly terminal: Readonly<Record<string, { readonly counts: Readonly<Record<string, number>> }>>;
  /** Per entity in a terminal state: sum of amounts of the left kinds = sum of the right kinds. */
  readonly equations: readonly {
    readonly name: string;
    readonly left: readonly string[];
    readonly right: readonly string[];
  }[];
  /** Kinds of which one (entity, kind, key) may exist at most once. */
  readonly once: readonly string[];
  /** When these kinds are undone, the order in which the undoing entries must stand (by `at`). */
  readonly compensationOrder?: readonly string[];
  /** An entity must be terminal this long after it began, faults healed. In ms. */
  readonly terminalWithinMs?: number;
}

export interface EntityRow {
  readonly entity: string;
  /** W3C trace id (32 hex digits) under which it was made; its first 16 name the case. */
  readonly trace: string | null;
  readonly state: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface LedgerRow {
  readonly entity: string;
  readonly kind: string;
  readonly key: string;
  /** Minor units (cents) or pieces. */
  readonly amount: number;
  readonly at: number;
}

export interface PendingRow {
  readonly entity: string | null;
  readonly what: string;
  readonly at: number;
}

export function edgeId(edge: Pick<Edge, 'caller' | 'callee'>): string {
  return `${edge.caller}->${edge.callee}`;
}
