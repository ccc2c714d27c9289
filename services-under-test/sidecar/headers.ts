/** Headers on their way from one connection to another: those that are about the connection stay behind. */
import type { IncomingHttpHeaders as Http1Headers } from 'node:http';
import type { IncomingHttpHeaders as Http2Headers } from 'node:http2';

/** Who called, as the callee's sidecar found out; nobody else may say it. */
export const CALLER_HEADER = 'x-mesh-caller';

const OF_THE_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings', 'host'],
  CALLER_HEADER,
]);

/** The headers proper: neither those of the connection nor pseudo-headers. */
export function passedOn(headers: Http1Headers | Http2Headers): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':') && !OF_THE_CONNECTION.has(name)) kept[name] = value;
  }
  return kept;
}
