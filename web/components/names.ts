/** What stands at the root of every template (server/flow/rendering/context.ts). */
export const ROOTS = [
  'customer',
  'event',
  'profile',
  'trigger',
  'response',
  'responses',
  'steps',
  'step',
  'scenario',
  'delivery',
  'now',
];
const SAME: Record<string, string> = { profile: 'customer', trigger: 'event' };

/**
 * What may follow a path in a template: the next parts of the dotted `names` that begin with it, each once. Only what
 * can be written after a dot.
 */
export function follow(names: readonly string[], path: readonly string[]): string[] {
  const [root = '', ...rest] = path;
  const begin = `${[SAME[root] ?? root, ...rest].join('.')}.`;
  const found = new Set<string>();
  for (const name of names) {
    if (!name.startsWith(begin)) continue;
    const next = name.slice(begin.length).split('.')[0]!;
    if (/^[A-Za-z_][\w-]*$/.test(next)) found.add(next);
  }
  return [...found];
}
