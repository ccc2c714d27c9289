/** Commands to shipping, where the saga is orchestrated: the same work as on events, and a reply. */
import { commandOf, commandTopic } from '../kit/request-reply.ts';
import { READERS } from './events.ts';

export const COMMANDS = commandTopic('shipping');

/** What shipping takes from commands. */
export const COMMAND_READERS = { 'shipment.create': commandOf(READERS['payment.charged']) };
