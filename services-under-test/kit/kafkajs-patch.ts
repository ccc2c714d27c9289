/**
 * kafkajs 2.2.4 looks every millisecond, on each connection and for ever, whether a request waits in its queue: its timer
 * is set into the past (Node 22 and later warn of it). That cost a quarter of each service's time. A look is needed only
 * while something waits, and whoever queues a request asks for one: so nothing is scheduled for an empty queue.
 */
import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as {
  prototype: RequestQueue;
};
const schedule = queue.prototype.scheduleCheckPendingRequests;

queue.prototype.scheduleCheckPendingRequests = function scheduleWhileSomethingWaits(this: RequestQueue) {
  if (this.pending.length > 0) schedule.call(this);
};
