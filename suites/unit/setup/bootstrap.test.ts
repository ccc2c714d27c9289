/** What happens before any TypeScript runs: npm packages, Node 24. A small shell script stands for npm. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { bootstrap } from '../../../harness/setup/bootstrap.mjs';
import { isInstalled } from '../../../harness/setup/install.mjs';
import { runNode, script, tempFolder } from './temp.ts';

const BOOTSTRAP = fileURLToPath(new URL('../../../harness/setup/bootstrap.mjs', import.meta.url));
const LOCK_ENTRY = '"node_modules/one":{"version":"1.0.0","integrity":"sha512-a"}';
const HIDDEN_LOCK = `{"packages":{${LOCK_ENTRY}}}`;

/** What npm ci leaves: the package, and last of all its own list. */
const INSTALL = `mkdir -p node_modules/one
echo '{}' > node_modules/one/package.json
echo '${HIDDEN_LOCK}' > node_modules/.package-lock.json`;

interface Project {
  readonly root: string;
  readonly npm: (body: string) => void;
  /** What npm was called with, so far. */
  readonly calls: () => string[];
  readonly env: NodeJS.ProcessEnv;
}

function project(): Project {
  const root = tempFolder();
  const bin = tempFolder();
  const log = join(bin, 'calls');
  const npm = (body: string) => script(bin, 'npm', `echo "$1" >> ${log}\n${body}`);
  const lock = `{"packages":{"":{},${LOCK_ENTRY},"node_modules/two":{"version":"2.0.0","optional":true}}}`;
  writeFileSync(join(root, 'package.json'), '{"dependencies":{"one":"1.0.0"},"optionalDependencies":{"two":"2.0.0"}}');
  writeFileSync(join(root, 'package-lock.json'), lock);
  npm(INSTALL);
  const calls = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  const env = { ...process.env, PATH: `${bin}:/usr/bin:/bin` };
  vi.stubEnv('PATH', env.PATH);
  return { root, npm, calls, env };
}

afterEach(() => vi.unstubAllEnvs());

const quiet = () => {};

/** Bootstrap in a process of its own. */
function bootstrapIn({ root, env }: Project) {
  const program = `
    import { bootstrap } from ${JSON.stringify(BOOTSTRAP)};
    try { console.log('node', (await bootstrap({ root: ${JSON.stringify(root)} })).node); }
    catch (error) { console.log('failed:', error.message); process.exitCode = 3; }`;
  return runNode(['--input-type=module', '-e', program], env);
}

test('packages are installed once, and nothing is done or said the second time', async () => {
  const { root, calls } = project();
  let said = '';
  const tell = (text: string) => {
    said += text;
  };
  expect(isInstalled(root)).toBe(false);
  const { node } = await bootstrap({ root, tell });
  expect(said).toMatch(/installing npm packages \(npm ci\): done in \d/);
  expect(node).toBe(process.execPath);
  said = '';
  await bootstrap({ root, tell });
  expect(said).toBe('');
  expect(calls()).toEqual(['ci']);
  expect(existsSync(join(root, '.faultline-install.lock'))).toBe(false);
});

test('another lock file means another install', async () => {
  const { root, calls } = project();
  await bootstrap({ root, tell: quiet });
  writeFileSync(join(root, 'package-lock.json'), `{"packages":{"":{},${LOCK_ENTRY}}}`);
  await bootstrap({ root, tell: quiet });
  expect(calls()).toEqual(['ci', 'ci']);
});

test('packages that npm installed by hand are taken as they are', async () => {
  const { root, calls } = project();
  mkdirSync(join(root, 'node_modules', 'one'), { recursive: true });
  writeFileSync(join(root, 'node_modules', 'one', 'package.json'), '{}');
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), HIDDEN_LOCK);
  await bootstrap({ root, tell: quiet });
  expect(calls()).toEqual([]);
});

test('other packages than the lock file names are installed anew', async () => {
  const { root, calls } = project();
  mkdirSync(join(root, 'node_modules', 'one'), { recursive: true });
  writeFileSync(join(root, 'node_modules', 'one', 'package.json'), '{}');
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), HIDDEN_LOCK.replace('1.0.0', '0.9.0'));
  await bootstrap({ root, tell: quiet });
  expect(calls()).toEqual(['ci']);
});

test('a package that was removed is noticed', async () => {
  const { root, calls } = project();
  await bootstrap({ root, tell: quiet });
  rmSync(join(root, 'node_modules', 'one'), { recursive: true });
  await bootstrap({ root, tell: quiet });
  expect(calls()).toEqual(['ci', 'ci']);
});

test('an install that is killed half-way ends with its npm, and is done again', async () => {
  const shop = project();
  shop.npm(`${INSTALL}\nrm -f node_modules/.package-lock.json\nsleep 60`);
  const first = bootstrapIn(shop);
  await first.says('installing npm packages');
  await vi.waitUntil(() => existsSync(join(shop.root, 'node_modules', 'one', 'package.json')), { timeout: 5_000 });
  process.kill(first.pid, 'SIGKILL');
  await first.exit;
  shop.npm(INSTALL);
  const second = bootstrapIn(shop);
  expect((await second.exit).code, second.output()).toBe(0);
  expect(shop.calls()).toEqual(['ci', 'ci']);
});

test('of two processes at once one installs and the other waits', async () => {
  const shop = project();
  shop.npm(`sleep 0.4\n${INSTALL}`);
  const runs = [bootstrapIn(shop), bootstrapIn(shop)];
  for (const run of runs) expect((await run.exit).code, run.output()).toBe(0);
  expect(shop.calls()).toEqual(['ci']);
  expect(runs.map((run) => run.output()).join('')).toContain('which is installing npm packages');
});

test('an install that fails shows what npm said, and leaves no mark', async () => {
  const { root, npm } = project();
  npm(`${INSTALL}\necho "npm error code EUSAGE" >&2; exit 1`);
  let said = '';
  const tell = (text: string) => {
    said += text;
  };
  await expect(bootstrap({ root, tell })).rejects.toMatchObject({
    name: 'BootstrapError',
    message: `npm ci ended with 1 in ${root}`,
    hint: expect.stringContaining('npm ci'),
  });
  expect(said).toContain('npm error code EUSAGE');
  expect(existsSync(join(root, 'node_modules', '.faultline-lock'))).toBe(false);
});

test('npm never stands on the node_modules it replaces', async () => {
  const { root, npm, calls } = project();
  script(join(root, 'node_modules', '.bin'), 'npm', 'exit 9');
  vi.stubEnv('PATH', `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`);
  npm(INSTALL);
  await bootstrap({ root, tell: quiet });
  expect(calls()).toEqual(['ci']);
});

test('what runs afterwards is not tracked, and proxies are put aside for those who download', async () => {
  const { root } = project();
  vi.stubEnv('HTTPS_PROXY', 'http://proxy.example:3128');
  vi.stubEnv('FAULTLINE_PROXIES', undefined);
  const { environment } = await bootstrap({ root, tell: quiet });
  expect(environment).toMatchObject({ PACT_DO_NOT_TRACK: '1', SCARF_ANALYTICS: 'false' });
  expect(environment.HTTPS_PROXY).toBeUndefined();
  expect(JSON.parse(environment.FAULTLINE_PROXIES ?? '{}')).toMatchObject({ HTTPS_PROXY: 'http://proxy.example:3128' });
});
