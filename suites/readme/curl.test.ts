/** The lines of the README that go from login to a completed order are run as they stand there. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** As `npx faultline`, without asking a registry for anything. */
const NPX = `npx() { shift; "${process.execPath}" harness/cli/main.ts "$@"; }`;
const SHELL_MS = 90_000;

/** The one block of shell lines that asks the door with curl. */
function curlBlock(markdown: string): string {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  const found = blocks.filter((text) => text.includes('curl '));
  expect(found, 'blocks with curl in README.md').toHaveLength(1);
  return found[0] ?? '';
}

test('five curl lines of the README lead from login to a completed order', async () => {
  const lines = curlBlock(await readFile(join(ROOT, 'README.md'), 'utf8'));
  expect(lines.split('\n').filter((line) => line.includes('curl -s'))).toHaveLength(5);
  const reports = await mkdtemp(join(tmpdir(), 'faultline-readme-'));
  const env = { ...process.env, FAULTLINE_REPORTS: reports };
  const shell = (script: string) =>
    promisify(execFile)('bash', ['-c', `${NPX}\n${script}`], { cwd: ROOT, env, timeout: SHELL_MS });
  try {
    const { stdout } = await shell(`set -e\n${lines}`);
    expect(stdout).toMatch(/"status":"completed"/);
    const summary = JSON.parse(stdout.split('\n').find((line) => line.includes('"shipment"')) ?? 'null');
    expect(summary).toMatchObject({
      order: { status: 'completed', items: [{ productId: 'product-3', quantity: 2 }] },
      degraded: [],
    });
    expect(summary.payment, 'paid').not.toBeNull();
    expect(summary.shipment, 'on its way').not.toBeNull();
  } finally {
    await shell('npx faultline down').catch(() => undefined);
    await rm(reports, { recursive: true, force: true });
  }
});
