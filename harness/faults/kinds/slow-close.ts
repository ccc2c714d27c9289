/** Slow close: when a connection ends, its end is passed on later (Toxiproxy `slow_close`, downstream). */
import { z } from 'zod';
import { milliseconds } from '../fault.ts';
import { toxicFault } from '../toxic-fault.ts';

export default toxicFault({
  name: 'slow-close',
  summary: 'delays the end of connections of an edge',
  options: z.strictObject({ delayMs: milliseconds.min(1) }),
  example: "slow-close 'gateway->order' --option delayMs=2000",
  toxic: ({ delayMs }) => ({ type: 'slow_close', stream: 'downstream', attributes: { delay: delayMs } }),
  countedBy: ({ delayMs }) =>
    `connections that lingered ${delayMs} ms or more after their first side had ended, at the wire`,
  landed: (record, { delayMs }) => record.type === 'connection' && (record.lingeredMs ?? 0) >= delayMs * 0.9,
});
