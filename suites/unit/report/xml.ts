/**
 * A strict little XML checker (XML 1.0, no DTD): enough to say whether a JUnit file is well-formed. Chromium's own
 * parser is asked in the browser suite.
 */

const NAME = /^[A-Za-z_][\w.-]*/;
const REFERENCE = /&(?!(?:lt|gt|amp|quot|apos|#\d+|#x[\da-fA-F]+);)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids these
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

/** Throws with the place of the first fault; otherwise gives the root element. */
export function checkXml(xml: string): XmlElement {
  if (FORBIDDEN.test(xml)) throw new Error('a character that XML forbids');
  if (!xml.isWellFormed()) throw new Error('a lone surrogate');
  const body = xml.replace(/^<\?xml [^?]*\?>\s*/, '');
  const state = { text: body, at: 0 };
  const root = readElement(state);
  if (state.text.slice(state.at).trim() !== '')
    throw new Error(`text after the root: ${state.text.slice(state.at, state.at + 40)}`);
  return root;
}

function readElement(state: { text: string; at: number }): XmlElement {
  expectSign(state, '<');
  const name = NAME.exec(state.text.slice(state.at, state.at + 100))?.[0];
  if (name === undefined) throw new Error(`no name at ${state.at}: ${state.text.slice(state.at, state.at + 40)}`);
  state.at += name.length;
  const attributes = readAttributes(state);
  if (state.text.startsWith('/>', state.at)) {
    state.at += 2;
    return { name, attributes, children: [] };
  }
  expectSign(state, '>');
  const children: XmlElement[] = [];
  for (;;) {
    const next = state.text.indexOf('<', state.at);
    if (next === -1) throw new Error(`<${name}> is not closed`);
    const words = state.text.slice(state.at, next);
    if (REFERENCE.test(words) || words.includes(']]>')) throw new Error(`bad text in <${name}>`);
    state.at = next;
    if (state.text.startsWith(`</${name}>`, next)) {
      state.at += name.length + 3;
      return { name, attributes, children };
    }
    children.push(readElement(state));
  }
}

function readAttributes(state: { text: string; at: number }): Record<string, string> {
  const found: Record<string, string> = {};
  for (;;) {
    const match = /^\s+([A-Za-z_][\w.-]*)="([^"<]*)"/.exec(state.text.slice(state.at, state.at + 200_000));
    if (match === null) return found;
    const [whole, name = '', value = ''] = match;
    if (REFERENCE.test(value) || /[\n\r\t]/.test(value)) throw new Error(`bad value of ${name}`);
    if (Object.hasOwn(found, name)) throw new Error(`${name} stands twice`);
    found[name] = value;
    state.at += whole.length;
  }
}

function expectSign(state: { text: string; at: number }, sign: string): void {
  if (!state.text.startsWith(sign, state.at))
    throw new Error(`expected ${sign} at ${state.at}: ${state.text.slice(state.at, state.at + 40)}`);
  state.at += sign.length;
}
