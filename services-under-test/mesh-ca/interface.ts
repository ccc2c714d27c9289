/** What the mesh's authority offers: a certificate for who may have it. */
import type { Interface } from '../kit/interface.ts';
import { object, text } from '../kit/shape.ts';
import { WISH } from './routes.ts';

export default {
  http: {
    'POST /certificates': {
      ...{ says: 'A short-lived certificate for an identity and its key.', headers: ['authorization'], takes: WISH },
      ...{
        gives: { 201: object({ certificate: text({ max: 8_000 }), notAfter: text() }) },
        refuses: [400, 403, 413, 415],
      },
    },
  },
} satisfies Interface;
