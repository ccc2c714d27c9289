/** What the statements and portals of one connection are, so that an Execute can be called by its statement's name. */
import type { Line } from './line.ts';
import { ASK, textAt } from './messages.ts';
import type { Statement } from './naming.ts';
import type { Unit } from './unit.ts';
import { linkByValues } from './values.ts';

export interface Statements {
  /** A message of the exchange is complete. */
  note(unit: Unit, type: number, body: Buffer): void;
  /** All its messages have come: its name and its case are final. */
  complete(unit: Unit): void;
}

const MOST_NAMES = 5_000;

interface Prepared {
  readonly name: string;
  readonly statement: Statement;
}

export function createStatements(line: Line): Statements {
  const { naming } = line.state;
  const { links } = line.context;
  const prepared = new Map<string, Prepared>();
  const portals = new Map<string, Prepared | undefined>();

  const runs = (unit: Unit, what: Prepared | undefined) => {
    unit.runs = true;
    const first = unit.statement === undefined || (what?.statement.writes === true && !unit.statement.writes);
    if (what === undefined || !first) return;
    unit.statement = what.statement;
    unit.prepared = what.name;
    unit.operation = what.statement.operation;
  };
  const keep = <V>(map: Map<string, V>, name: string, value: V) => {
    if (map.size >= MOST_NAMES) map.clear();
    map.set(name, value);
  };

  return {
    note(unit, type, body) {
      if (type === ASK.query) {
        runs(unit, { name: '', statement: naming.ofText(textAt(body, 0).text) });
      } else if (type === ASK.parse) {
        const { text: name, end } = textAt(body, 0);
        const made = { name, statement: naming.ofText(textAt(body, end).text, name) };
        keep(prepared, name, made);
        if (!unit.runs) unit.operation = `PREPARE ${made.statement.operation}`;
      } else if (type === ASK.bind) {
        const { text: portal, end } = textAt(body, 0);
        const { text: name, end: valuesAt } = textAt(body, end);
        keep(portals, portal, prepared.get(name));
        if (links !== undefined && !unit.mixed)
          linkByValues(links, unit, prepared.get(name)?.statement.operation ?? '', body, valuesAt);
      } else if (type === ASK.execute) {
        runs(unit, portals.get(textAt(body, 0).text));
        if (unit.statement === undefined) unit.operation = 'EXECUTE';
      }
    },
    complete(unit) {
      if (unit.case === undefined && !unit.mixed && line.status === 'T') unit.case = line.transactionCase;
    },
  };
}
