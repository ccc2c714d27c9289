/** Counts and durations of the exchanges of a case, edge by edge. */
import type { ExchangeRecord, HistoryRecord, Topology } from '../../core/index.ts';
import { edgeId } from '../../core/index.ts';
import { idleTest, type Look, lookOf } from './look.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface EdgeFigures {
  readonly edge: string;
  readonly exchanges: number;
  readonly byLook: Readonly<Partial<Record<Look, number>>>;
  /** Changed by a fault on the wire. */
  readonly touched: number;
  /** Declared idle operations, not counted in the other figures. */
  readonly idle: number;
  readonly spread: Spread;
}

/** One entry per edge that saw an exchange, in the order of the topology. */
export function edgeFigures(records: readonly HistoryRecord[], topology: Topology): EdgeFigures[] {
  const isIdle = idleTest(topology.idle);
  const exchanges = Map.groupBy(
    records.filter((record) => record.type === 'exchange'),
    (exchange) => exchange.edge,
  );
  const order = topology.edges.map(edgeId);
  const place = (edge: string) => (order.includes(edge) ? order.indexOf(edge) : order.length);
  return [...exchanges]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([edge, all]) => {
      const asked = all.filter((exchange) => exchange.fault !== undefined || !isIdle(exchange));
      return figuresOf(edge, asked, all.length - asked.length);
    });
}

function figuresOf(edge: string, exchanges: readonly ExchangeRecord[], idle: number): EdgeFigures {
  const byLook: Partial<Record<Look, number>> = {};
  for (const exchange of exchanges) {
    const look = lookOf(exchange);
    byLook[look] = (byLook[look] ?? 0) + 1;
  }
  return {
    edge,
    exchanges: exchanges.length,
    byLook,
    touched: exchanges.filter((exchange) => exchange.fault !== undefined).length,
    idle,
    spread: spreadOf(exchanges.map((exchange) => exchange.endAt - exchange.at)),
  };
}
