/** On an edge with mutual TLS: bytes pass as they are, and what both ends show each other is recorded once per connection. */
import { X509Certificate } from 'node:crypto';
import type { HandshakeRecord, MutualTls } from '../../core/index.ts';
import type { SessionFactory } from '../session.ts';
import { flawOf, identityOf } from './flaw.ts';
import { createTlsReader, type TlsReader } from './reader.ts';

/** The same sessions, their handshakes watched. */
export function watchingSession(factory: SessionFactory, expected: MutualTls): SessionFactory {
  const authority = new X509Certificate(expected.authority);
  return (context) => {
    const session = factory(context);
    const caller = createTlsReader();
    const callee = createTlsReader();
    const startedAt = context.now();
    let recorded = false;
    const record = () => {
      if (recorded) return;
      recorded = true;
      const nowMs = context.now();
      context.record({
        ...{ type: 'handshake', at: startedAt, edge: context.edge.id, connection: context.connection },
        ...shown('caller', caller, flawOf(caller, expected.caller, authority, nowMs)),
        ...shown('callee', callee, flawOf(callee, expected.callee, authority, nowMs)),
        ...{ callerWentOn: caller.wentOn, calleeWentOn: callee.wentOn },
      });
    };
    const learn = (reader: TlsReader, bytes: Buffer) => {
      if (recorded) return;
      reader.feed(bytes);
      if (caller.wentOn && callee.wentOn) record();
    };
    const then = <Args extends unknown[]>(act: (...args: Args) => void) => {
      return (...args: Args) => {
        record();
        act(...args);
      };
    };
    return {
      fromCaller(bytes) {
        learn(caller, bytes);
        session.fromCaller(bytes);
      },
      fromCallee(bytes) {
        learn(callee, bytes);
        session.fromCallee(bytes);
      },
      callerEnded: then((how) => session.callerEnded(how)),
      calleeEnded: then((how) => session.calleeEnded(how)),
      // Nobody showed anything: that is no handshake.
      calleeRefused: () => session.calleeRefused(),
      cut: then(() => (session.cut === undefined ? session.calleeEnded('reset') : session.cut())),
    };
  };
}

function shown(
  end: 'caller' | 'callee',
  { certificate }: TlsReader,
  flaw: HandshakeRecord['callerFlaw'],
): Partial<HandshakeRecord> {
  const identity = certificate && identityOf(certificate);
  return {
    ...(identity !== undefined && { [`${end}Identity`]: identity }),
    ...(certificate && { [`${end}Serial`]: certificate.serialNumber }),
    ...(flaw !== undefined && { [`${end}Flaw`]: flaw }),
  };
}
