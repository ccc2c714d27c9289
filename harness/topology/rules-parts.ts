/** Rules on services, stores and brokers: names, ports, start order, topics, templates. */
import { edgeId, nearestNames, type Service, type Topology } from '../core/index.ts';
import { OWN_TLS, TEMPLATE_FORMS, templatesIn } from './templates.ts';
import type { Problem } from './validate.ts';

/** Names that parts of the lab itself have. */
const RESERVED = ['driver', 'wire', 'toxiproxy', 'warden'];

export function partProblems(topology: Topology): Problem[] {
  return [
    ...nameProblems(topology),
    ...portProblems(topology),
    ...orderProblems(topology),
    ...topicProblems(topology),
    ...besideProblems(topology),
    ...Object.entries(topology.services).flatMap(([name, service]) => templateProblems(topology, name, service)),
  ];
}

function nameProblems({ services, stores, brokers }: Topology): Problem[] {
  const problems: Problem[] = [];
  const kinds = { service: services, store: stores, broker: brokers };
  const seen = new Map<string, string>();
  for (const [kind, parts] of Object.entries(kinds)) {
    for (const name of Object.keys(parts)) {
      const other = seen.get(name);
      if (other)
        problems.push({ message: `a ${kind} and a ${other} are both named "${name}"`, hint: 'Rename one of them.' });
      if (RESERVED.includes(name)) {
        problems.push({
          message: `a ${kind} is named "${name}", which is a part of the lab itself`,
          hint: 'Rename it.',
        });
      }
      seen.set(name, kind);
    }
  }
  if (Object.keys(services).length === 0) {
    problems.push({ message: 'it declares no service', hint: 'Add at least one entry to services.' });
  }
  return problems;
}

function portProblems({ services }: Topology): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<number, string>();
  for (const [name, { port, extraPorts = [] }] of Object.entries(services)) {
    if (new Set(extraPorts).size < extraPorts.length) {
      problems.push({
        message: `service "${name}" names an extra port twice`,
        hint: 'Give each extra port its own name.',
      });
    }
    if (port === undefined) continue;
    const other = owners.get(port);
    if (other) {
      const message = `services "${other}" and "${name}" both want the fixed port ${port}`;
      problems.push({ message, hint: 'Give one of them another port, or none: a free one is then chosen.' });
    }
    owners.set(port, name);
  }
  return problems;
}

function orderProblems({ services }: Topology): Problem[] {
  const problems: Problem[] = [];
  for (const [name, { after = [] }] of Object.entries(services)) {
    for (const earlier of after) {
      if (services[earlier]) continue;
      const message = `service "${name}" is to start after "${earlier}", which is not a service`;
      problems.push({ message, hint: didYouMean(earlier, Object.keys(services), 'Name a service in `after`.') });
    }
  }
  const cycle = findCycle(services);
  if (cycle) {
    const message = `services wait for each other in a circle: ${cycle.join(' after ')}`;
    problems.push({ message, hint: 'Remove one of these from `after`.' });
  }
  return problems;
}

/** One cycle in `after`, its first name repeated at the end. */
function findCycle(services: Topology['services']): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const earlier of services[name]?.after ?? []) {
      const cycle = visit(earlier, [...path, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(services)) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** What a sidecar stands beside is a service, and not itself. */
function besideProblems({ services }: Topology): Problem[] {
  return Object.entries(services).flatMap(([name, { beside }]) => {
    if (beside === undefined || (beside !== name && services[beside])) return [];
    const message = `service "${name}" is to stand beside "${beside}", which is not another service`;
    return [{ message, hint: didYouMean(beside, Object.keys(services), 'Name a service in `beside`.') }];
  });
}

function topicProblems({ brokers }: Topology): Problem[] {
  return Object.entries(brokers).flatMap(([broker, { topics }]) => {
    const names = topics.map((topic) => topic.name);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (!twice) return [];
    return [{ message: `broker "${broker}" declares the topic "${twice}" twice`, hint: 'Remove one of the two.' }];
  });
}

function templateProblems(topology: Topology, name: string, service: Service): Problem[] {
  const places: [string, string][] = [
    ...service.command.map((text, index): [string, string] => [`services.${name}.command[${index}]`, text]),
    ...Object.entries(service.env ?? {}).map(([key, text]): [string, string] => [`services.${name}.env.${key}`, text]),
  ];
  const callees = topology.edges.filter((edge) => edge.caller === name).map((edge) => edge.callee);
  const isCertified = topology.edges.some(({ callee, tls }) => callee === name && tls === 'made');
  return places.flatMap(([where, text]) =>
    templatesIn(text).flatMap(({ source, name: template }): Problem[] => {
      const used = `${where} uses \${${source}}`;
      if (template.about === 'unknown') {
        return [{ message: `${used}, which stands for nothing`, hint: `Use one of ${TEMPLATE_FORMS}.` }];
      }
      if (template.about === 'extra-port' && !service.extraPorts?.includes(template.port)) {
        return [
          { message: `${used}, but it has no such extra port`, hint: `Add "${template.port}" to its extraPorts.` },
        ];
      }
      if (template.about === 'self' && OWN_TLS.some((word) => word === template.word) && !isCertified) {
        const hint = `Write tls: 'made' on an edge that leads to "${name}".`;
        return [{ message: `${used}, but no certificate is made for it`, hint }];
      }
      if (template.about === 'beside') {
        const ports = topology.services[service.beside ?? '']?.extraPorts;
        if (service.beside !== undefined && (template.port === undefined || ports?.includes(template.port))) return [];
        return [{ message: `${used}, which it does not stand beside`, hint: 'Name the service in its `beside`.' }];
      }
      if (template.about !== 'callee' || callees.includes(template.callee)) return [];
      const missing = edgeId({ caller: name, callee: template.callee });
      const hint = `Add { caller: '${name}', callee: '${template.callee}', … } to edges.`;
      return [
        { message: `${used}, but there is no edge ${missing}`, hint: didYouMean(template.callee, callees, hint) },
      ];
    }),
  );
}

/** "Did you mean …?" where something near exists, else the other hint. */
export function didYouMean(wanted: string, names: readonly string[], otherwise: string): string {
  const nearest = nearestNames(wanted, names);
  return nearest.length > 0 ? `Did you mean ${nearest.map((name) => `"${name}"`).join(' or ')}?` : otherwise;
}
