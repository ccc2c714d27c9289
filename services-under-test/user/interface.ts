/** What the user service offers: accounts, logins, tokens and the keys to check them, and what it tells of its users. */
import { type Interface, listOf, some, USER, uuid } from '../kit/interface.ts';
import { object, oneOf, optional, type Shape, text, whole } from '../kit/shape.ts';
import { USER_TOPIC } from './events.ts';
import {
  addressShape,
  clientCredentialsShape,
  loginShape,
  preferencesShape,
  profileShape,
  registrationShape,
} from './rules.ts';

const who = { userId: text(), email: text(), name: text() };
const account = object({ ...who, phone: optional(text()), preferences: preferencesShape });
const token = { access_token: some, token_type: oneOf('Bearer'), expires_in: whole({ min: 1 }), scope: some };
const line = { label: text(), street: text(), city: text(), postcode: text(), country: text() };
const address = object({ addressId: text(), ...line });
/** RFC 7517. */
const jwk: Shape<unknown> = object({ kty: text(), crv: text(), x: text(), kid: text(), alg: text(), use: text() });

const own = { headers: [USER] };

export default {
  http: {
    'POST /accounts': {
      ...{ says: 'Opens an account.', takes: registrationShape, gives: { 201: object(who) } },
      refuses: [400, 409, 413, 415, 503],
    },
    'POST /login': {
      ...{ says: 'A token for who knows the password.', takes: loginShape, refuses: [400, 401, 413, 415, 503] },
      gives: { 200: object({ ...token, userId: text() }) },
    },
    'GET /accounts/me': { ...own, says: 'One’s own account.', gives: { 200: account }, refuses: [400, 404, 503] },
    'PATCH /accounts/me': {
      ...{ ...own, says: 'Changes name or phone.', takes: profileShape, gives: { 200: account } },
      refuses: [400, 404, 413, 415, 503],
    },
    'GET /accounts/me/preferences': {
      ...{ ...own, says: 'Over which channels one wants to hear of orders.', gives: { 200: preferencesShape } },
      refuses: [400, 404, 503],
    },
    'PUT /accounts/me/preferences': {
      ...{ ...own, says: 'Changes them.', takes: preferencesShape, gives: { 200: preferencesShape } },
      refuses: [400, 404, 413, 415, 503],
    },
    'GET /accounts/me/addresses': {
      ...{
        ...own,
        says: 'One’s addresses.',
        gives: { 200: object({ addresses: listOf(address) }) },
        refuses: [400, 503],
      },
    },
    'POST /accounts/me/addresses': {
      ...{ ...own, says: 'A further address.', takes: addressShape, gives: { 201: address } },
      refuses: [400, 404, 409, 413, 415, 503],
    },
    'PUT /accounts/me/addresses/:id': {
      ...{ ...own, says: 'An address under a name of one’s own.', takes: addressShape, gives: { 200: address } },
      refuses: [400, 409, 413, 415, 503],
    },
    'DELETE /accounts/me/addresses/:id': {
      ...{ ...own, says: 'Forgets an address.', gives: { 204: null }, refuses: [400, 404, 503] },
    },
    'POST /oauth/token': {
      ...{ says: 'A token for a partner’s program (RFC 6749, section 4.4).', takes: clientCredentialsShape },
      ...{ gives: { 200: object(token) }, refuses: [400, 401, 413, 415, 503] },
    },
    'GET /.well-known/jwks.json': {
      ...{
        says: 'The keys by which tokens are checked.',
        gives: { 200: object({ keys: listOf(jwk) }) },
        refuses: [503],
      },
    },
    'POST /keys/rotations': {
      ...{
        says: 'For operators: another key signs from now on.',
        gives: { 201: object({ kid: uuid }) },
        refuses: [503],
      },
    },
  },
  publishes: {
    [USER_TOPIC]: {
      'user.created': { says: 'Somebody has an account.', data: account },
      'user.changed': { says: 'Name, phone or preferences are others now.', data: account },
    },
  },
} satisfies Interface;
