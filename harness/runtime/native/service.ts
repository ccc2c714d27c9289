/** A service as a child process: its templates filled in, its readiness as declared. */
import { join } from 'node:path';
import type { Service } from '../../core/index.ts';
import { fillTemplates } from '../../topology/index.ts';
import { certificateFiles } from '../certificates.ts';
import { templateContext } from '../plan.ts';
import type { PartSpec } from '../warden/spec.ts';
import { type NativeContext, partOf } from './context.ts';

const READY_WITHIN_MS = 20_000;

export function serviceSpec(context: NativeContext, name: string, service: Service): PartSpec {
  const { port } = partOf(context, name);
  const { run, token, root, topology, plan, data } = context;
  const facts = { run, token, root, node: context.tools.node, own: certificateFiles(data, name) };
  const words = templateContext(topology, plan, name, facts);
  const env = Object.entries(service.env ?? {}).map(([key, text]) => [key, fillTemplates(text, words)]);
  return {
    name,
    kind: 'service',
    command: service.command.map((text) => fillTemplates(text, words)),
    env: { ...context.env, ...Object.fromEntries(env) },
    cwd: root,
    logFile: join(context.logs, `${name}.log`),
    stopSignal: 'SIGTERM',
    stopGraceMs: 5_000,
    ready:
      'http' in service.ready
        ? { how: 'http', port, path: service.ready.http, ...(service.ready.secure && { secure: true }) }
        : { how: 'tcp', port },
    readyTimeoutMs: service.ready.timeoutMs ?? READY_WITHIN_MS,
  };
}
