/** Faults as plain data: what to do, to whom, and on which exchange. */

/** On which exchanges a rule acts. Every condition given must hold; counting is per request or record, never per connection. */
export interface Trigger {
  /** Exact operation (`POST /charges`, `Produce`, `INSERT orders`, `GET cart:17`, `DATA`), or a prefix that ends in `*`. */
  readonly operation?: string;
  /** Case (16 hex digits) the exchange must belong to. */
  readonly case?: string;
  readonly header?: { readonly name: string; readonly value?: string };
  /** Kafka record key, HTTP `Idempotency-Key`, Redis key. */
  readonly key?: string;
  readonly topic?: string;
  readonly group?: string;
  /** Act from the n-th matching exchange on, counted from 1. Default 1. */
  readonly nth?: number;
  /** Of those, every so many: with 3 the first, the fourth, the seventh. Default 1. */
  readonly every?: number;
  /** Of those, a share from 0 to 1, chosen by chance from the rule's own id: the same case chooses the same again. Default 1. */
  readonly share?: number;
  /** Act on at most so many. Default: no bound. */
  readonly times?: number;
  /** HTTP statuses of the reply (only for actions at `after`). */
  readonly status?: number;
}

/**
 * What the wire does to one exchange. `before`: the callee never sees the request. `after`: the callee did the work and the reply is changed or lost.
 * HTTP: status, delay, reset, lost-reply (= reset at `after`), hold. Kafka: the `kafka-…` actions, delay, hold, reset on any API.
 * Postgres, Redis, SMTP: delay, reset, hold, lost-reply, and the actions that bear their name.
 */
export type WireAction =
  | {
      readonly do: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly at?: 'before' | 'after';
    }
  | { readonly do: 'delay'; readonly delayMs: number; readonly at?: 'before' | 'after' }
  /** `code`: of the RST_STREAM frame, on gRPC edges; default 2 (internal error). */
  | { readonly do: 'reset'; readonly at?: 'before' | 'after'; readonly code?: number }
  /** The reply is swallowed once the work is done, then the caller's connection is reset (`silent`: left open instead). */
  | { readonly do: 'lost-reply'; readonly silent?: boolean }
  /** Held until `release`; the wire reports `held` with a token. `before` holds the request, `after` the reply. */
  | { readonly do: 'hold'; readonly at?: 'before' | 'after' }
  /** The request reaches the callee twice; the caller sees the first reply. */
  | { readonly do: 'twice' }
  /** The callee gets the request without this header (or gRPC metadata); no hit where it had none. */
  | { readonly do: 'drop-header'; readonly header: string }
  /** The reply breaks off after so many bytes of its body: the connection (HTTP) or the stream (gRPC, `code`) is reset. */
  | { readonly do: 'cut'; readonly afterBytes: number; readonly code?: number }
  /** So many bytes of the reply's body are inverted, from `offset` on. */
  | { readonly do: 'corrupt'; readonly offset: number; readonly bytes: number }
  /** HTTP: the reply's body comes in pieces of so many bytes, one every so many ms. */
  | { readonly do: 'trickle'; readonly bytes: number; readonly everyMs: number }
  /** HTTP: the callee did the work; its reply keeps the status and gets another body. */
  | { readonly do: 'replace'; readonly body: string; readonly contentType?: string }
  /** HTTP: the first reply to an operation that came while the rule was armed is given again to later ones; the callee does their work. */
  | { readonly do: 'stale' }
  /** A registry's answers give another address for this instance: that of `instead`, or one at which nobody listens. */
  | { readonly do: 'misdirect'; readonly instance: string; readonly instead?: string }
  /** gRPC: the caller is told to use this connection no more; `before`: and that this call was not looked at. */
  | { readonly do: 'goaway'; readonly at?: 'before' | 'after' }
  /** Produce is forwarded and stored, its acknowledgement swallowed, the connection reset. */
  | { readonly do: 'kafka-ack-lost' }
  /** Produce is not forwarded; answered with this error code. */
  | { readonly do: 'kafka-refuse'; readonly error: number }
  /**
   * The commit is not forwarded and answered with this error code (27 rebalance in progress: the client reads again from its last commit).
   * `via: 'heartbeat'`: the commit is answered as if it were stored, and the member's next Heartbeat gets the error instead; for clients that
   * end on a failed commit (kafkajs with `autoCommit: false`).
   */
  | { readonly do: 'kafka-commit-refused'; readonly error: number; readonly via?: 'commit' | 'heartbeat' }
  /** The wire produces a copy of the matching record to the same topic and partition (a new offset: every group sees it twice). */
  | { readonly do: 'kafka-copy' }
  /** The record batch that holds the matching record stands twice in one Fetch reply (same offsets: one group sees it twice). */
  | { readonly do: 'kafka-repeat' }
  /** As long as it is armed, what a Fetch brings of the trigger's topics is left out; the records stay where they are. */
  | { readonly do: 'kafka-withhold' }
  /** A record and the one behind it in its partition (`sameKey`: the next of its key) change places for this reader; it waits until there is one. */
  | { readonly do: 'kafka-overtake'; readonly sameKey?: boolean }
  /** Behind a matching record that was stored stands another with its key, and headers if `keepHeaders`, whose value is this text. */
  | { readonly do: 'kafka-poison'; readonly value: string; readonly keepHeaders?: boolean }
  /** What a member asks of its group's coordinator (FindCoordinator, JoinGroup, SyncGroup, Heartbeat, OffsetCommit, OffsetFetch) fails with this error. */
  | { readonly do: 'kafka-group-refused'; readonly error: number }
  /** The member is made to join again (its next Heartbeat fails with 27), and is told offsets that lie so many records back. */
  | { readonly do: 'kafka-rewind'; readonly records: number }
  /** The statement is not executed; it fails with this SQLSTATE, and its transaction with it. `fatal`: the connection ends as well. */
  | {
      readonly do: 'postgres-error';
      readonly sqlstate: string;
      readonly message: string;
      readonly hint?: string;
      readonly fatal?: boolean;
    }
  /** What wrote is committed (its own transaction, or `COMMIT`), the reply that says so is swallowed, the connection reset. */
  | { readonly do: 'postgres-commit-lost'; readonly silent?: boolean }
  /** The command is not executed; answered with this error (`OOM command not allowed …`). */
  | { readonly do: 'redis-error'; readonly message: string }
  /** Executed, but answered as if there were nothing: nil, or an empty array. */
  | { readonly do: 'redis-nil' }
  /** The first reply seen to the same command and key while the rule is armed is given again to later ones. */
  | { readonly do: 'redis-stale' }
  /** The command (for `DATA`: the whole mail) is kept from the server; answered with this reply. */
  | { readonly do: 'smtp-reply'; readonly status: number; readonly text: string };

/** A rule the wire holds: while it is armed it acts on every exchange of `edge` that its trigger matches. */
export interface WireRule {
  /** Chosen by who arms it; unique in the lab; recorded as `fault` on the exchanges it changed. */
  readonly id: string;
  readonly edge: string;
  readonly trigger: Trigger;
  readonly action: WireAction;
}

/** A fault of an experiment: the name of a kind in `harness/faults/kinds/`, and its options. */
export interface FaultSpec {
  readonly fault: string;
  /** Edge id, part name, or what the kind takes. */
  readonly target: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly trigger?: Omit<Trigger, 'case'>;
  /** `case`: only exchanges of this case (many cases may then run at once). `shared`: everybody on the target. Default: what the kind can do best. */
  readonly scope?: 'case' | 'shared';
}
