/** Code without its comments, texts and regular expressions, so that rules look at what runs and not at what is said. */

/** The same number of lines, everything that is no code turned into spaces. Names of imported modules stay. */
export function codeOnly(source: string): string {
  const kept: string[] = [];
  let index = 0;
  /** For each open `${` of a template: how many braces are open within it. */
  const templates: number[] = [];
  const skip = (to: number) => {
    kept.push(source.slice(index, to).replace(/[^\n]/g, ' '));
    index = to;
  };
  while (index < source.length) {
    const rest = source.slice(index, index + 2);
    const char = rest[0] ?? '';
    if (rest === '//') skip(endOf(source, '\n', index));
    else if (rest === '/*') skip(endOf(source, '*/', index + 2) + 2);
    else if (char === "'" || char === '"') {
      const end = closing(source, char, index + 1);
      if (/\b(from|import)\s*$/.test(source.slice(Math.max(0, index - 8), index))) {
        kept.push(source.slice(index, end));
        index = end;
      } else skip(end);
    } else if (char === '`') skip(templateEnd(source, index + 1, templates));
    else if (char === '/' && beginsPattern(kept)) skip(patternEnd(source, index + 1));
    else if (char === '}' && templates.at(-1) === 0) {
      templates.pop();
      skip(templateEnd(source, index + 1, templates));
    } else {
      const open = templates.length - 1;
      if (open >= 0 && char === '{') templates[open] = (templates[open] ?? 0) + 1;
      if (open >= 0 && char === '}') templates[open] = (templates[open] ?? 0) - 1;
      kept.push(char);
      index++;
    }
  }
  return kept.join('');
}

function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found === -1 ? source.length : found;
}

function closing(source: string, quote: string, from: number): number {
  for (let index = from; index < source.length; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === quote || source[index] === '\n') return index + 1;
  }
  return source.length;
}

/** Just behind the closing backtick, or behind a `${`, whose code is then read as code. */
function templateEnd(source: string, from: number, templates: number[]): number {
  for (let index = from; index < source.length; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === '`') return index + 1;
    else if (source[index] === '$' && source[index + 1] === '{') {
      templates.push(0);
      return index + 2;
    }
  }
  return source.length;
}

/** A slash divides after a value and begins a pattern after anything else. */
function beginsPattern(kept: readonly string[]): boolean {
  const before = kept.slice(-12).join('').trimEnd();
  return before === '' || /[(,=:[!&|?{};+\n>]$|\breturn$/.test(before);
}

function patternEnd(source: string, from: number): number {
  let inClass = false;
  for (let index = from; index < source.length && source[index] !== '\n'; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === '[') inClass = true;
    else if (source[index] === ']') inClass = false;
    else if (source[index] === '/' && !inClass) return index + 1;
  }
  return from;
}
