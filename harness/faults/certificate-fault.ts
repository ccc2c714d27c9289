/** Faults that give a part with an identity another certificate, until its own is wanted back. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'undici';
import type { z } from 'zod';
import {
  type Edge,
  edgeId,
  HarnessError,
  type HistoryRecord,
  type Lab,
  messageOf,
  type ServiceIdentity,
  systemClock,
} from '../core/index.ts';
import { certificateSigner } from '../runtime/index.ts';
import { projectRoot } from '../topology/index.ts';
import { defineFault, evidenceOf, type FaultKind } from './fault.ts';

const HOUR_MS = 3_600_000;
const ANSWER_MS = 5_000;

interface CertificateFault<Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  readonly example: string;
  /** What is other than it should be. */
  readonly flaw: (options: Options, nowMs: number) => { readonly identity?: string; readonly untilMs?: number };
  /** Signed by nobody whom the mesh knows. */
  readonly byStranger?: true;
}

/** Hits are handshakes in which the wire saw this very certificate shown. */
export function certificateFault<Options>(fault: CertificateFault<Options>): FaultKind {
  const { name, summary, options: schema, example, flaw, byStranger } = fault;
  return defineFault<Options>({
    ...{ name, summary, example, target: 'part', scopes: ['shared'], options: schema },
    refuses({ services, edges }, target) {
      if (services[target]?.identity === undefined) return `"${target}" proves its identity to nobody`;
      const shows = edges.some((edge) => edge.mutualTls && (edge.caller === target || edge.callee === target));
      return shows ? undefined : `no edge of "${target}" has mutualTls: nobody would see its certificate`;
    },
    async inject({ lab, target, options, seen }) {
      const identity = lab.topology.services[target]?.identity as ServiceIdentity;
      const nowMs = systemClock.now();
      const { identity: named = identity.uri, untilMs = nowMs + HOUR_MS } = flaw(options, nowMs);
      const signer = await certificateSigner(byStranger ? undefined : await read(identity));
      const validity = { notBefore: new Date(nowMs - HOUR_MS), notAfter: new Date(untilMs) };
      const { certificate, key } = await signer.issue({ name: 'by hand', uri: [named], ...validity });
      const serial = new X509Certificate(certificate).serialNumber;
      await operate(lab, target, 'PUT', { certificate, key });
      let back = false;
      return {
        async evidence() {
          const countedBy = `handshakes in which ${target} showed this certificate, seen by the wire`;
          return evidenceOf(await seen(), countedBy, (record) => showed(record, serial, target, lab));
        },
        async undo() {
          if (back) return;
          await operate(lab, target, 'DELETE');
          back = true;
        },
      };
    },
  });
}

function showed(record: HistoryRecord, serial: string, target: string, { topology }: Lab): boolean {
  if (record.type !== 'handshake') return false;
  const edge = topology.edges.find((one: Edge) => edgeId(one) === record.edge);
  if (edge?.caller === target) return record.callerSerial === serial;
  return edge?.callee === target && record.calleeSerial === serial;
}

async function read({ authority }: ServiceIdentity): Promise<{ certificate: string; key: string }> {
  const text = (path: string) => readFile(path.replaceAll('$'.concat('{root}'), projectRoot()), 'utf8');
  return { certificate: await text(authority.certificate), key: await text(authority.key) };
}

/** At the part's own port, past wire and Toxiproxy, as whoever runs it. */
async function operate(lab: Lab, target: string, method: 'PUT' | 'DELETE', body?: object): Promise<void> {
  const part = lab.descriptor.parts.find(({ name }) => name === target);
  const path = lab.topology.services[target]?.identity?.certificatePath ?? '/';
  try {
    const answer = await request(`http://${part?.host}:${part?.port}${path}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      body: body === undefined ? null : JSON.stringify(body),
    });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`it answered ${answer.statusCode}`);
  } catch (cause) {
    throw new HarnessError({
      code: 'fault-failed',
      message: `the certificate of ${target} could not be changed: ${messageOf(cause)}`,
      hint: `Is it up? It should answer ${method} ${path}.`,
      cause,
    });
  }
}
