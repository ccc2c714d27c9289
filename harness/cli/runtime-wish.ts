/** `--runtime`: the one option of every command that may boot something. Handed on by the environment, so that vitest's processes see it, too. */
import { Option } from 'commander';
import { HarnessError } from '../core/index.ts';
import { RUNTIME_WISHES, type RuntimeWish } from '../runtime/index.ts';

const VARIABLE = 'FAULTLINE_RUNTIME';

export function runtimeOption(): Option {
  return new Option('--runtime <kind>', 'what parts are; auto: containers where an engine answers and has the images')
    .choices([...RUNTIME_WISHES])
    .env(VARIABLE)
    .default('auto');
}

/** To be called with what the command line says, before anything is booted. */
export function rememberRuntimeWish(wish: string): void {
  process.env[VARIABLE] = wish;
}

export function runtimeWish(): RuntimeWish {
  const said = process.env[VARIABLE] || 'auto';
  const known = RUNTIME_WISHES.find((wish) => wish === said);
  if (known) return known;
  const message = `${VARIABLE} is "${said}"; it must be ${RUNTIME_WISHES.join(', ')}`;
  throw new HarnessError({ code: 'bad-argument', message });
}
