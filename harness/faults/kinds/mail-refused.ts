/** Mail refused: the mail server says no to a chosen command, for now (451) or for good (550); `DATA` stands for the whole mail. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

const TEXTS = {
  421: '4.3.2 Service not available, closing transmission channel',
  451: '4.3.0 Requested action aborted: local error in processing',
  452: '4.3.1 Insufficient system storage',
  550: '5.7.1 Requested action not taken: mailbox unavailable',
  554: '5.3.0 Transaction failed',
} as const;

export default wireFault({
  name: 'mail-refused',
  summary: 'refuses mail at a chosen SMTP command; the server never gets it',
  scopes: ['case', 'shared'],
  protocols: ['smtp'],
  options: z.strictObject({ status: z.literal([421, 451, 452, 550, 554]).default(451) }),
  example: "mail-refused 'notification->mail' --option status=550 --operation RCPT --times 1",
  operation: 'DATA',
  action: ({ status }) => ({ do: 'smtp-reply', status, text: TEXTS[status] }),
});
