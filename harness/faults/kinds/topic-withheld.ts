/** Topic withheld: the group behind one edge gets nothing of a topic until the heal; the records stay, and other groups get them. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'topic-withheld',
  summary: 'keeps the records of a topic from one consumer',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({}),
  example: "topic-withheld 'shipping->kafka' --topic payment.events",
  operation: 'Fetch',
  action: () => ({ do: 'kafka-withhold' }),
});
