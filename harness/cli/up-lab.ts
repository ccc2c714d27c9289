/** The lab that `faultline up` holds: a note in the folder of runs says where its descriptor is. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HarnessError, type Lab } from '../core/index.ts';
import { attachLab, readDescriptor } from '../runtime/index.ts';
import { PLACES } from './project.ts';

/** The lab that is up, or undefined where none is. Throws `bad-file` where the note or the descriptor was cut or edited. */
export async function findUpLab(): Promise<Lab | undefined> {
  const file = await readNote();
  if (file === undefined) return undefined;
  try {
    const lab = attachLab(await readDescriptor(file));
    await lab.parts.list();
    return lab;
  } catch (thrown) {
    if (thrown instanceof HarnessError && (thrown.code === 'no-lab' || thrown.code === 'lab-lost')) return undefined;
    throw thrown;
  }
}

/** The lab that is up; refused with the way to get one when there is none. */
export async function requireUpLab(): Promise<Lab> {
  const lab = await findUpLab();
  if (lab) return lab;
  throw new HarnessError({
    code: 'no-lab',
    message: 'no lab is up',
    hint: 'boot one and keep it up: npx faultline up',
  });
}

/** Refuses to have a second one. */
export async function requireNoUpLab(): Promise<void> {
  const lab = await findUpLab();
  if (!lab) return;
  await lab.detach();
  throw new HarnessError({
    code: 'bad-argument',
    message: `a lab is up already: ${lab.topology.name}, since ${sinceOf(lab)}`,
    hint: 'use it (inject, replay, run), or end it: npx faultline down',
  });
}

/** `11:42:07`, local time. */
export function sinceOf(lab: Lab): string {
  return new Date(lab.descriptor.bootedAt).toTimeString().slice(0, 8);
}

export function descriptorOf(lab: Lab): string {
  return join(lab.descriptor.folder, 'lab.json');
}

export async function rememberUpLab(lab: Lab): Promise<void> {
  const draft = `${PLACES.upFile}.${process.pid}`;
  await mkdir(dirname(PLACES.upFile), { recursive: true });
  await writeFile(draft, JSON.stringify({ descriptor: descriptorOf(lab) }));
  await rename(draft, PLACES.upFile);
}

/** Removes the note, where it is still about this lab. */
export async function forgetUpLab(lab: Lab): Promise<void> {
  const noted = await readNote().catch(() => undefined);
  if (noted === descriptorOf(lab)) await rm(PLACES.upFile, { force: true });
}

async function readNote(): Promise<string | undefined> {
  const text = await readFile(PLACES.upFile, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { descriptor } = JSON.parse(text) as { descriptor?: unknown };
    if (typeof descriptor === 'string') return descriptor;
  } catch {
    // Said below.
  }
  throw new HarnessError({
    code: 'bad-file',
    message: `${PLACES.upFile} was cut or edited: it does not say where the lab is that is up`,
    hint: 'remove the file; a lab that it spoke of is in the process table as FAULTLINE_WARDEN',
  });
}
