/** What analytics offers: what happened how often. */
import { cents, type Interface, listOf, moment } from '../kit/interface.ts';
import { object, text, whole } from '../kit/shape.ts';

const total = object({ type: text(), count: whole(), amount: cents });

export default {
  http: {
    'GET /counts': {
      ...{ says: 'Totals by type of event.', query: { since: moment }, refuses: [400, 503] },
      gives: { 200: object({ counts: listOf(total), lag: object({ records: whole() }) }) },
    },
  },
} satisfies Interface;
