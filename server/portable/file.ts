// What reads and writes YAML is loaded when the first file comes or goes.
const text = () => import('./text.ts');

/** The value that a file holds, YAML or JSON; see text.ts. Throws UnreadableFile with the line. */
export async function readFile(content: string): Promise<unknown> {
  return (await text()).readFile(content);
}

/** The text of a file, YAML for people or JSON for programs. */
export async function writeFile(value: object, format: 'yaml' | 'json'): Promise<string> {
  return (await text()).writeFile(value, format);
}
