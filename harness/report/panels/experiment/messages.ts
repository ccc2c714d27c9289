/** What became of the messages: produced, delivered, delivered again, committed; by topic and group. */

import type { GroupFigures, TopicFigures } from '../../digest/messages.ts';
import { count } from '../../format.ts';
import type { ExperimentPanel } from '../../panel.ts';
import { h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';
import { folded } from '../../parts/text.ts';

const panel: ExperimentPanel = {
  name: 'messages',
  title: 'Messages',
  order: 80,
  place: 'experiment',
  render: ({ case: digest }) => {
    const topics = digest?.topics ?? [];
    if (topics.length === 0) return null;
    const total = (of: (topic: (typeof topics)[number]) => number) => topics.reduce((sum, topic) => sum + of(topic), 0);
    const again = total((topic) => topic.groups.reduce((sum, group) => sum + group.duplicates, 0));
    const groups: { topic: TopicFigures; group?: GroupFigures }[] = topics.flatMap((topic) =>
      topic.groups.length === 0 ? [{ topic }] : topic.groups.map((group) => ({ topic, group })),
    );
    return [
      h(
        'p',
        null,
        `${count(total((topic) => topic.produced))} produced on ${topics.length} topics, ` +
          `${count(total((topic) => topic.copies))} of them copies; ` +
          `${count(again)} deliveries were repeats of an event that the same group had had.`,
      ),
      folded(
        'By topic and group',
        table({
          caption: 'Messages by topic and consumer group',
          columns: [
            { head: 'Topic' },
            { head: 'Produced', figures: true },
            { head: 'Copies', figures: true },
            { head: 'Not acknowledged', figures: true },
            { head: 'Group' },
            { head: 'Delivered', figures: true },
            { head: 'Different', figures: true },
            { head: 'Again', figures: true },
            { head: 'Commits', figures: true },
          ],
          rows: groups.map(({ topic, group }) => [
            topic.topic,
            count(topic.produced),
            count(topic.copies),
            count(topic.unacknowledged),
            group?.group ?? 'nobody',
            count(group?.delivered ?? 0),
            count(group?.distinct ?? 0),
            count(group?.duplicates ?? 0),
            count(group?.commits ?? 0),
          ]),
        }),
      ),
    ];
  },
};

export default panel;
