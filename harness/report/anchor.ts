/** Fragments of the page: made from any text, safe in an attribute, and never given twice. */

export type Anchors = (text: string) => string;

/** A function that gives each text a fragment of its own; `taken` are those that the page uses already. */
export function anchors(taken: Iterable<string> = []): Anchors {
  const used = new Set(taken);
  return (text) => {
    const base = plainName(text);
    let name = base;
    for (let number = 2; used.has(name); number++) name = `${base}-${number}`;
    used.add(name);
    return name;
  };
}

/** Small letters, digits and dashes only; `item` where nothing is left. */
export function plainName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
  return name === '' ? 'item' : name;
}
