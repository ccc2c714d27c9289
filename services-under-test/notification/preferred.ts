/** The customer's choice: over which channel a message goes, where there is more than mail (`MESSAGES_URL`). */
import type { FastifyInstance } from 'fastify';
import type { Database } from '../kit/database.ts';
import type { ConsumeOptions } from '../kit/kafka-consumer.ts';
import { ProblemError } from '../kit/problem.ts';
import { CONTACT_READERS, CONTACT_TOPIC, createContactStore } from './contacts.ts';
import type { Mailer } from './mailer.ts';
import { createMessenger } from './messenger.ts';
import { type Contact, channelOf, type Mail } from './rules.ts';

/** Sends over the channel that was chosen; one try. */
export type Send = (mail: Mail, about: Parameters<Mailer['send']>[1]) => Promise<void>;

export interface Preferred extends Pick<ConsumeOptions, 'topics' | 'readers' | 'handlers'> {
  /** How to tell the customer; undefined: by mail. */
  choose(userId: string | undefined, contact: Contact | undefined): Send | undefined;
  addRoutes(server: FastifyInstance): void;
  close(): Promise<void>;
}

export function createPreferred(url: string, database: Database): Preferred {
  const contacts = createContactStore(database);
  const messenger = createMessenger(url);
  return {
    topics: [CONTACT_TOPIC],
    readers: CONTACT_READERS,
    handlers: { 'user.created': contacts.put, 'user.changed': contacts.put },
    choose(userId, contact) {
      if (userId === undefined) return undefined;
      const channel = channelOf(contact);
      if (channel === 'email') return undefined;
      const to = channel === 'sms' ? (contact?.phone ?? '') : userId;
      return (mail, about) => messenger.send(channel, { ...mail, to }, about);
    },
    addRoutes(server) {
      server.get<{ Params: { userId: string } }>('/contacts/:userId', async ({ params: { userId } }) => {
        const contact = await contacts.find(userId);
        if (contact !== undefined) return { userId, channel: channelOf(contact) };
        throw new ProblemError(404, 'Contact not found', { detail: `nothing is known of ${userId}` });
      });
    },
    close: messenger.close,
  };
}
