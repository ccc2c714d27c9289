/** What notification offers: over which channel it reaches a customer. It publishes nothing. */
import type { Interface } from '../kit/interface.ts';
import { object, oneOf, text } from '../kit/shape.ts';

export default {
  http: {
    'GET /contacts/:userId': {
      ...{ says: 'For whoever runs it: how a customer is told.', refuses: [404] },
      gives: { 200: object({ userId: text(), channel: oneOf('email', 'sms', 'push') }) },
    },
  },
} satisfies Interface;
