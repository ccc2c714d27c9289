/** A verdict as a badge: a sign, a word and a colour, so that none of them is needed alone. */

import type { VerdictStatus } from '../../core/index.ts';
import { VERDICT_WORDS } from '../words.ts';
import { type Drawn, h } from './element.ts';

/** `word` replaces the usual one (`found`, `red`). */
export function badge(status: VerdictStatus, word: string = VERDICT_WORDS[status].word): Drawn {
  return h('span', { class: `badge ${status}` }, sign(status), word);
}

/** The sign alone; what it means must stand beside it. */
export function sign(status: VerdictStatus): Drawn {
  return h('span', { class: `sign-${status} glyph`, 'aria-hidden': 'true' }, VERDICT_WORDS[status].sign);
}
