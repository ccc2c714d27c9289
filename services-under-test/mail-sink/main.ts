/** The mail server: outside world. Real SMTP on one port, its books over HTTP on another. */
import { SMTPServer } from 'smtp-server';
import { createLedger, showBooks } from '../kit/ledger.ts';
import { servePlainly } from '../kit/plain-server.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { createMailbox } from './mailbox.ts';

const ledger = createLedger();
const mailbox = createMailbox(ledger);

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  closeTimeout: 500,
  onData(stream, _session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => mailbox.deliver(Buffer.concat(chunks)).then(() => done(), done));
  },
});
// A client that goes away in the middle of a conversation is no reason to end.
smtp.on('error', () => undefined);
smtp.listen(numberSetting('SMTP_PORT'), setting('HOST', '127.0.0.1'));

servePlainly(numberSetting('PORT'), { 'GET /ledger': showBooks(ledger) }, () => smtp.close());
