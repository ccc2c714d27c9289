/** What the phone's door offers: small answers. */
import { cents, type Interface, listOf, nullable } from '../kit/interface.ts';
import { object, oneOf, optional, text, whole } from '../kit/shape.ts';

const short = { id: text(), n: text(), p: cents };

export default {
  http: {
    'GET /home': {
      ...{ says: 'A few products; pieces in the cart of who is signed in.', refuses: [503] },
      gives: { 200: object({ items: listOf(object(short)), cart: optional(nullable(whole())) }) },
    },
    'GET /pages/products/:id': {
      ...{ says: 'A product, and whether one can buy it.', refuses: [404, 503] },
      gives: { 200: object({ ...short, s: nullable(oneOf('in', 'little', 'out')) }) },
    },
  },
} satisfies Interface;
