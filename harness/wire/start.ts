/** Starts a wire in this process: rules, records, holds, one listener per edge, and the control API. */
import { type Clock, type CorrelateRule, HarnessError, nearestNames, systemClock } from '../core/index.ts';
import { startControl } from './control.ts';
import { createEdgeListener, type EdgeListener } from './edge-listener.ts';
import { createHolds } from './holds.ts';
import { rewritingSession } from './http/registry-answers.ts';
import { lagTracker } from './lag.ts';
import { createLinks } from './links.ts';
import { createOpenExchanges } from './open-exchanges.ts';
import { createRecorder } from './recorder.ts';
import { createRules } from './rule-book.ts';
import type { SessionFactory, WireEdge } from './session.ts';
import { sessionFor } from './sessions.ts';
import { createShapes } from './shape-of.ts';
import { watchingSession } from './tls-watch/session.ts';

export interface WireConfig {
  /** Port of the control API on 127.0.0.1; 0 takes a free one. */
  readonly controlPort: number;
  /** Where the control API listens; default 127.0.0.1. In a container: 0.0.0.0, published on loopback. */
  readonly controlHost?: string;
  readonly token: string;
  readonly edges: readonly WireEdge[];
  /** Of the topology: where ids of cases are learnt. */
  readonly correlate?: readonly CorrelateRule[];
  /** NDJSON file that records are appended to. */
  readonly recordFile?: string;
  /** For tests. */
  readonly clock?: Clock;
  /** Instead of the session of the edge's protocol; for tests. */
  readonly session?: (edge: WireEdge) => SessionFactory | undefined;
}

export interface StartedWire {
  /** http://127.0.0.1:port of the control API. */
  readonly url: string;
  close(): Promise<void>;
}

/** Resolves when every edge listens. Throws `port-taken` or `wire-failed`; then nothing listens. */
export async function startWire(config: WireConfig): Promise<StartedWire> {
  const clock = config.clock ?? systemClock;
  const recorder = createRecorder({ clock, file: config.recordFile });
  const record = recorder.record;
  const rules = createRules(clock.now, record);
  const holds = createHolds(clock);
  const open = createOpenExchanges(clock.now);
  const lag = lagTracker();
  const shapes = createShapes();
  const linksOf = createLinks(config.correlate);
  const listeners = new Map<string, EdgeListener>();

  const closeAll = async () => {
    holds.close();
    await Promise.all([...listeners.values()].map((listener) => listener.down()));
    await recorder.close();
  };
  const listenerOf = (edge: string): EdgeListener => {
    const listener = listeners.get(edge);
    if (listener !== undefined) return listener;
    const near = nearestNames(edge, [...listeners.keys()]);
    const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : undefined;
    throw new HarnessError({ code: 'unknown-name', message: `the wire has no edge "${edge}"`, hint });
  };

  try {
    for (const edge of config.edges) {
      const speaking = config.session?.(edge) ?? (await sessionFor(edge.protocol));
      const rewriting = edge.registry === undefined ? speaking : rewritingSession(speaking, edge.registry);
      const factory = edge.mutualTls === undefined ? rewriting : watchingSession(rewriting, edge.mutualTls);
      const shared = {
        edge,
        factory,
        rules: rules.book(edge.id),
        clock,
        holds,
        open,
        lag,
        shapes,
        record,
        ...(linksOf && { links: linksOf(edge.id) }),
      };
      listeners.set(edge.id, createEdgeListener(shared));
    }
    await Promise.all([...listeners.values()].map((listener) => listener.up()));
    const control = await startControl({
      port: config.controlPort,
      ...(config.controlHost !== undefined && { host: config.controlHost }),
      token: config.token,
      rules,
      holds,
      recorder,
      open,
      lag,
      shapes,
      edgeOf: (id) => listenerOf(id).edge,
      setEdge: (id, state) => listenerOf(id)[state](),
      edges: () => [...listeners].map(([id, { state, connections }]) => ({ id, state, connections })),
    });
    return {
      url: control.url,
      async close() {
        await control.close();
        await closeAll();
      },
    };
  } catch (thrown) {
    await closeAll();
    throw thrown;
  }
}
