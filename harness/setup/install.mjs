/** Installs the npm packages of the lock file, once, whatever interrupts it. Plain JavaScript, for Node 18 and newer. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeLock } from './lock.mjs';
import { progressLine } from './progress.mjs';

const GUARD = fileURLToPath(new URL('./guard.mjs', import.meta.url));
const TAIL_BYTES = 6000;
const HINT = 'see what npm says above; npm ci repeats it by hand.';

/** True when node_modules holds what package-lock.json says, by our mark or (installed by hand) by npm's own. */
export function isInstalled(root) {
  const wanted = lockHash(root);
  const mark = readText(markFile(root));
  if (mark !== wanted && (mark !== undefined || !holdsLock(root))) return false;
  if (!hasDirectPackages(root)) return false;
  if (mark === undefined) writeMark(root, wanted);
  return true;
}

/** Runs `npm ci`; of several processes one does it and the others wait. */
export async function installPackages(root, tell) {
  const release = await takeInstallLock(root, tell);
  try {
    if (isInstalled(root)) return;
    // Both marks go first: an install that is cut short then shows as none.
    rmSync(markFile(root), { force: true });
    rmSync(join(root, 'node_modules', '.package-lock.json'), { force: true });
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
    await run(root, root, ['npm', ...args], 'installing npm packages (npm ci)', tell);
    writeMark(root, lockHash(root));
  } finally {
    release();
  }
}

/** Runs the install script of the npm package `node`, which fetches the binary, where npm was not allowed to. */
export async function fetchNode(root, tell) {
  const folder = join(root, 'node_modules', 'node');
  if (!existsSync(join(folder, 'package.json'))) return;
  const release = await takeInstallLock(root, tell);
  try {
    if (existsSync(join(folder, 'bin', 'node'))) return;
    await run(root, folder, ['node', 'installArchSpecificPackage.js'], 'fetching Node 24 (npm package "node")', tell);
  } finally {
    release();
  }
}

async function takeInstallLock(root, tell) {
  try {
    return await takeLock(join(root, '.faultline-install.lock'), {
      onWait: (pid) => tell(`faultline: waiting for process ${pid}, which is installing npm packages\n`),
    });
  } catch (error) {
    throw trouble(
      `npm packages cannot be installed: ${root} cannot be written (${error.code ?? error.message})`,
      'make it writable.',
    );
  }
}

async function run(root, cwd, [command, ...args], what, tell) {
  const path = pathOutside(root);
  const done = progressLine(what, tell);
  const job = JSON.stringify({ command, args, cwd });
  const env = {
    ...process.env,
    ...JSON.parse(process.env.FAULTLINE_PROXIES ?? '{}'),
    PATH: path,
    SCARF_ANALYTICS: 'false',
  };
  // The guard ends npm when we are killed: a second install must never run beside a forgotten first.
  const child = spawn(process.execPath, [GUARD, job], { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-TAIL_BYTES);
    });
  }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  done(code === 0);
  if (code === 0) return;
  tell(said);
  throw code === 127
    ? trouble(`${command} is not on PATH`, 'install Node with npm.')
    : trouble(`${command} ${args[0]} ended with ${code} in ${cwd}`, HINT);
}

/** PATH without our own node_modules: npm run puts them first, and npm must not stand on what it is replacing. */
function pathOutside(root) {
  const inside = join(root, 'node_modules');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(inside))
    .join(delimiter);
}

function markFile(root) {
  return join(root, 'node_modules', '.faultline-lock');
}

function writeMark(root, hash) {
  try {
    writeFileSync(markFile(root), hash);
  } catch {
    // A read-only install is as good; it is only looked at longer next time.
  }
}

function lockHash(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

/** npm writes its list of what it installed last of all: equal entries mean an install that ran to its end. */
function holdsLock(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const held = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (wanted === undefined || held === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || (held[path] === undefined && entry.optional === true)) return true;
    return held[path]?.version === entry.version && held[path]?.integrity === entry.integrity;
  });
}

function hasDirectPackages(root) {
  const { dependencies, devDependencies } = readJson(join(root, 'package.json')) ?? {};
  const names = Object.keys({ ...dependencies, ...devDependencies });
  return names.every((name) => existsSync(join(root, 'node_modules', name, 'package.json')));
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function trouble(message, hint) {
  return Object.assign(new Error(message), { hint });
}
