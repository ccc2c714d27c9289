/** Rules on the ledger: its probes can be asked, its equations and orders speak of something. */
import type { Ledger, Probe, Topology } from '../core/index.ts';
import { didYouMean } from './rules-parts.ts';
import type { Problem } from './validate.ts';

export function ledgerProblems(topology: Topology): Problem[] {
  const ledger = topology.ledger;
  if (!ledger) return [];
  const probes: [string, Probe][] = [
    ['ledger.entities', ledger.entities],
    ...ledger.entries.map((probe, index): [string, Probe] => [`ledger.entries[${index}]`, probe]),
    ...ledger.pending.map((probe, index): [string, Probe] => [`ledger.pending[${index}]`, probe]),
  ];
  return [...probes.flatMap(([where, probe]) => probeProblems(topology, where, probe)), ...sumProblems(ledger)];
}

function probeProblems(topology: Topology, where: string, probe: Probe): Problem[] {
  if ('service' in probe) {
    if (topology.services[probe.service]) return [];
    const hint = didYouMean(probe.service, Object.keys(topology.services), 'Name a declared service.');
    return [{ message: `${where} asks the service "${probe.service}", which is not declared`, hint }];
  }
  if (!topology.stores[probe.store]) {
    const hint = didYouMean(probe.store, Object.keys(topology.stores), 'Name a declared store.');
    return [{ message: `${where} asks the store "${probe.store}", which is not declared`, hint }];
  }
  if (topology.stores[probe.store]?.kind !== 'postgres') {
    const hint = 'Ask a Postgres by SQL, or a service by HTTP.';
    return [{ message: `${where} asks the store "${probe.store}" by SQL, which is no Postgres`, hint }];
  }
  const databases = topology.edges.filter((edge) => edge.callee === probe.store).map((edge) => edge.caller);
  if (databases.includes(probe.database)) return [];
  const hint = didYouMean(
    probe.database,
    databases,
    `A service has a database in "${probe.store}" once it has an edge to it.`,
  );
  return [
    { message: `${where} asks for the database "${probe.database}" of "${probe.store}", which nobody owns`, hint },
  ];
}

function sumProblems(ledger: Ledger): Problem[] {
  const problems: Problem[] = [];
  for (const { name, left, right } of ledger.equations) {
    if (left.length === 0 || right.length === 0) {
      const side = left.length === 0 ? 'left' : 'right';
      problems.push({
        message: `the equation "${name}" has no kind on its ${side} side`,
        hint: 'Name at least one ledger kind on each side, or remove the equation.',
      });
    }
    const both = left.find((kind) => right.includes(kind));
    if (both) {
      problems.push({ message: `the equation "${name}" has "${both}" on both sides`, hint: 'Name each kind once.' });
    }
  }
  const names = ledger.equations.map((equation) => equation.name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice) problems.push({ message: `two equations are named "${twice}"`, hint: 'Rename one of them.' });
  if (Object.keys(ledger.terminal).length === 0) {
    problems.push({ message: 'ledger.terminal names no state', hint: 'Name the states in which an entity is done.' });
  }
  return problems;
}
