/**
 * Text from services made safe for the place it goes to: XML, JSON inside a page, Markdown, and the page as a
 * whole.
 */

/** What XML 1.0 does not allow at all, and lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be removed
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufdd0-\ufdef\ufffe\uffff]/g;
/** Control characters, and the bidirectional overrides that make text read other than it is stored. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be replaced
const NOT_SHOWN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

const XML_NAMES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** For an attribute of an XML file: one line, nothing XML refuses. */
export function xmlAttribute(text: string): string {
  return cleanForXml(text).replace(/[&<>"'\n\r\t]/g, (sign) => XML_NAMES[sign] ?? '');
}

/**
 * For the text of an XML element: lines are kept. GitLab's attachment mark is broken up, since services could
 * write it.
 */
export function xmlText(text: string): string {
  return cleanForXml(text)
    .replace(/[&<>\r]/g, (sign) => XML_NAMES[sign] ?? '')
    .replaceAll('[[ATTACHMENT', '[ [ATTACHMENT');
}

function cleanForXml(text: string): string {
  return text.toWellFormed().replace(NOT_XML, '');
}

/** JSON that can stand inside `<script type="application/json">`: no sign that could end or open an element. */
export function inlineJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The finished page: control characters and direction overrides are shown as the replacement character. */
export function cleanPage(html: string): string {
  return html.toWellFormed().replace(NOT_SHOWN, '\ufffd');
}

/** For running text or a table cell of Markdown (GitHub and GitLab): one line, no mark-up, no HTML, no mention. */
export function markdownText(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_SHOWN, '\ufffd')
    .replace(/\s+/g, ' ')
    .replace(/[&<>@\\`*_{}[\]()#+!|~$:]/g, (sign) => ('&<>@'.includes(sign) ? `&#${sign.charCodeAt(0)};` : `\\${sign}`))
    .replace(/www\./gi, (sign) => `${sign.slice(0, 3)}&#46;`);
}

/** A fenced block of Markdown whose fence is longer than any run of backticks in it. */
export function markdownFence(text: string, language = ''): string {
  const clean = text.toWellFormed().replace(NOT_SHOWN, '\ufffd').replace(/\r\n?/g, '\n');
  const longest = Math.max(2, ...(clean.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean}\n${fence}`;
}
