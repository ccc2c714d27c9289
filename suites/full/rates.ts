/** The rates as they are published: `reports/samples/rates.json` for programs, `rates.md` for people. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Rate, rateOf, rateText, systemClock } from '../../harness/core/index.ts';
import { machineName } from '../bench/machine.ts';
import { type Grown, growthOf } from './flat.ts';
import { type Counted, casesOf, type Found } from './progress.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'reports/samples');
const README = join(ROOT, 'README.md');
const PLACE = /(<!-- rates: [^\n]*-->\n)[\s\S]*?(<!-- \/rates -->)/;

export interface Rates {
  readonly schema: 1;
  /** Where it was measured, in words: parts may be of different commits, and there may have been uncommitted changes. */
  readonly commit: string;
  readonly machine: string;
  readonly measuredAt: number;
  /** Hunts in which the named check turned red. */
  readonly detection: Rate;
  readonly defects: { readonly known: number; readonly hunted: number; readonly missed: readonly string[] };
  readonly falseAlarmsScoped: Rate;
  readonly falseAlarmsAlone: Rate;
  /** Experiments whose verdicts differed between runs in which nothing was changed. */
  readonly flakes: Rate;
  readonly unknown: { readonly scoped: number; readonly alone: number };
  readonly soak: Soak;
  /** A case, in ms: scoped ones side by side; one that runs alone with its control run and the proof of its heal. */
  readonly msPerCase: { readonly scoped: number; readonly alone: number };
  readonly seen: { readonly falseAlarms: readonly string[]; readonly flaky: readonly string[] };
}

/** The lab that was used longest, and what happened in all of them. */
export interface Soak {
  readonly labs: number;
  readonly cases: number;
  readonly longest: number;
  readonly clean: number;
  readonly faulty: number;
  readonly rebuilt: number;
  readonly notHealed: readonly string[];
  readonly grown: readonly Grown[];
  readonly left: readonly string[];
}

interface Wanted {
  readonly soak: number;
  readonly scoped: number;
  readonly alone: number;
  readonly huntsEach: number;
}

export function ratesOf(found: Found, machine: string, measuredAt: number): Rates {
  const hunted = Object.entries(found.defects);
  const sum = (member: 'of' | 'found') => hunted.reduce((total, [, hunts]) => total + hunts[member], 0);
  const repeated = Object.entries(found.verdicts).filter(([, { pass, fail, unknown }]) => pass + fail + unknown > 1);
  const flaky = repeated.filter(([, counts]) => Object.values(counts).filter((count) => count > 0).length > 1);
  const alarms = ({ falseAlarms, of }: Counted) => rateOf(falseAlarms.length, of);
  return {
    schema: 1,
    ...{ commit: placesOf(found.commits), machine, measuredAt },
    detection: rateOf(sum('found'), sum('of')),
    defects: {
      known: hunted.length,
      hunted: sum('of'),
      missed: hunted
        .filter(([, hunts]) => hunts.found < hunts.of)
        .map(([name, { of, found: times, why }]) => `${name}: ${times} of ${of}; ${why ?? ''}`),
    },
    falseAlarmsScoped: alarms(found.scoped),
    falseAlarmsAlone: alarms(found.alone),
    flakes: rateOf(flaky.length, repeated.length),
    unknown: { scoped: found.scoped.unknown, alone: found.alone.unknown },
    soak: soakOf(found),
    msPerCase: { scoped: perCase(found.scoped), alone: perCase(found.alone) },
    seen: {
      falseAlarms: [...found.scoped.falseAlarms, ...found.alone.falseAlarms].slice(0, 50),
      flaky: flaky.map(([name, { pass, fail, unknown }]) => `${name}: ${pass} pass, ${fail} fail, ${unknown} unknown`),
    },
  };
}

function perCase({ of, tookMs }: Counted): number {
  return of === 0 ? 0 : Math.round(tookMs / of);
}

function soakOf({ soak }: Found): Soak {
  const longest = soak.toSorted((one, other) => casesOf(other) - casesOf(one))[0];
  const sum = (member: 'clean' | 'faulty' | 'rebuilt') => soak.reduce((total, lab) => total + lab[member], 0);
  return {
    labs: soak.length,
    cases: sum('clean') + sum('faulty'),
    longest: longest === undefined ? 0 : casesOf(longest),
    ...{ clean: sum('clean'), faulty: sum('faulty'), rebuilt: sum('rebuilt') },
    notHealed: soak.flatMap(({ notHealed }) => notHealed).slice(0, 50),
    grown: growthOf(longest?.looks ?? []),
    left: soak.flatMap(({ left }) => left),
  };
}

/** Writes both; `kept`: everything was found, and nothing cried wolf. */
export async function saveRates(
  found: Found,
  wanted: Wanted,
): Promise<{ readonly text: string; readonly kept: boolean }> {
  const rates = ratesOf(found, machineName(), Math.round(systemClock.now()));
  const text = markdownOf(rates, wanted);
  await writeFile(join(FOLDER, 'rates.json'), `${JSON.stringify(rates, undefined, 2)}\n`);
  await writeFile(join(FOLDER, 'rates.md'), text);
  await writeFile(README, inReadme(await readFile(README, 'utf8'), rates));
  const { detection, falseAlarmsScoped, falseAlarmsAlone, soak } = rates;
  const nothingLeft = soak.left.length === 0 && soak.grown.every(({ flat }) => flat);
  const noAlarm = falseAlarmsScoped.count + falseAlarmsAlone.count === 0;
  return { text, kept: detection.count === detection.of && noAlarm && nothingLeft };
}

/** The readme with the rates in their place. */
export function inReadme(text: string, rates: Rates): string {
  const { detection, falseAlarmsScoped, falseAlarmsAlone, flakes, soak, defects, commit, machine } = rates;
  const lines = [
    `Measured by \`npm run full\` at commit ${commit}, ${machine}; bounds are one-sided, 95 %. All of it: ` +
      '[rates.md](reports/samples/rates.md).',
    '',
    '| rate | measured |',
    '|---|---|',
    `| ${defects.known} planted bugs found by the check that was named | ${rateText(detection, 'many')} |`,
    `| false alarms of cases that run beside each other | ${rateText(falseAlarmsScoped, 'few')} |`,
    `| false alarms of cases that run alone | ${rateText(falseAlarmsAlone, 'few')} |`,
    `| experiments whose verdict changed from run to run | ${rateText(flakes, 'few')} |`,
    `| cases in one lab | ${soak.longest.toLocaleString('en')} |`,
    `| cases after which something was not back by itself, and was mended | ${soak.rebuilt} of ${soak.cases.toLocaleString('en')} |`,
  ];
  return text.replace(PLACE, (_, begin: string, end: string) => `${begin}${lines.join('\n')}\n${end}`);
}

function placesOf({ soak, defects }: Found['commits']): string {
  const shown = (commit: string) => commit.replace('+', ' with uncommitted changes');
  return soak === defects ? shown(soak) : `${shown(defects)} (cases and soak: ${shown(soak)})`;
}

export function markdownOf(rates: Rates, wanted: Wanted): string {
  const { scoped, alone, huntsEach } = wanted;
  const { commit, machine, detection, defects, falseAlarmsScoped, falseAlarmsAlone, flakes, unknown, seen } = rates;
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' }).format(rates.measuredAt);
  return [
    '# How well the checks see',
    '',
    `Measured by \`npm run full\` at commit ${commit} on ${day}, ${machine}. Bounds are one-sided, 95 %.`,
    '',
    '| rate | measured | wanted |',
    '|---|---|---|',
    `| defects found, of ${defects.known} hunted | ${rateText(detection, 'many')} | each ${huntsEach} times, all |`,
    `| false alarms of scoped cases | ${rateText(falseAlarmsScoped, 'few')} | 0 of ${scoped.toLocaleString('en')} |`,
    `| false alarms of cases that run alone | ${rateText(falseAlarmsAlone, 'few')} | 0 of ${alone} |`,
    `| experiments whose verdict changed between runs | ${rateText(flakes, 'few')} | 0 |`,
    '',
    `Neither red nor green: ${unknown.scoped} scoped, ${unknown.alone} alone.`,
    ...soakText(rates, wanted),
    ...listOf('Not found every time', defects.missed),
    ...listOf('False alarms', seen.falseAlarms),
    ...listOf('Verdicts that changed', seen.flaky),
    '',
  ].join('\n');
}

function soakText({ soak, msPerCase }: Rates, wanted: Wanted): string[] {
  const count = (value: number) => value.toLocaleString('en');
  const shown = ({ what, from, to, unit, flat }: Grown) =>
    `| ${what} | ${count(from)}${unit && ` ${unit}`} | ${count(to)}${unit && ` ${unit}`} | ${flat ? 'yes' : '**no**'} |`;
  const left = soak.left.length === 0 ? 'Nothing was left when the labs were gone' : 'Left when a lab was gone';
  return [
    ...['', '## One lab for long', ''],
    `${count(soak.cases)} cases (${count(soak.clean)} clean, ${count(soak.faulty)} faulty) in ${count(soak.labs)} ${soak.labs === 1 ? 'lab' : 'labs'}, ` +
      `${count(soak.longest)} in the one that was used longest (wanted: ${count(wanted.soak)}). The heal was verified after each; ` +
      `after ${count(soak.rebuilt)} something was not back by itself, was named, and the lab was rebuilt. ` +
      `A scoped case took ${count(msPerCase.scoped)} ms, one that runs alone ${count(msPerCase.alone)} ms with its control run and the proof of its heal.`,
    ...(soak.grown.length === 0
      ? []
      : [
          '',
          '| held, medians (of files the fewest) | first third (of memory: second) | last third | flat |',
          '|---|---|---|---|',
          ...soak.grown.map(shown),
        ]),
    ...['', `${left}${soak.left.length === 0 ? '.' : ':'}`, ...soak.left.map((line) => `- ${line.slice(0, 200)}`)],
    ...listOf('Not back by itself', soak.notHealed),
  ];
}

function listOf(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines.map((line) => `- ${line.replaceAll('|', '/')}`)];
}
