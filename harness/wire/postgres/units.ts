/** The exchange that a client is saying now: it begins, is kept back or not, and is decided when it is known what it is about. */
import { LIMITS } from '../../core/index.ts';
import type { Line } from './line.ts';
import { actOnRequest } from './request-actions.ts';
import type { Statements } from './statements.ts';
import { openUnit, type Unit, type UnitKind } from './unit.ts';

export interface Units {
  /** The one that is being said. */
  readonly current: Unit | undefined;
  begin(kind: UnitKind, held: boolean): Unit;
  /** Bytes of it (or of nothing, between two) that have not been passed on. */
  piece(bytes: Buffer): void;
  /** The client wants an answer to what it has said so far. */
  flushed(): void;
  ended(): void;
  /** Nothing is read any more: what is kept back goes on. */
  letGo(): void;
}

export function createUnits(line: Line, statements: Statements): Units {
  const { context, requests } = line;
  let current: Unit | undefined;

  const sendKept = (unit: Unit) => {
    const kept = unit.kept.splice(0);
    unit.keptBytes = 0;
    requests.push(() => {
      if (!line.waiting.includes(unit)) line.waits(unit);
      for (const part of kept) context.toCallee(part);
    });
  };
  const decide = (unit: Unit) => {
    if (!unit.held) return;
    unit.held = false;
    requests.push(() => actOnRequest(line, unit));
  };
  return {
    get current() {
      return current;
    },
    begin(kind, held) {
      const unit = openUnit(context, kind, held);
      current = unit;
      line.began(unit);
      if (!held) inOrder(line, () => line.waits(unit));
      return unit;
    },
    piece(bytes) {
      if (current?.held !== true) {
        requests.send(bytes);
        return;
      }
      current.kept.push(bytes);
      current.keptBytes += bytes.length;
      if (current.keptBytes <= LIMITS.wireStashBytes) return;
      // Too much to be kept: it goes on, and nothing acts on it.
      current.held = false;
      sendKept(current);
    },
    flushed() {
      if (current?.held !== true) return;
      // What only prepares goes on undecided.
      if (current.runs) decide(current);
      else sendKept(current);
    },
    ended() {
      const unit = current;
      if (unit === undefined) return;
      current = undefined;
      statements.complete(unit);
      decide(unit);
      inOrder(line, () => {
        unit.forwarded = line.waiting.includes(unit) && unit.ownEnd === undefined;
        line.decided(unit);
      });
    },
    letGo() {
      for (const part of current?.held === true ? current.kept.splice(0) : []) requests.send(part);
      current = undefined;
    },
  };
}

function inOrder(line: Line, step: () => void): void {
  if (line.requests.busy) line.requests.push(step);
  else step();
}
