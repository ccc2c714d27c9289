/** The warden: a process that owns all children of one lab and ends them when the harness goes away, by whatever means. */
import { createServer, type Server } from 'node:http';
import { messageOf } from '../../core/errors.ts';
import { processLine, writeJournal } from '../journal.ts';
import { blockBases } from '../ports.ts';
import { controlApi } from './control.ts';
import { recordBook } from './records.ts';
import { endLab } from './shutdown.ts';
import type { WardenConfig, WardenReady } from './spec.ts';
import { supervise } from './supervisor.ts';

const config = await readConfig();
writeJournal(config.journal, processLine('warden', process.pid));
const records = recordBook();
const supervisor = supervise(config, records);
let ending: Promise<void> | undefined;
let detached = false;

/** Once, whoever asks first. */
function shutdown(): Promise<void> {
  ending ??= endLab(config, supervisor);
  return ending;
}

function leave(): void {
  void shutdown().then(
    () => process.exit(0),
    (error) => {
      process.stderr.write(`the lab ${config.run} could not be taken down: ${messageOf(error)}\n`);
      process.exit(1);
    },
  );
}

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, leave);
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  leave();
});
// The harness holds the other end: it ends with the harness, kill -9 included.
process.stdin.on('close', () => detached || leave()).resume();

const detach = () => {
  detached = true;
};
// Nobody holds a detached lab: without what its parts ran in there is nothing to stay for.
void supervisor.lost.then((error) => {
  process.stderr.write(`${error.message}\n`);
  if (detached) leave();
});
const server = createServer(controlApi({ config, supervisor, records, shutdown, leave, detach }));
server.requestTimeout = 0;
const line: WardenReady = { ready: true, port: await listenOnBlock(server), pid: process.pid };
process.stdout.on('error', () => {});
process.stdout.write(`${JSON.stringify(line)}\n`);
const { engine } = config;
// Whoever starts the first container sees a failure of this.
if (engine)
  void import('../containers/life.ts').then(({ containerStarter }) => containerStarter(engine)).catch(() => {});

/** The first line of standard input; the stream is left open behind it. */
function readConfig(): Promise<WardenConfig> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: string) => {
      text += chunk;
      if (!text.includes('\n')) return;
      process.stdin.off('data', onData);
      resolve(JSON.parse(text) as WardenConfig);
    };
    process.stdin.setEncoding('utf8').on('data', onData);
    process.stdin.once('end', () => reject(new Error('no configuration on standard input')));
  });
}

/** Listening on the first port of a block is what claims the block for this lab. */
async function listenOnBlock(server: Server): Promise<number> {
  for (const base of [...blockBases(), 0]) {
    const port = await new Promise<number | undefined>((resolve) => {
      const refused = () => resolve(undefined);
      server.once('error', refused);
      server.listen(base, '127.0.0.1', () => {
        server.off('error', refused);
        const address = server.address();
        resolve(typeof address === 'object' ? address?.port : undefined);
      });
    });
    if (port !== undefined) return port;
  }
  throw new Error('no port of 127.0.0.1 can be listened on');
}
