/**
 * The wire process: configuration as JSON on stdin, `{"ready":true}` on stdout, ends when stdin closes. In a container, which has no parent to
 * watch: configuration in the file that is named, ends with SIGTERM.
 */
import { readFileSync } from 'node:fs';
import { HarnessError, messageOf } from '../core/index.ts';
import { startWire, type WireConfig } from './start.ts';

const [configFile] = process.argv.slice(2);

/** Stdin is the configuration; that it stays open afterwards tells that the parent is alive. */
function readConfig(): Promise<WireConfig> {
  if (configFile !== undefined) return Promise.resolve(JSON.parse(readFileSync(configFile, 'utf8')) as WireConfig);
  return new Promise((resolve, reject) => {
    let text = '';
    const tryParse = (ended: boolean) => {
      try {
        resolve(JSON.parse(text) as WireConfig);
      } catch (cause) {
        if (ended) reject(new HarnessError({ code: 'bad-config', message: 'the wire got no JSON on stdin', cause }));
      }
    };
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (piece: string) => {
      text += piece;
      if (text.trimEnd().endsWith('}')) tryParse(false);
    });
    process.stdin.once('end', () => tryParse(true));
  });
}

async function main(): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    if (configFile === undefined) process.stdin.once('end', resolve).once('close', resolve).once('error', resolve);
    process.once('SIGTERM', resolve);
  });
  // Ctrl-C reaches the whole process group: the harness decides when the wire ends, what it saw is still to be read.
  process.on('SIGINT', () => undefined);
  const wire = await startWire(await readConfig());
  process.stdout.write(`${JSON.stringify({ ready: true, url: wire.url })}\n`);
  await ended;
  await wire.close();
}

main().then(
  () => process.exit(0),
  (thrown) => {
    process.stderr.write(`wire: ${messageOf(thrown)}\n`);
    process.exit(thrown instanceof HarnessError ? thrown.exitCode : 3);
  },
);
