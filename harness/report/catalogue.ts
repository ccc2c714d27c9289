/** Loads the panels: every file of `panels/page/` and `panels/experiment/`. There is no list to edit. */
import { readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { HarnessError } from '../core/index.ts';
import type { ExperimentPanel, PagePanel, Panel } from './panel.ts';

export interface Panels {
  readonly page: readonly PagePanel[];
  readonly experiment: readonly ExperimentPanel[];
}

const FOLDER = new URL('./panels/', import.meta.url);

/** Every panel, in order. Throws `internal` for a file that is no panel or an order that is taken twice. */
export async function loadPanels(folder: URL = FOLDER): Promise<Panels> {
  return { page: await loadFolder(folder, 'page'), experiment: await loadFolder(folder, 'experiment') };
}

async function loadFolder<Place extends Panel['place']>(
  root: URL,
  place: Place,
): Promise<Extract<Panel, { place: Place }>[]> {
  const folder = new URL(`${place}/`, root);
  const files = (await readdir(folder)).filter((file) => /^[a-z][a-z0-9-]*\.(ts|js)$/.test(file)).sort();
  const panels = await Promise.all(files.map((file) => loadPanel(folder, file, place)));
  panels.sort((a, b) => a.order - b.order);
  refuseTwins(panels);
  return panels as Extract<Panel, { place: Place }>[];
}

async function loadPanel(folder: URL, file: string, place: Panel['place']): Promise<Panel> {
  const loaded: { default?: unknown } = await import(new URL(file, folder).href);
  const name = basename(file, extname(file));
  const panel = loaded.default;
  if (isPanel(panel) && panel.name === name && panel.place === place) return panel;
  throw new HarnessError({
    code: 'internal',
    message:
      `report panel ${place}/${file}: its default export must be a panel with name "${name}", ` +
      `place "${place}", title, order and render`,
    hint: 'compare it with harness/report/panel.ts',
  });
}

function isPanel(value: unknown): value is Panel {
  if (typeof value !== 'object' || value === null) return false;
  const panel = value as Partial<Record<keyof Panel, unknown>>;
  return (
    typeof panel.name === 'string' &&
    typeof panel.title === 'string' &&
    typeof panel.order === 'number' &&
    typeof panel.render === 'function' &&
    (panel.place === 'page' || panel.place === 'experiment')
  );
}

function refuseTwins(panels: readonly Panel[]): void {
  for (const [index, panel] of panels.entries()) {
    const next = panels[index + 1];
    if (next?.order !== panel.order) continue;
    throw new HarnessError({
      code: 'internal',
      message: `report panels ${panel.name} and ${next.name} both have order ${panel.order}`,
      hint: 'give one of them another order',
    });
  }
}
