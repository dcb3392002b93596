import { isMap, parseDocument, type ScalarTag, stringify, visit, type Document as YamlDocument } from 'yaml';
import { ExactNumber, parseJson, toJson } from '../platform/json.ts';

/** Longest file that is read, in characters; YAML, which takes far longer to read, has a bound of its own. */
export const MAX_DOCUMENT = 700_000;
const MAX_YAML = 300_000;
const MAX_NESTING = 60;

/** A file that is neither YAML nor JSON as it is wanted here: what is wrong, and where. */
export class UnreadableFile extends Error {}

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
 * a small text a huge value, are refused, and so are names that stand twice.
 */
export function readFile(text: string): unknown {
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
  try {
    const document = parseDocument(text, {
      schema: 'core',
      customTags: (tags) => [number, ...tags],
      // Its own check compares every name with every other.
      uniqueKeys: false,
      prettyErrors: true,
    });
    const [wrong] = document.errors;
    if (wrong?.message.includes('call stack')) throw new UnreadableFile('The file is nested too deeply.');
    if (wrong) throw new UnreadableFile(`The file is not YAML: ${wrong.message.split('\n')[0]}`);
    refuseWhatIsUnsafe(document, text);
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(
      error instanceof RangeError
        ? 'The file is nested too deeply.'
        : `The file can't be read: ${(error as Error).message}`,
    );
  }
}

function refuseWhatIsUnsafe(document: YamlDocument.Parsed, text: string): void {
  const line = (node: { range?: readonly [number, ...number[]] | null | undefined }) =>
    node.range ? text.slice(0, node.range[0]).split('\n').length : 0;
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
