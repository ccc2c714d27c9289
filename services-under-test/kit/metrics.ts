/** RED metrics in Prometheus' text format: per route how many requests, how many failed, how long they took, and how many are under way. */
import { optionalSetting } from './settings.ts';

export interface Metrics {
  began(): void;
  /** `route` is the pattern (`GET /orders/:id`), never the path: ids would make a series each. */
  ended(route: string, status: number, tookMs: number): void;
  text(): string;
}

/** Upper bounds of the histogram's buckets, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;

interface Series {
  readonly route: string;
  readonly statuses: Map<number, number>;
  /** Not cumulative; the last one is for what is longer than every bound. */
  readonly buckets: number[];
  seconds: number;
}

export function createMetrics(service: string, instance = optionalSetting('INSTANCE') ?? service): Metrics {
  const byRoute = new Map<string, Series>();
  let underWay = 0;

  const seriesOf = (route: string): Series => {
    let series = byRoute.get(route);
    if (series === undefined) {
      series = { route, statuses: new Map(), buckets: new Array(BOUNDS.length + 1).fill(0), seconds: 0 };
      byRoute.set(route, series);
    }
    return series;
  };
  return {
    began: () => void underWay++,
    ended(route, status, tookMs) {
      underWay--;
      const series = seriesOf(route);
      const seconds = tookMs / 1_000;
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
      const index = bucket < 0 ? BOUNDS.length : bucket;
      series.buckets[index] = (series.buckets[index] ?? 0) + 1;
      series.seconds += seconds;
      series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1);
    },
    text() {
      const all = [...byRoute.values()];
      const own = `service="${service}",instance="${instance}"`;
      return [
        '# HELP http_requests_total Requests that were answered.',
        '# TYPE http_requests_total counter',
        ...all.flatMap((series) => countsOf(series, own)),
        '# HELP http_request_duration_seconds Time from the request to the end of its answer.',
        '# TYPE http_request_duration_seconds histogram',
        ...all.flatMap((series) => histogramOf(series, own)),
        '# HELP http_requests_in_flight Requests that are being worked on.',
        '# TYPE http_requests_in_flight gauge',
        `http_requests_in_flight{${own}} ${underWay}`,
        '',
      ].join('\n');
    },
  };
}

function countsOf({ route, statuses }: Series, own: string): string[] {
  return [...statuses].map(
    ([status, count]) => `http_requests_total{${own},route="${escaped(route)}",status="${status}"} ${count}`,
  );
}

function histogramOf({ route, buckets, seconds }: Series, own: string): string[] {
  const labels = `${own},route="${escaped(route)}"`;
  let count = 0;
  const lines = buckets.map((inBucket, index) => {
    count += inBucket;
    return `http_request_duration_seconds_bucket{${labels},le="${BOUNDS[index] ?? '+Inf'}"} ${count}`;
  });
  return [
    ...lines,
    `http_request_duration_seconds_sum{${labels}} ${seconds.toFixed(6)}`,
    `http_request_duration_seconds_count{${labels}} ${count}`,
  ];
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
