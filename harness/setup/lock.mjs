/** A lock between processes: one small file made exclusively, holding who made it. Plain JavaScript, for Node 18 and newer. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 50;

/** Waits until `file` is ours. See lock.d.mts for the contract. */
export async function takeLock(file, options = {}) {
  const startMs = performance.now();
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, born: bornAt(process.pid) });
  let told = false;
  for (;;) {
    options.signal?.throwIfAborted();
    if (tryMake(file, mine)) return () => release(file, mine);
    const holder = readHolder(file);
    if (holder !== undefined && !isAlive(holder)) {
      breakLock(file, holder.text);
      continue;
    }
    if (!told && holder?.pid !== undefined) {
      told = true;
      options.onWait?.(holder.pid);
    }
    const waitedMs = performance.now() - startMs;
    if (options.deadlineMs !== undefined && waitedMs > options.deadlineMs) {
      throw new Error(
        `waited ${Math.round(waitedMs / 1000)} s for ${file}, held by process ${holder?.pid ?? 'unknown'}`,
      );
    }
    await pause(POLL_MS, undefined, options.signal ? { signal: options.signal } : undefined);
  }
}

/** The text is written beside and linked into place, so that nobody ever reads half a lock. */
function tryMake(file, text) {
  const draft = `${file}.${process.pid}.draft`;
  try {
    writeFileSync(draft, text);
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (error.code === 'EPERM' || error.code === 'ENOTSUP') return tryMakeWithoutLinks(file, text);
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function tryMakeWithoutLinks(file, text) {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function release(file, mine) {
  try {
    if (readFileSync(file, 'utf8') === mine) rmSync(file, { force: true });
  } catch {
    // Already gone: nothing is held.
  }
}

function readHolder(file) {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, ...parse(text) };
  } catch {
    return undefined;
  }
}

function parse(text) {
  try {
    const { pid, born } = JSON.parse(text);
    return Number.isInteger(pid) ? { pid, born } : {};
  } catch {
    return {};
  }
}

/** A holder without a readable pid was cut off while writing: it does not hold anything. */
function isAlive(holder) {
  if (holder.pid === undefined) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  const born = bornAt(holder.pid);
  return born === undefined || holder.born === undefined || born === holder.born;
}

/** Start time of a process in clock ticks since boot (Linux), so that a reused pid is not taken for the holder. */
function bornAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Moves a dead holder's lock away; if somebody else was quicker and it is a new one by now, puts that back. */
function breakLock(file, deadText) {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== deadText) linkSync(aside, file);
  } catch {
    // Somebody else broke it first.
  } finally {
    rmSync(aside, { force: true });
  }
}
