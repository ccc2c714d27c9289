/** The whole page as one file: a policy that forbids every request, the style, the panels in order, and the script. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { renderToString } from 'preact-render-to-string';
import { isHunt, totalOf } from './digest/tally.ts';
import { cleanPage } from './escape.ts';
import type { PagePanel } from './panel.ts';
import { sign } from './parts/badge.ts';
import { type Content, type Drawn, h } from './parts/element.ts';
import type { PageView } from './view.ts';
import { VERDICT_WORDS } from './words.ts';

export interface PageAssets {
  readonly style: string;
  /** Runs before the body is drawn: the chosen colours. */
  readonly early: string;
  readonly script: string;
}

/** Reads style and script; each folder is joined in the order of its file names. */
export async function loadAssets(): Promise<PageAssets> {
  const early = await readFile(new URL('./client/early.js', import.meta.url), 'utf8');
  const style = await joined(new URL('./style/', import.meta.url), /\.css$/);
  const parts = await joined(new URL('./client/', import.meta.url), /^(?!early).*\.js$/);
  const script = parts.replace(/^export /gm, '').replace(/^import[^;]*;$/gm, '');
  return { style, early: `(()=>{${early}})();`, script: `(()=>{'use strict';\n${script}})();` };
}

async function joined(folder: URL, pattern: RegExp): Promise<string> {
  const files = (await readdir(folder)).filter((file) => pattern.test(file)).sort();
  return (await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')))).join('\n');
}

/** The page as text. Pure: the same view and assets give the same bytes. */
export function renderPage(page: PageView, panels: readonly PagePanel[], assets: PageAssets): string {
  const sections = panels
    .map((panel) => ({ panel, content: panel.render(page) }))
    .filter(({ content }) => isShown(content));
  const title = `${page.run.name}: ${VERDICT_WORDS[page.run.verdict].word} – faultline`;
  const document = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy(assets) }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('meta', { name: 'referrer', content: 'no-referrer' }),
      h('link', { rel: 'icon', href: 'data:,' }),
      h('title', null, title),
      h('style', { dangerouslySetInnerHTML: { __html: assets.style } }),
      h('script', { dangerouslySetInnerHTML: { __html: assets.early } }),
    ),
    h('body', null, body(page, sections), h('script', { dangerouslySetInnerHTML: { __html: assets.script } })),
  );
  return cleanPage(`<!doctype html>\n${renderToString(document)}\n`);
}

/** Nothing may be fetched, and only our own script and style run: they are named by their hashes. */
function policy(assets: PageAssets): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return (
    `default-src 'none'; style-src ${hash(assets.style)}; script-src ${hash(assets.early)} ` +
    `${hash(assets.script)}; img-src data:; base-uri 'none'; form-action 'none'`
  );
}

interface Section {
  readonly panel: PagePanel;
  readonly content: Content;
}

function body(page: PageView, sections: readonly Section[]): Drawn[] {
  const main = sections.map(({ panel, content }, index) => [
    section(panel, content),
    index === 0 ? filterBar(page) : null,
  ]);
  return [
    h('a', { class: 'skip', href: '#main' }, 'Skip to the verdict'),
    h(
      'header',
      { class: 'top' },
      h(
        'p',
        { class: 'brand' },
        h('b', null, 'faultline'),
        h('span', { class: 'muted' }, ' chaos and contract report'),
      ),
      h(
        'button',
        { type: 'button', id: 'theme', class: 'needs-script', 'aria-label': 'Colours: as the system' },
        'Colours: auto',
      ),
    ),
    h('div', { class: 'frame' }, contents(page, sections), h('main', { id: 'main', tabIndex: -1 }, main)),
    h(
      'footer',
      null,
      `Made by faultline ${page.run.versions.faultline ?? ''} from run.json and its histories. This ` +
        'file asks nothing of any network.',
    ),
  ];
}

function section(panel: PagePanel, content: Content): Drawn {
  if (panel.bare) return h('section', { id: panel.name, 'aria-labelledby': `${panel.name}-title` }, content);
  return h(
    'section',
    { id: panel.name, 'aria-labelledby': `${panel.name}-title` },
    h('h2', { id: `${panel.name}-title` }, panel.title),
    panel.lead === undefined ? null : h('p', { class: 'lead' }, panel.lead),
    content,
  );
}

function contents(page: PageView, sections: readonly Section[]): Drawn {
  const listed = sections.filter(({ panel }) => panel.listed !== false);
  const experiments = h(
    'ol',
    null,
    page.experiments.map(({ result, anchor }) =>
      h(
        'li',
        null,
        h(
          'a',
          { href: `#${anchor}` },
          sign(result.verdict),
          h('span', { class: 'unseen' }, `${VERDICT_WORDS[result.verdict].word}: `),
          h('span', null, result.name),
        ),
      ),
    ),
  );
  return h(
    'nav',
    { id: 'contents', 'aria-label': 'Contents' },
    h(
      'ul',
      null,
      listed.map(({ panel }) =>
        h(
          'li',
          null,
          h('a', { href: `#${panel.name}` }, panel.title),
          panel.name === 'experiments' ? experiments : null,
        ),
      ),
    ),
  );
}

function filterBar(page: PageView): Drawn {
  const { experiments, contracts } = page.tally;
  const chips = (['fail', 'unknown', 'pass'] as const).map((status) =>
    h(
      'button',
      { type: 'button', class: `chip ${status}`, 'data-chip': status, 'aria-pressed': 'true' },
      sign(status),
      `${VERDICT_WORDS[status].word} `,
      isHunt(page.run) ? null : h('span', { class: 'muted' }, page.tally.all[status]),
    ),
  );
  return h(
    'div',
    { id: 'filter', class: 'filter needs-script', role: 'search', 'aria-label': 'Experiments, contracts and defects' },
    h(
      'label',
      { class: 'find' },
      h('span', { class: 'unseen' }, 'Filter by text'),
      h('input', {
        type: 'search',
        id: 'find',
        placeholder: 'Filter: a name, a service, a check …  ( / )',
        autocomplete: 'off',
        spellcheck: false,
      }),
    ),
    h('div', { class: 'chips', role: 'group', 'aria-label': 'Verdicts shown' }, chips),
    h(
      'div',
      { class: 'chips' },
      h('button', { type: 'button', id: 'expand' }, 'Expand all'),
      h('button', { type: 'button', id: 'collapse' }, 'Collapse all'),
    ),
    h(
      'p',
      { class: 'unseen', id: 'found', 'aria-live': 'polite' },
      `${totalOf(experiments) + totalOf(contracts)} shown`,
    ),
  );
}

function isShown(content: Content): boolean {
  return content !== null && content !== undefined && content !== false;
}
