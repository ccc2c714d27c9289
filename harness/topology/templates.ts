/** The templates of a topology's texts: `${port}`, `${addr:order}` and the like; found for checking, filled in at boot. */
import { HarnessError } from '../core/index.ts';

/** One `${…}`: a word of the part itself (`port`), a word about a callee (`addr:X`), or one of its extra ports (`port.NAME`). */
export type TemplateName =
  | { readonly about: 'self'; readonly word: SelfWord }
  | { readonly about: 'callee'; readonly word: CalleeWord; readonly callee: string }
  | { readonly about: 'extra-port'; readonly port: string }
  | { readonly about: 'beside'; readonly port?: string }
  | { readonly about: 'unknown' };

/** Of whom a certificate is made. */
export const OWN_TLS = ['certificate', 'key'] as const;

type SelfWord = (typeof SELF_WORDS)[number];
type CalleeWord = (typeof CALLEE_WORDS)[number];

const SELF_WORDS = ['port', 'self', 'name', 'node', 'root', 'run', ...OWN_TLS] as const;
const CALLEE_WORDS = ['addr', 'host', 'port', 'url'] as const;
const TEMPLATE = /\$\{([^}]*)\}/g;

/** What the templates of one service stand for. */
export interface TemplateContext {
  readonly name: string;
  readonly port: number;
  /** host:port at which it really listens. */
  readonly self: string;
  readonly node: string;
  readonly root: string;
  readonly run: string;
  /** PEM files, where certificates are made for it. */
  readonly certificate: string;
  readonly key: string;
  readonly extraPorts: Readonly<Record<string, number>>;
  /** host:port of the service it stands beside, or of an extra port of that; undefined where there is none. */
  beside(port?: string): string | undefined;
  /** Where this service dials `callee`; throws where it has no edge to it. */
  address(callee: string): { readonly host: string; readonly port: number };
  url(callee: string): string;
}

/** Every template in the text: its source between the braces, and what it means. */
export function templatesIn(text: string): { readonly source: string; readonly name: TemplateName }[] {
  return [...text.matchAll(TEMPLATE)].map((match) => ({ source: match[1] ?? '', name: parseTemplate(match[1] ?? '') }));
}

/** The text with every template replaced. Throws `bad-topology` on one that is not known. */
export function fillTemplates(text: string, context: TemplateContext): string {
  return text.replaceAll(TEMPLATE, (whole, source: string) => meaningOf(parseTemplate(source), whole, context));
}

/** Every form a template can take, for hints. */
export const TEMPLATE_FORMS = [
  ...SELF_WORDS.map((word) => `\${${word}}`),
  ...CALLEE_WORDS.map((word) => `\${${word}:CALLEE}`),
  `\${port.NAME}`,
  `\${beside}`,
  `\${beside.NAME}`,
].join(' ');

function parseTemplate(source: string): TemplateName {
  const [word = '', callee] = source.split(':', 2);
  if (callee !== undefined) {
    const known = CALLEE_WORDS.find((candidate) => candidate === word);
    return known && callee !== '' ? { about: 'callee', word: known, callee } : { about: 'unknown' };
  }
  if (source.startsWith('port.')) return { about: 'extra-port', port: source.slice('port.'.length) };
  if (source === 'beside') return { about: 'beside' };
  if (source.startsWith('beside.')) return { about: 'beside', port: source.slice('beside.'.length) };
  const known = SELF_WORDS.find((candidate) => candidate === source);
  return known ? { about: 'self', word: known } : { about: 'unknown' };
}

function meaningOf(name: TemplateName, whole: string, context: TemplateContext): string {
  if (name.about === 'self') return String(context[name.word]);
  if (name.about === 'extra-port') {
    const port = context.extraPorts[name.port];
    if (port !== undefined) return String(port);
  }
  if (name.about === 'beside') {
    const address = context.beside(name.port);
    if (address !== undefined) return address;
  }
  if (name.about === 'callee') {
    if (name.word === 'url') return context.url(name.callee);
    const { host, port } = context.address(name.callee);
    return { addr: `${host}:${port}`, host, port: String(port) }[name.word];
  }
  throw new HarnessError({
    code: 'bad-topology',
    message: `service "${context.name}" uses the template ${whole}, which stands for nothing`,
    hint: `Use one of ${TEMPLATE_FORMS}.`,
  });
}
