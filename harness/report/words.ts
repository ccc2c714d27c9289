/** The words of the report: verdicts, reasons, outcomes and exit codes, each with one plain sentence. */
import type { FailReason, UnknownReason, VerdictStatus } from '../core/index.ts';

export interface VerdictWord {
  /** What a promise with this verdict is called. */
  readonly word: string;
  readonly sign: string;
  readonly meaning: string;
}

export const VERDICT_WORDS: Readonly<Record<VerdictStatus, VerdictWord>> = {
  pass: {
    word: 'kept',
    sign: '✓',
    meaning: 'The promise held while the fault was acting, and the fault is proven to have acted.',
  },
  fail: { word: 'broken', sign: '✕', meaning: 'The history shows the promise being broken.' },
  unknown: {
    word: 'unknown',
    sign: '?',
    meaning: 'Nothing can be said: the reason is given. It is never counted as kept.',
  },
};

export const REASONS: Readonly<Record<UnknownReason | FailReason, string>> = {
  'fault-never-landed':
    'The fault was armed, but nothing it could act on came by within the case. A quiet system proves nothing.',
  'not-steady-before':
    'The control run, the same workload without faults, did not pass. So the fault cannot be blamed.',
  'check-crashed': 'The check itself threw an error.',
  'timed-out': 'The case did not end before its deadline.',
  contaminated: 'Something shared changed while the case ran beside others: its result cannot be trusted.',
  bypassed: 'A service talked to another one past the wire, where no fault can act.',
  'records-lost': 'More was recorded than could be read in time, so the record of this case has a hole.',
  'no-data': 'The history holds nothing the check could judge.',
  interrupted: 'The run was ended before this was done.',
  'not-attributed': 'Too few exchanges could be told apart by case.',
  'broken-promise': 'What the topology declares was not what happened.',
  stuck: 'Work was still pending at the deadline although every part was healthy.',
  'workload-failed': 'The workload itself could not be carried out.',
};

/** How an exchange ended, in the order of the legend. */
export const OUTCOMES = {
  answered: 'a complete reply reached the caller',
  error: 'the reply was an error (HTTP 5xx, or a Kafka error code)',
  'gave-up': 'the caller closed before the reply was complete: its time-out',
  reset: 'the connection broke',
  refused: 'the callee could not be reached',
  open: 'not ended when the record was closed',
  message: 'one Kafka record, produced or delivered',
} as const;

export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'every promise was kept',
  1: 'a promise was broken',
  2: 'inconclusive: something is unknown',
  3: 'the harness itself failed',
  64: 'bad arguments or configuration',
  130: 'interrupted',
};

/** The vocabulary, for the list of words at the foot of the page. */
export const GLOSSARY: readonly (readonly [word: string, meaning: string])[] = [
  [
    'promise',
    'What the topology declares and a check can prove wrong: a deadline, a breaker, an equation of ' +
      'the ledger. Here each experiment and each contract counts as one.',
  ],
  ['experiment', 'A hypothesis: a workload, faults, and the checks that must hold meanwhile and afterwards.'],
  ['control run', 'The same workload with the same seed and no fault. It must pass, or the fault cannot be blamed.'],
  ['edge', 'One caller and one callee. Every edge has an address of its own, so that a fault hits this link only.'],
  ['wire', 'The proxy in front of every edge. It records each exchange, and can act on one of them.'],
  ['exchange', 'One request and its reply on one edge.'],
  ['fault', 'What was done to the system, where and when.'],
  ['hit', 'One time that a fault really acted, counted where it acts. No hit means unknown, never kept.'],
  [
    'attribution',
    'The share of exchanges on an edge that can be told apart by case. Below 100 % a fault there ' +
      'cannot be kept to one case.',
  ],
  [
    'ledger',
    'What the services and the outside world say was done, read after all is quiet: charges, refunds, ' +
      'shipments, reservations, messages.',
  ],
  ['defect', 'A bug planted in a service on purpose, to show that a check turns red when it should.'],
];
