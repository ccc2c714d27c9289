/** The one command that repeats the experiment, with its seed and its file. */

import type { ExperimentPanel } from '../../panel.ts';
import { h } from '../../parts/element.ts';
import { command } from '../../parts/text.ts';

const panel: ExperimentPanel = {
  name: 'repeat',
  title: 'See it again',
  order: 90,
  place: 'experiment',
  render: ({ result }) =>
    h(
      'div',
      null,
      command(result.repeat),
      h(
        'p',
        { class: 'muted small' },
        `Defined in ${result.file} · seed ${(result.case ?? result.control).seed} · case ` +
          `${(result.case ?? result.control).id} · records in ${(result.case ?? result.control).history}`,
      ),
    ),
};

export default panel;
