/** The drawing of a topology: parts by shape, edges with the hits they took and how well they are attributed. */
import { curveBasis, line } from 'd3-shape';
import type { Topology } from '../../core/index.ts';
import { count, plural, shorten } from '../format.ts';
import { type Drawn, h } from '../parts/element.ts';
import type { TargetHits } from '../view.ts';
import { markedEdges } from './hubs.ts';
import { type PlacedEdge, type PlacedNode, placeTopology } from './layout.ts';

export interface TopologyDrawing {
  readonly topology: Topology;
  readonly edgeHits: ReadonlyMap<string, TargetHits>;
  readonly partHits: ReadonlyMap<string, TargetHits>;
  /** Unique in the page: ids of its title and description begin with it. */
  readonly id: string;
}

/** Drawn a little larger than it was laid out, where there is room. */
const SCALE = 1.15;

const curve = line<{ x: number; y: number }>(
  (point) => point.x,
  (point) => point.y,
).curve(curveBasis);

/** Edges that a fault has hit. */
export function struckEdges(edgeHits: ReadonlyMap<string, TargetHits>): ReadonlySet<string> {
  return new Set([...edgeHits].filter(([, target]) => target.hits > 0).map(([edge]) => edge));
}

export function topologySvg(drawing: TopologyDrawing): Drawn {
  const { topology, edgeHits, partHits, id } = drawing;
  const struck = [...struckEdges(edgeHits)];
  const partLabels = new Map(
    [...partHits]
      .filter(([, target]) => target.hits > 0)
      .map(([part, target]) => [part, `${part} ↯ ${count(target.hits)}`]),
  );
  const marked = markedEdges(topology, new Set(struck));
  const placed = placeTopology(topology, { labelled: new Set(struck), marked, partLabels });
  const size = `${plural(placed.nodes.length, 'part')} and ${plural(topology.edges.length, 'edge')}`;
  const hits = struck.map((edge) => `${edge.replace('->', ' to ')} (${edgeHits.get(edge)?.hits})`).join(', ');
  const what = struck.length === 0 ? 'No edge was hit by a fault.' : `Hit by faults: ${hits}.`;
  const description = `${size}, callers left of whom they call. ${what} The table of edges lists every one.`;
  const byHits = placed.edges.toSorted((a, b) => (edgeHits.get(a.id)?.hits ?? 0) - (edgeHits.get(b.id)?.hits ?? 0));
  return h(
    'svg',
    {
      viewBox: `0 0 ${placed.width} ${placed.height}`,
      width: Math.round(placed.width * SCALE),
      height: Math.round(placed.height * SCALE),
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      class: 'topology',
    },
    h('title', { id: `${id}-title` }, `Topology ${topology.name}`),
    h('desc', { id: `${id}-desc` }, description),
    h('defs', null, arrowHead(`${id}-arrow`, 'arrow'), arrowHead(`${id}-arrow-hit`, 'arrow-hit')),
    byHits.map((edge) => edgeShape(edge, edgeHits.get(edge.id), id)),
    placed.nodes.map((node) => nodeShape(node, partHits.get(node.name))),
    byHits.map((edge) => hitLabel(edge, edgeHits.get(edge.id))),
  );
}

function arrowHead(id: string, look: string): Drawn {
  return h(
    'marker',
    {
      id,
      viewBox: '0 0 8 8',
      refX: 7,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
      markerUnits: 'userSpaceOnUse',
      orient: 'auto',
    },
    h('path', { d: 'M0 0.5L8 4L0 7.5z', class: look }),
  );
}

function edgeShape(edge: PlacedEdge, hits: TargetHits | undefined, id: string): Drawn {
  const isHit = (hits?.hits ?? 0) > 0;
  const tip = isHit
    ? `${edge.id.replace('->', ' → ')}: ${plural(hits?.hits ?? 0, 'hit')} in ${hits?.experiments.join(', ')}`
    : edge.id.replace('->', ' → ');
  return h(
    'path',
    {
      d: rounded(curve([...edge.points]) ?? ''),
      class: isHit ? 'wire hit' : 'wire',
      'marker-end': `url(#${id}-arrow${isHit ? '-hit' : ''})`,
    },
    h('title', null, tip),
  );
}

function hitLabel(edge: PlacedEdge, hits: TargetHits | undefined): Drawn | null {
  if (hits === undefined || hits.hits === 0) return null;
  const text = `↯ ${count(hits.hits)}`;
  const width = text.length * 7 + 12;
  return h(
    'g',
    null,
    h('rect', { x: round(edge.x - width / 2), y: round(edge.y - 10), width, height: 20, rx: 10, class: 'hit-pill' }),
    h('text', { x: round(edge.x), y: round(edge.y + 4.5), 'text-anchor': 'middle', class: 'hit-text' }, text),
  );
}

function nodeShape(node: PlacedNode, hits: TargetHits | undefined): Drawn {
  const isHit = (hits?.hits ?? 0) > 0;
  const left = round(node.x - node.width / 2);
  const top = round(node.y - node.height / 2);
  const label = shorten(node.name, 26);
  return h(
    'g',
    { class: `node ${node.kind}${isHit ? ' hit' : ''}` },
    h(
      'title',
      null,
      isHit
        ? `${node.name} (${node.kind}): ${plural(hits?.hits ?? 0, 'hit')} in ${hits?.experiments.join(', ')}`
        : `${node.name} (${node.kind})`,
    ),
    outline(node, left, top),
    h(
      'text',
      { x: round(node.x), y: round(node.y + (isStore(node.kind) ? 8 : 5)), 'text-anchor': 'middle' },
      isHit ? `${label} ↯ ${count(hits?.hits ?? 0)}` : label,
    ),
    node.marks.map((mark, index) => markShape(node, mark, index)),
  );
}

const MARK_WIDTH = 15;
const MARK_HEIGHT = 11;
const MARK_PITCH = 19;

/** A small drum or pipe on the lower border: this part uses that store or broker. */
function markShape(node: PlacedNode, { name, kind }: PlacedNode['marks'][number], index: number): Drawn {
  const x = round(node.x + node.width / 2 - 6 - MARK_WIDTH - index * MARK_PITCH);
  const y = round(node.y + node.height / 2 - MARK_HEIGHT / 2);
  const box = { kind, width: MARK_WIDTH, height: MARK_HEIGHT, rim: 2.5, tip: 4 };
  return h('g', { class: 'mark' }, h('title', null, `${node.name} → ${name}`), outline(box, x, y));
}

interface Outlined extends Pick<PlacedNode, 'kind' | 'width' | 'height'> {
  readonly rim?: number;
  readonly tip?: number;
}

const isStore = (kind: PlacedNode['kind']) => kind === 'postgres' || kind === 'redis';

/** Services are boxes, the outside world is dashed, stores are drums, brokers are pipes, the driver is a pill. */
function outline({ kind, width, height, rim = 6, tip = 10 }: Outlined, left: number, top: number): Drawn {
  const right = left + width;
  const bottom = top + height;
  if (isStore(kind)) {
    const drum =
      `M${left} ${top + rim}V${bottom - rim}A${width / 2} ${rim} 0 0 0 ${right} ` + `${bottom - rim}V${top + rim}`;
    return h(
      'g',
      null,
      h('path', {
        class: 'shape',
        d: `${drum}A${width / 2} ${rim} 0 0 0 ${left} ${top + rim}A${width / 2} ${rim} 0 0 0 ${right} ${top + rim}`,
      }),
      h('path', { class: 'rim', d: `M${left} ${top + rim}A${width / 2} ${rim} 0 0 1 ${right} ${top + rim}` }),
    );
  }
  if (kind === 'kafka')
    return h('path', {
      class: 'shape',
      d:
        `M${left + tip} ${top}H${right - tip}L${right} ${top + height / 2}L${right - tip} ` +
        `${bottom}H${left + tip}L${left} ${top + height / 2}z`,
    });
  return h('rect', { class: 'shape', x: left, y: top, width, height, rx: kind === 'driver' ? height / 2 : 6 });
}

function rounded(path: string): string {
  return path.replace(/\d+\.\d+/g, (number) => String(round(Number(number))));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
