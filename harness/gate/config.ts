/**
 * `faultline.config.ts` and `faultline.quarantine.json` in the folder of the project: which rules gate, with which bounds, and what is
 * known to fail. Both may be absent.
 */
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type GateLevel, HarnessError, messageOf, nearestNames, type QuarantineEntry } from '../core/index.ts';
import type { Rule } from './rule.ts';

/** What `faultline.config.ts` exports by default. */
export interface FaultlineConfig {
  readonly gate?: {
    /** By name of the rule: its level alone, or with its options. See harness/gate/rules. */
    readonly rules?: Readonly<
      Record<string, GateLevel | { readonly level?: GateLevel; readonly [option: string]: unknown }>
    >;
  };
  readonly quarantine?: readonly QuarantineEntry[];
}

/** Every rule with what holds for it, defaults filled in. */
export interface GateConfig {
  readonly rules: readonly RuleSetting[];
  /** As they stand in the configuration and the file; looked at one by one later. */
  readonly quarantine: readonly unknown[];
}

export interface RuleSetting {
  readonly rule: Rule;
  readonly level: GateLevel;
  readonly options: Readonly<Record<string, unknown>>;
}

const CONFIG_NAMES = ['faultline.config.ts', 'faultline.config.mjs'];
const QUARANTINE_NAME = 'faultline.quarantine.json';

const level = z.enum(['off', 'warn', 'error']);
const shape = z.strictObject({
  gate: z.strictObject({ rules: z.record(z.string(), z.unknown()).optional() }).optional(),
  quarantine: z.array(z.unknown()).optional(),
});

/** Reads both files. `file` names another configuration; it must then be there. Throws `bad-config` with one sentence. */
export async function loadGateConfig(rules: readonly Rule[], root: string, file?: string): Promise<GateConfig> {
  const path = file === undefined ? await firstOf(root, CONFIG_NAMES) : resolve(file);
  const exported = path === undefined ? {} : await defaultExport(path);
  const listed = await readQuarantine(join(root, QUARANTINE_NAME));
  return resolveGateConfig(rules, exported, path ?? CONFIG_NAMES[0] ?? '', listed);
}

/** From what the configuration exports to every rule's setting. `source` stands in messages. */
export function resolveGateConfig(
  rules: readonly Rule[],
  exported: unknown,
  source: string,
  quarantine: readonly unknown[] = [],
): GateConfig {
  const parsed = shape.safeParse(exported);
  if (!parsed.success) throw badConfig(source, sentenceOf(parsed.error, ''));
  const settings = parsed.data.gate?.rules ?? {};
  const names = rules.map(({ name }) => name);
  for (const name of Object.keys(settings)) {
    if (names.includes(name)) continue;
    const near = nearestNames(name, names);
    const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${names.join(', ')}`;
    throw badConfig(source, `gate.rules: there is no rule named "${name}"`, hint);
  }
  return {
    rules: rules.map((rule) => settingOf(rule, settings[rule.name], source)),
    quarantine: [...(parsed.data.quarantine ?? []), ...quarantine],
  };
}

function settingOf(rule: Rule, given: unknown, source: string): RuleSetting {
  const wanted = typeof given === 'string' ? { level: given } : (given ?? {});
  const parsed = rule.options.extend({ level: level.default(rule.level) }).safeParse(wanted);
  if (!parsed.success) throw badConfig(source, sentenceOf(parsed.error, `gate.rules.${rule.name}`));
  const { level: chosen, ...options } = parsed.data as { level: GateLevel } & Record<string, unknown>;
  return { rule, level: chosen, options };
}

async function firstOf(root: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = join(root, name);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}

async function defaultExport(path: string): Promise<unknown> {
  const loaded: { default?: unknown } = await import(pathToFileURL(path).href).catch((cause) => {
    throw badConfig(path, `cannot be loaded: ${messageOf(cause).split('\n')[0]}`, 'mend the file', cause);
  });
  if (loaded.default === undefined)
    throw badConfig(path, 'has no default export', 'write: export default { gate: { rules: {} } }');
  return loaded.default;
}

async function readQuarantine(path: string): Promise<readonly unknown[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw badConfig(path, `cannot be read: ${messageOf(cause)}`, 'mend the file', cause);
  });
  if (text === undefined) return [];
  const hint = 'write a list: [{ "experiment": …, "reason": …, "ticket": …, "expires": "2026-12-31" }]';
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw badConfig(path, `is not JSON: ${messageOf(cause).split('\n')[0]}`, hint, cause);
  }
  if (!Array.isArray(content)) throw badConfig(path, 'is not a list of entries', hint);
  return content;
}

function sentenceOf(error: z.ZodError, before: string): string {
  const [issue] = error.issues;
  const place = [before, ...(issue?.path ?? []).map(String)].filter((part) => part !== '').join('.');
  return `${place === '' ? 'the default export' : place}: ${issue?.message ?? 'unknown trouble'}`;
}

function badConfig(
  source: string,
  what: string,
  hint = 'see README, "The gate", for what may stand there',
  cause?: unknown,
) {
  return new HarnessError({ code: 'bad-config', message: `${source}: ${what}`, hint, cause });
}
