/** Whatever services say shows as text: no tag, no script, no broken JSON, in the page, in JUnit and in the summary. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import { inlineJson, markdownText, xmlAttribute, xmlText } from '../../../harness/report/escape.ts';
import { junitXml } from '../../../harness/report/junit.ts';
import { SUMMARY_MAX_BYTES, summaryMarkdown } from '../../../harness/report/summary.ts';
import { HOSTILE_TEXTS, hostileRun } from './hostile.ts';
import { tagsOf } from './html.ts';
import { pageOf, withoutAssets } from './render.ts';
import { checkXml } from './xml.ts';

/** Every element that the page is made of. */
const OURS = new Set(
  [
    'html head meta title style link script body a header p b i br span button div nav ul ol li main',
    'section h1 h2 h3 h4 small strong label input select option details summary figure figcaption table',
    'caption thead tbody tr th td code dl dt dd svg desc defs marker path g rect text footer',
  ]
    .join(' ')
    .split(' '),
);
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom(...HOSTILE_TEXTS));

/** What must not be: every finding in words, so that one glance tells. */
function troubles(html: string): string[] {
  const tags = tagsOf(html);
  const found = tags.flatMap(({ name, attributes }) => {
    const keys = [...attributes.keys()].filter((key) => key.startsWith('on') || key === 'src' || key === 'style');
    const href = attributes.get('href') ?? '#a';
    return [
      ...(OURS.has(name) ? [] : [`tag <${name}>`]),
      ...keys.map((key) => `<${name} ${key}>`),
      ...(/^(#[a-z0-9-]+|data:,)$/.test(href) ? [] : [`link to ${href}`]),
    ];
  });
  const scripts = tags.filter((tag) => tag.name === 'script').length;
  if (scripts !== calmScripts) found.push(`${scripts} scripts in place of ${calmScripts}`);
  const ids = tags.flatMap((tag) => tag.attributes.get('id') ?? []);
  if (new Set(ids).size !== ids.length) found.push('an id stands twice');
  const inline = html.matchAll(/<script type="application\/json"[^>]*>([^<]*)<\/script>/g);
  for (const [, json] of inline) JSON.parse(json ?? '');
  return found;
}

const sample = makeSampleRun({ orders: 1, experiments: 3 });
const calmScripts = tagsOf(withoutAssets(await pageOf(sample))).filter((tag) => tag.name === 'script').length;

async function expectSafe(texts: readonly string[]): Promise<void> {
  expect(troubles(withoutAssets(await pageOf(hostileRun(texts, sample))))).toEqual([]);
}

describe('the page', () => {
  test('shows every known hostile text as text, in every field at once', async () => {
    await expectSafe(HOSTILE_TEXTS);
    for (const text of HOSTILE_TEXTS) await expectSafe([text]);
  });

  test('shows any text as text', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 8 }), expectSafe), { numRuns: 25 });
  });

  test('holds no control character and no direction override', async () => {
    const html = await pageOf(hostileRun(HOSTILE_TEXTS));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(html)).toBe(false);
    expect(html.isWellFormed()).toBe(true);
  });

  test('does not change what every object has, whatever states and kinds are called', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    await pageOf(hostileRun(['__proto__', 'constructor', 'toString']));
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { entries?: unknown }).entries).toBeUndefined();
  });
});

describe('inline JSON', () => {
  test('gives back what went in and holds nothing that could end its element', () => {
    fc.assert(
      fc.property(fc.array(anyText), (texts) => {
        const json = inlineJson(texts);
        expect(json).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(json)).toEqual(texts);
      }),
    );
  });
});

describe('JUnit', () => {
  test('is well-formed XML for any text', () => {
    checkXml(junitXml(hostileRun(HOSTILE_TEXTS).run));
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 8 }), (texts) => {
        checkXml(junitXml(hostileRun(texts).run));
      }),
      { numRuns: 50 },
    );
  });

  test('escapes what XML needs escaped', () => {
    expect(xmlAttribute('a<b>&"\'\n\u0000c')).toBe('a&lt;b&gt;&amp;&quot;&apos;&#10;c');
    expect(xmlText(']]>\u001b[1m[[ATTACHMENT|/etc/passwd]]')).toBe(']]&gt;[1m[ [ATTACHMENT|/etc/passwd]]');
  });
});

describe('the summary', () => {
  test('stays one block per text: no mark-up, no HTML, no mention', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const made = markdownText(text);
        expect(made).not.toMatch(/[\n\r<>@]/);
        expect(made.replace(/\\[^\n]/g, '')).not.toMatch(/[`|[\]*_]/);
      }),
    );
  });

  test('shows signs of HTML as signs, and not as the names of entities', () => {
    expect(markdownText('payment->psp & #1 <b>')).toBe('payment-&#62;psp &#38; \\#1 &#60;b&#62;');
  });

  test('stays under the size that job summaries have, however much there is to say', () => {
    const { run } = makeSampleRun({ orders: 1 });
    const bad = run.experiments.filter((experiment) => experiment.verdict !== 'pass');
    const many = Array.from({ length: 4_000 }, () => bad).flat();
    const text = summaryMarkdown({ ...run, problems: Array(500).fill('x'.repeat(5000)), experiments: many });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_MAX_BYTES);
    expect(text).toContain('Cut here');
  });
});
