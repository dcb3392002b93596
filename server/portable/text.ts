import {
  Composer,
  type CST,
  isMap,
  Lexer,
  Parser,
  type ScalarTag,
  stringify,
  type Tags,
  visit,
  type Document as YamlDocument,
} from 'yaml';
import { ExactNumber, parseJson, toJson } from '../platform/json.ts';
import { MAX_DOCUMENT, UnreadableFile } from './unreadable.ts';

const MAX_YAML = 300_000;
const MAX_NESTING = 60;
// What the YAML of 200 webhooks and 200 scenarios has, with some room: names, marks and line ends.
const MAX_PARTS = 80_000;
/** So long a file is read before others have their turn. */
const SLICE_MS = 20;

/** Numbers keep their text, as they do in JSON (platform/json.ts). */
const number: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/,
  resolve: (text) => parseJson(text),
  identify: (value) => typeof value === 'number' || value instanceof ExactNumber,
  stringify: ({ value }) => toJson(value),
};

const HEAD = `# Webhooks and scenarios, for another installation of Handoff: import this file there.
# There are no secrets in it. What must be added by hand stands under add_by_hand.
`;

/** The text of a file, YAML for people or JSON for programs. */
export function writeFile(value: object, format: 'yaml' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  const options = { customTags: [number], schema: 'core', aliasDuplicateObjects: false, lineWidth: 0 } as const;
  return HEAD + stringify(value, { ...options, customTags: (tags) => [number, ...tags] });
}

/**
 * The value that a file holds, YAML or JSON. Throws UnreadableFile with the line. Fails closed: aliases, which can make
 * a small text a huge value, are refused, and so are names that stand twice, and what has too many parts or nests too
 * deeply, which is seen before anything is made of it. Others get their turn while a long file is read.
 */
export async function readFile(text: string): Promise<unknown> {
  if (text.length > MAX_DOCUMENT) throw new UnreadableFile(`The file is longer than ${MAX_DOCUMENT} characters.`);
  if (/^\s*\{/.test(text)) {
    try {
      return parseJson(text);
    } catch {
      // A flow mapping of YAML begins so, too; what is wrong is told with its line below.
    }
  }
  if (text.length > MAX_YAML)
    throw new UnreadableFile(`The file is longer than ${MAX_YAML} characters. Export fewer things, or as JSON.`);
  const tokens = await tokensOf(text);
  // Its own check of names compares every name with every other.
  const options = { schema: 'core', customTags: (tags: Tags) => [number, ...tags], uniqueKeys: false } as const;
  const composer = new Composer({ ...options, prettyErrors: false });
  // The first fault is enough, and a warning is one: gathered, they would be as many as the file has characters.
  Object.defineProperty(composer, 'onError', {
    value(source: number | [number, number] | { offset: number }, _code: string, message: string) {
      const at = typeof source === 'number' ? source : Array.isArray(source) ? source[0] : source.offset;
      throw new UnreadableFile(`The file is not YAML: ${message} (line ${lineAt(text, at)}).`);
    },
  });
  try {
    let found: YamlDocument.Parsed | null = null;
    for (const document of composer.compose(tokens, true, text.length)) {
      if (found) throw new UnreadableFile('The file is not YAML: it holds more than one document.');
      found = document;
    }
    const [wrong] = found!.errors;
    if (wrong) throw new UnreadableFile(`The file is not YAML: ${wrong.message} (line ${lineAt(text, wrong.pos[0])}).`);
    await turn();
    refuseWhatIsUnsafe(found!, text);
    return found!.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(`The file can't be read: ${(error as Error).message}`);
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const lineAt = (text: string, at: number) => text.slice(0, at).split('\n').length;

/** The parts of a text, before anything is made of them. Throws UnreadableFile at the first that is too many or too deep. */
async function tokensOf(text: string): Promise<CST.Token[]> {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let parts = 0;
  let until = performance.now() + SLICE_MS;
  for (const part of new Lexer().lex(text)) {
    if (++parts > MAX_PARTS)
      throw new UnreadableFile(`The file has more than ${MAX_PARTS} parts. Export fewer things, or as JSON.`);
    for (const token of parser.next(part)) {
      if (token.type === 'error')
        throw new UnreadableFile(`The file is not YAML: ${token.message} (line ${lineAt(text, token.offset)}).`);
      tokens.push(token);
    }
    // Each level of YAML takes one or two places here.
    if (parser.stack.length > 4 * MAX_NESTING) throw new UnreadableFile('The file is nested too deeply.');
    if (parts % 256 === 0 && performance.now() > until) {
      await turn();
      until = performance.now() + SLICE_MS;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function refuseWhatIsUnsafe(document: YamlDocument.Parsed, text: string): void {
  const line = (node: { range?: readonly [number, ...number[]] | null | undefined }) =>
    node.range ? lineAt(text, node.range[0]) : 0;
  visit(document, {
    Alias(_key, node) {
      throw new UnreadableFile(
        `Line ${line(node)} refers to another place of the file (*${node.source}); write it out.`,
      );
    },
    Collection(_key, node, path) {
      if (path.length > 2 * MAX_NESTING) throw new UnreadableFile('The file is nested too deeply.');
      if (!isMap(node)) return;
      const seen = new Set<unknown>();
      for (const { key } of node.items) {
        const name = (key as { value?: unknown } | null)?.value;
        if (typeof name !== 'string' && typeof name !== 'number')
          throw new UnreadableFile(`Line ${line(node)} has a name that is no text.`);
        if (seen.has(String(name)))
          throw new UnreadableFile(`${String(name)} stands twice, near line ${line(key as never)}.`);
        seen.add(String(name));
      }
    },
  });
}
