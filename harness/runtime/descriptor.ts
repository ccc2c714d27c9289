/** `lab.json`: written whole and readable by its owner alone, for it holds the token; read by whoever attaches. */
import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, type LabDescriptor, messageOf } from '../core/index.ts';

export function descriptorFile(folder: string): string {
  return join(folder, 'lab.json');
}

export function writeDescriptor(descriptor: LabDescriptor): void {
  const file = descriptorFile(descriptor.folder);
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(descriptor, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Throws `no-lab` where there is none, `bad-file` where it is cut or edited, `schema-version` where it is of another version. */
export async function readDescriptor(file: string): Promise<LabDescriptor> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const hint = 'Boot one with `faultline up`.';
    throw new HarnessError({ code: 'no-lab', message: `there is no lab at ${file}`, hint, cause });
  }
  const descriptor = parse(text, file);
  if (descriptor.schema !== 1) {
    throw new HarnessError({
      code: 'schema-version',
      message: `${file} has the schema version ${JSON.stringify(descriptor.schema)}, this program reads 1`,
      hint: 'Attach with the version that booted the lab, or boot another.',
    });
  }
  const wanted = [
    'run',
    'token',
    'wardenUrl',
    'wireUrl',
    'toxiproxyUrl',
    'folder',
    'topology',
    'edges',
    'parts',
  ] as const;
  const missing = wanted.filter((member) => descriptor[member] === undefined);
  if (missing.length === 0) return descriptor as LabDescriptor;
  throw badFile(file, `lacks ${missing.join(', ')}`);
}

function parse(text: string, file: string): Partial<LabDescriptor> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw badFile(file, `is no JSON: ${messageOf(error)}`);
  }
  throw badFile(file, 'holds no object');
}

function badFile(file: string, what: string): HarnessError {
  const hint = 'It was cut or edited: take the lab down by `faultline down`, or let the next start sweep it.';
  return new HarnessError({ code: 'bad-file', message: `the lab descriptor ${file} ${what}`, hint });
}
