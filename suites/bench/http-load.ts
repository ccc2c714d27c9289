/**
 * Load generator in its own process: `http-load.ts PORT CONNECTIONS MS` prints p50 in ms and requests a second as
 * JSON.
 */
import { connect } from 'node:net';

const [port, connections, forMs] = process.argv.slice(2).map(Number) as [number, number, number];
const request = Buffer.from(
  `POST /orders HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: 22\r\n` +
    'traceparent: 00-00f067aa0ba902b7aaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01\r\nx-correlation-id: c-1\r\n' +
    'idempotency-key: k-1\r\n\r\n{"productId":"p-1234"}',
);

/**
 * One request after the other on one connection, each timed. A reply is known by its length: the callee's are all
 * alike.
 */
function client(until: number, took: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let startedAt = 0;
    let replyBytes = 0;
    let got = 0;
    const ask = () => {
      got = 0;
      startedAt = performance.now();
      socket.write(request);
    };
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (bytes) => {
      got += bytes.length;
      replyBytes ||= bytes.length;
      if (got < replyBytes) return;
      took.push(performance.now() - startedAt);
      if (performance.now() < until) ask();
      else socket.destroy();
    });
  });
}

const took: number[] = [];
const startedAt = performance.now();
await Promise.all(Array.from({ length: connections }, () => client(startedAt + forMs, took)));
const seconds = (performance.now() - startedAt) / 1000;
took.sort((a, b) => a - b);
process.stdout.write(JSON.stringify({ p50: took[Math.floor(took.length / 2)], perSecond: took.length / seconds }));
