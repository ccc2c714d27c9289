/** Reads the tags of a page strictly: every `<` must begin a tag of the plain form that we write ourselves. */

export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const TAG = /<([a-z][a-z0-9]*)((?:\s+[A-Za-z][\w:-]*(?:="[^"<]*")?)*)\s*\/?>|<\/[a-z][a-z0-9]*>|<!doctype html>/y;
const ATTRIBUTE = /\s+([A-Za-z][\w:-]*)(?:="([^"<]*)")?/g;

/** All opening tags. Throws, with the text around it, at the first `<` that is none of ours. */
export function tagsOf(html: string): Tag[] {
  const tags: Tag[] = [];
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', TAG.lastIndex)) {
    TAG.lastIndex = at;
    const match = TAG.exec(html);
    if (match === null) throw new Error(`not a tag of ours: ${html.slice(Math.max(0, at - 40), at + 80)}`);
    const [, name, attributes = ''] = match;
    if (name === undefined) continue;
    tags.push({
      name,
      attributes: new Map([...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, value])),
    });
  }
  return tags;
}
