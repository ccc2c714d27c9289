/** Which session speaks which protocol. */
import type { Protocol } from '../core/index.ts';
import { httpSession } from './http/session.ts';
import type { SessionFactory } from './session.ts';
import { tcpSession } from './tcp.ts';

/** The session factory for a protocol; Kafka's is loaded when an edge needs it. Protocols the wire does not read pass as TCP. */
export async function sessionFor(protocol: Protocol): Promise<SessionFactory> {
  if (protocol === 'http') return httpSession;
  if (protocol === 'kafka') return await kafkaSession();
  return tcpSession;
}

async function kafkaSession(): Promise<SessionFactory> {
  const where = './kafka/index.ts';
  try {
    const { kafkaSession } = (await import(where)) as { kafkaSession: SessionFactory };
    return kafkaSession;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw thrown;
    process.stderr.write('wire: no Kafka session is installed; Kafka edges pass as TCP\n');
    return tcpSession;
  }
}
