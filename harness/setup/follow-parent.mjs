/** Loaded before the file that run-on-node.mjs runs: takes signals from the parent's pipe, and ends with the parent. */
import { Socket } from 'node:net';
import { constants } from 'node:os';

/** A signal that came by the terminal as well, within this time, is the same one. */
const SAME_MS = 500;

const fd = Number(process.env.FAULTLINE_PARENT_FD ?? 0);
delete process.env.FAULTLINE_PARENT_FD;
if (fd > 2) follow(fd);

function follow(fd) {
  const seenMs = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      seenMs.set(signal, performance.now());
      // Nobody else listens: then the signal ends us, as it would without this listener.
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
    });
  }
  // Two turns of the loop later: the terminal's own copy has arrived by now, but its listeners may not have been called yet.
  const passOn = (signal) =>
    setImmediate(() =>
      setImmediate(() => {
        const agoMs = performance.now() - (seenMs.get(signal) ?? Number.NEGATIVE_INFINITY);
        if (agoMs > SAME_MS) process.kill(process.pid, signal);
      }),
    );
  const link = new Socket({ fd, readable: true, writable: false });
  link.setEncoding('utf8');
  link.on('data', (names) => names.split('\n').filter(Boolean).forEach(passOn));
  link.on('error', () => {});
  link.on('close', () => passOn('SIGTERM'));
  link.unref();
}
