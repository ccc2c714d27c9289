/** Runs one command in a process group of its own and ends the whole group when the starter goes away (its pipe to us closes). */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const { command, args, cwd, uid, gid } = JSON.parse(process.argv[2] ?? '{}');

// First of all: a signal that came before its listener would end us and leave the command behind.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => signalGroup(signal));
process.stdin.on('close', () => signalGroup('SIGKILL')).on('error', () => signalGroup('SIGKILL'));
process.stdin.resume();

const child = spawn(command, args, { cwd, uid, gid, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code, signal) => {
  // What it left running in its group would keep our starter's pipes open.
  signalGroup('SIGKILL');
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});

function signalGroup(signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
