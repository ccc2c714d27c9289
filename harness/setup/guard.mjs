/** Runs one command in a process group of its own and ends the whole group when the starter goes away (its pipe to us closes). */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const { command, args, cwd, uid, gid } = JSON.parse(process.argv[2] ?? '{}');
const child = spawn(command, args, { cwd, uid, gid, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });

const signalGroup = (signal) => {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
};

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code, signal) => {
  // What it left running in its group would keep our starter's pipes open.
  signalGroup('SIGKILL');
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});
process.stdin.on('close', () => signalGroup('SIGKILL')).on('error', () => signalGroup('SIGKILL'));
process.stdin.resume();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => signalGroup(signal));
