/** What documents say against what is there: error codes, and the commands that snippets call. */
import type { Violation } from '../project-files.ts';

/** Codes that none of the documents names in backticks. */
export function undocumentedCodes(codes: readonly string[], documents: readonly string[]): string[] {
  return codes.filter((code) => !documents.some((text) => text.includes(`\`${code}\``)));
}

/** Commands called in the fenced shell snippets (sh, bash, shell, console, text without a language) of a Markdown text. */
export function snippetCommands(markdown: string): { readonly command: string; readonly line: number }[] {
  const found: { command: string; line: number }[] = [];
  let language: string | undefined;
  markdown.split('\n').forEach((text, index) => {
    const fence = /^\s*```(\w*)/.exec(text);
    if (fence) {
      language = language === undefined ? (fence[1] ?? '') : undefined;
      return;
    }
    if (language === undefined || !['', 'sh', 'bash', 'shell', 'console'].includes(language)) return;
    const command = text
      .replace(/^\s*\$ /, '')
      .replace(/\s+#.*$/, '')
      .trim();
    if (command !== '' && !command.startsWith('#')) found.push({ command, line: index + 1 });
  });
  return found;
}

/** Snippets that call an npm script or a faultline command that does not exist. */
export function brokenSnippets(
  path: string,
  markdown: string,
  scripts: readonly string[],
  commands: readonly string[],
): Violation[] {
  return snippetCommands(markdown).flatMap(({ command, line }) => {
    const script = /^npm (?:run )?([\w:-]+)/.exec(command);
    if (script?.[1] !== undefined && !['ci', 'install', 'exec'].includes(script[1]) && !scripts.includes(script[1])) {
      return [{ path, line, problem: `calls the npm script "${script[1]}", which does not exist` }];
    }
    const call = /(?:^|npx |npm exec |\.\/|npm run )faultline(?: --)? ([a-z][\w-]*)/.exec(command);
    if (call?.[1] !== undefined && !commands.includes(call[1])) {
      return [{ path, line, problem: `calls "faultline ${call[1]}", which does not exist` }];
    }
    return [];
  });
}

/** Whether the comment that a script begins with names it, and has a part with examples of it. */
export function hasUsage(name: string, text: string): boolean {
  const [head = ''] = /^\/\*\*.*?\*\//s.exec(text) ?? [];
  const [usage = '', examples = ''] = head.split('Examples:');
  return [usage, examples].every((part) => part.includes(`npm run ${name}`));
}
