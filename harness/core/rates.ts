/** How often something happens, and how often at most: exact one-sided bounds of Clopper and Pearson (Biometrika 26, 1934). */

export interface Rate {
  /** How often it happened, in how many tries. */
  readonly count: number;
  readonly of: number;
  /** With 95 % confidence it happens no more often, and no less often, than this (shares, each one-sided). */
  readonly atMost: number;
  readonly atLeast: number;
}

/** How well the checks see, as it was measured and published; a run shows the figures it was made with. */
export interface PublishedRates {
  /** What they were measured on. */
  readonly commit: string;
  readonly machine: string;
  readonly measuredAt: number;
  /** Hunts of planted defects in which the named check turned red. */
  readonly detection: Rate;
  /** Red although nothing was wrong. */
  readonly falseAlarmsScoped: Rate;
  readonly falseAlarmsAlone: Rate;
  /** Experiments whose verdicts differed between runs in which nothing was changed. */
  readonly flakes: Rate;
}

const CONFIDENCE = 0.95;

/** With none of `of` the upper bound is 1 - 0.05^(1/of), for large numbers 3/of: the rule of three. No try at all says nothing. */
export function rateOf(count: number, of: number): Rate {
  if (of <= 0) return { count: 0, of: 0, atMost: 1, atLeast: 0 };
  const doubt = 1 - CONFIDENCE;
  return {
    count,
    of,
    atMost: count >= of ? 1 : solve((share) => tail(count, of, share) - doubt),
    atLeast: count <= 0 ? 0 : solve((share) => doubt - (1 - tail(count - 1, of, share))),
  };
}

/** `0 of 300 (at most 0.99 %)`, `49 of 49 (at least 94.1 %)`. */
export function rateText({ count, of, atMost, atLeast }: Rate, wanted: 'few' | 'many'): string {
  const bound = wanted === 'few' ? `at most ${percent(atMost, 'up')}` : `at least ${percent(atLeast, 'down')}`;
  return `${count.toLocaleString('en')} of ${of.toLocaleString('en')} (${bound})`;
}

/** Rounded to the side that promises less. */
function percent(share: number, side: 'up' | 'down'): string {
  const digits = share < 0.1 ? 100 : 10;
  const scaled = share * 100 * digits;
  return `${(side === 'up' ? Math.ceil(scaled) : Math.floor(scaled)) / digits} %`;
}

/** P(X <= count) of a binomial distribution. */
function tail(count: number, of: number, share: number): number {
  let term = of * Math.log1p(-share);
  let sum = Math.exp(term);
  const odds = Math.log(share) - Math.log1p(-share);
  for (let index = 1; index <= count; index++) {
    term += Math.log(of - index + 1) - Math.log(index) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

/** Where a falling function crosses zero in (0, 1). */
function solve(falling: (share: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
