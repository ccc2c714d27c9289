/** The mail server, seen from notification: SMTP over a few kept connections (nodemailer), one try per call. */
import { createRequire } from 'node:module';
import { NOTIFICATION_TO_MAIL } from './promises.ts';
import type { Mail } from './rules.ts';

// As an ES module it loads Node's client of browsers as well, see `kit/node-http.ts`.
const { createTransport } = createRequire(import.meta.url)('nodemailer') as typeof import('nodemailer');

export interface Mailer {
  /** One try. `possibleDuplicate`: an earlier try may have arrived. */
  send(
    mail: Mail,
    about: { readonly orderId: string; readonly state: string },
    possibleDuplicate: boolean,
  ): Promise<void>;
  close(): Promise<void>;
}

export function createMailer(host: string, port: number): Mailer {
  const timeoutMs = NOTIFICATION_TO_MAIL.deadlineMs;
  const transport = createTransport({
    host,
    port,
    secure: false,
    ignoreTLS: true,
    pool: true,
    maxConnections: 2,
    maxMessages: Number.POSITIVE_INFINITY,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, messageId }, { orderId, state }, possibleDuplicate) {
      await transport.sendMail({
        from: 'shop@shop.example',
        to,
        subject,
        text,
        messageId,
        headers: {
          'X-Order-Id': orderId,
          'X-Order-State': state,
          ...(possibleDuplicate ? { 'X-Possible-Duplicate': 'yes' } : {}),
        },
      });
    },
    close: async () => transport.close(),
  };
}
