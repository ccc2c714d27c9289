/** Changes every client needs, whatever is armed: broker addresses become the edge's own, and offered versions are capped. */
import type { WireEdge } from '../session.ts';
import { capVersions } from './api-versions.ts';
import { API } from './apis.ts';
import type { EdgeState } from './edge-state.ts';
import type { RequestHead } from './requests.ts';
import { type Address, rewriteAddresses } from './rewrite.ts';

export function mustMend(api: number): boolean {
  return api === API.apiVersions || api === API.metadata || api === API.findCoordinator;
}

/** The reply as the client may see it. One that cannot be read passes as it is and is counted. */
export function mendReply(state: EdgeState, edge: WireEdge, head: RequestHead, frame: Buffer): Buffer {
  if (!mustMend(head.api)) return frame;
  try {
    if (head.api === API.apiVersions) return capVersions(frame, head.version);
    return rewriteAddresses(frame, head.api, head.version, addressOf(edge));
  } catch {
    state.unread('malformed');
    return frame;
  }
}

/** Where clients of this edge dial. A listener on every interface is reached by loopback unless something else is advertised. */
export function addressOf(edge: WireEdge): Address {
  const listens = edge.listenHost === '0.0.0.0' || edge.listenHost === '::' ? '127.0.0.1' : edge.listenHost;
  return { host: edge.advertisedHost ?? listens, port: edge.advertisedPort ?? edge.listenPort };
}
