/** Between services nobody talks to whom it should not believe: what both ends of a connection showed, by the wire. */
import { z } from 'zod';
import {
  type CertificateFlaw,
  type CheckInput,
  type Edge,
  type ExchangeRecord,
  edgeId,
  type HandshakeRecord,
} from '../../core/index.ts';
import { matches } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

const FLAWS = ['none-shown', 'expired', 'unknown-authority', 'other-identity', 'not-tls'] as const;

/** 403, and PERMISSION_DENIED of gRPC. */
const NOT_ALLOWED = { http: 403, grpc: 7 } as const;

export default defineCheck({
  name: 'mtls',
  summary: 'both ends of a connection prove who they are, and nobody goes on with an end that did not',
  options: z.strictObject({
    /** Edges with mutualTls, by id or by a prefix that ends in `*`. */
    edges: z.string().default('*'),
    /** What must have been shown and refused. */
    refused: z.enum(FLAWS).optional(),
  }),
  refuses: ({ edges }, options) =>
    edges.some((edge) => edge.mutualTls && matches(options.edges, edgeId(edge)))
      ? undefined
      : `no edge ${options.edges} has mutualTls`,
  underLoad: () => ({ not: 'handshakes are not kept under load' }),
  judge(input, { edges, refused }) {
    const watched = input.topology.edges.filter((edge) => edge.mutualTls && matches(edges, edgeId(edge)));
    const seen = input.history.filter(
      (record): record is HandshakeRecord =>
        record.type === 'handshake' && watched.some((edge) => edgeId(edge) === record.edge),
    );
    const wrong = seen.flatMap((handshake) => [...believed(input, handshake), ...allowed(input, handshake)]);
    const turnedDown = seen.filter((handshake) => isTurnedDown(input, handshake, refused));
    const figures = { handshakes: seen.length, refused: turnedDown.length, wrong: wrong.length };
    if (wrong.length > 0)
      return fail(`${counted(wrong.length, 'time')} somebody was believed without proof`, wrong, figures);
    if (seen.length === 0) return noData(`no handshake on ${edges}`, [], figures);
    if (refused !== undefined && turnedDown.length === 0)
      return noData(`nobody was refused for ${refused}`, [], figures);
    const also = turnedDown.length > 0 ? `, ${turnedDown.length} of them refused` : '';
    return pass(`${counted(seen.length, 'handshake')}${also}: nobody was believed without proof`, [], figures);
  },
});

/** A caller with the name of another is let in: what it may do is decided call by call. */
const DECIDED_LATER: CertificateFlaw = 'other-identity';

function believed(input: CheckInput, handshake: HandshakeRecord): string[] {
  const { edge, at, callerFlaw, calleeFlaw, callerWentOn, calleeWentOn } = handshake;
  const where = `on ${edge} at ${momentOf(input, at)}`;
  return [
    ...(calleeFlaw && callerWentOn ? [`the caller went on with a callee: ${calleeFlaw}, ${where}`] : []),
    ...(callerFlaw && callerFlaw !== DECIDED_LATER && calleeWentOn
      ? [`the callee went on with a caller: ${callerFlaw}, ${where}`]
      : []),
  ];
}

/** Calls that were answered although they came over a connection of somebody else. */
function allowed(input: CheckInput, handshake: HandshakeRecord): string[] {
  return callsOf(input, handshake)
    .filter((call) => call.outcome === 'answered' && !isRefused(call))
    .map((call) => {
      const who = handshake.callerIdentity ?? 'nobody';
      return `${call.operation} of ${who} on ${call.edge} at ${momentOf(input, call.at)} was answered ${call.status}`;
    });
}

function isTurnedDown(input: CheckInput, handshake: HandshakeRecord, flaw: CertificateFlaw | undefined): boolean {
  const { callerFlaw, calleeFlaw, callerWentOn, calleeWentOn } = handshake;
  if (calleeFlaw && (flaw === undefined || flaw === calleeFlaw) && !callerWentOn) return true;
  if (!callerFlaw || (flaw !== undefined && flaw !== callerFlaw)) return false;
  return callerFlaw === DECIDED_LATER ? callsOf(input, handshake).some(isRefused) : !calleeWentOn;
}

function isRefused({ protocol, status }: ExchangeRecord): boolean {
  return status === (protocol === 'grpc' ? NOT_ALLOWED.grpc : NOT_ALLOWED.http);
}

/** Calls that were carried by this connection and no other: begun after it, and ended before the next one of its edge. */
function callsOf({ history, topology }: CheckInput, handshake: HandshakeRecord): ExchangeRecord[] {
  if (handshake.callerFlaw !== DECIDED_LATER || !handshake.calleeWentOn) return [];
  const carried = topology.edges.filter((edge) => isCarried(edge, handshake, topology.services)).map(edgeId);
  const next = history.find(
    (record) => record.type === 'handshake' && record.edge === handshake.edge && record.at > handshake.at,
  );
  const untilMs = next?.at ?? Number.POSITIVE_INFINITY;
  return history.filter(
    (record): record is ExchangeRecord =>
      record.type === 'exchange' &&
      carried.includes(record.edge) &&
      record.at > handshake.at &&
      record.endAt < untilMs &&
      record.fault === undefined,
  );
}

function isCarried(
  edge: Edge,
  { edge: between }: HandshakeRecord,
  services: CheckInput['topology']['services'],
): boolean {
  const [caller, callee = ''] = between.split('->');
  return edge.through?.part === caller && services[callee]?.beside === edge.callee;
}
