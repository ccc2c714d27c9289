/** What the registry offers: who is alive where. */
import { type Interface, listOf } from '../kit/interface.ts';
import { object, text, whole } from '../kit/shape.ts';
import { registrationShape } from './routes.ts';

const instance = object({ id: text(), address: text() });
const listing = object({ service: text(), version: whole(), instances: listOf(instance) });

export default {
  http: {
    'POST /services/:service/instances': {
      ...{ says: 'Registers an instance.', takes: registrationShape, gives: { 201: instance } },
      refuses: [400, 413, 415, 429],
    },
    'PUT /services/:service/instances/:id/heartbeat': {
      says: 'It is alive.',
      gives: { 204: null },
      refuses: [400, 404],
    },
    'DELETE /services/:service/instances/:id': { says: 'It leaves.', gives: { 204: null }, refuses: [400, 404] },
    'GET /services': { says: 'All services.', gives: { 200: object({ services: listOf(listing) }) } },
    'GET /services/:service/instances': {
      ...{ says: 'The instances, once there is news.', gives: { 200: listing }, refuses: [400] },
      query: { after: whole(), waitMs: whole() },
    },
  },
} satisfies Interface;
