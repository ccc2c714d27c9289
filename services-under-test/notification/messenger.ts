/** Short messages and push notices, seen from notification: one provider over HTTP, one try per call, the message id as idempotency key. */
import { createHttpClient, UpstreamFailed } from '../kit/http-client.ts';
import type { Mailer } from './mailer.ts';
import { NOTIFICATION_TO_MESSAGES } from './promises.ts';
import type { Mail } from './rules.ts';

export interface Messenger {
  /** One try. Resolves when the provider has taken the message. */
  send(channel: 'sms' | 'push', mail: Mail, about: Parameters<Mailer['send']>[1]): Promise<void>;
  close(): Promise<void>;
}

export function createMessenger(url: string): Messenger {
  const http = createHttpClient(url);
  return {
    async send(channel, { to, text, messageId }, about) {
      const answer = await http.call({
        method: 'POST',
        path: `/${channel}`,
        headers: { 'idempotency-key': messageId },
        body: { to, text, ...about },
        withinMs: NOTIFICATION_TO_MESSAGES.deadlineMs,
      });
      if (answer.status !== 202) throw new UpstreamFailed(answer);
    },
    close: http.close,
  };
}
