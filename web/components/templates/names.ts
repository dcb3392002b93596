/** Something that a template can name: a dotted path, `customer.email`, with a line on what it is. */
export interface Named {
  name: string;
  says: string;
  /** The type that the workspace knows for it, if any. */
  type?: string;
}

/** What stands at the root of every template (server/flow/rendering/context.ts). */
export const ROOTS: readonly { name: string; says: string }[] = [
  { name: 'customer', says: "The profile's attributes" },
  { name: 'event', says: 'What happened, with its properties' },
  { name: 'response', says: 'The latest answer' },
  { name: 'responses', says: 'Earlier answers by step' },
  { name: 'steps', says: 'Earlier steps, each with status and response' },
  { name: 'parameters', says: 'What a step fills in' },
  { name: 'customers', says: 'In a batch: what the customer template gave, for each' },
  { name: 'batch', says: 'In a batch: its size, and the parts as list' },
  { name: 'profile', says: 'As customer' },
  { name: 'trigger', says: 'As event' },
  { name: 'step', says: 'The id of the step' },
  { name: 'scenario', says: 'The scenario, with id and name' },
  { name: 'delivery', says: 'The delivery, with its id' },
  { name: 'now', says: 'The time of sending' },
];
const SAME: Record<string, string> = { profile: 'customer', trigger: 'event' };
const BUILT_IN: readonly Named[] = [
  { name: 'delivery.id', says: 'The id of the delivery' },
  { name: 'delivery.envelope_id', says: 'evt_…, and test_evt_… in a test' },
  { name: 'scenario.id', says: 'The id of the scenario' },
  { name: 'scenario.name', says: 'The name of the scenario' },
];

/** What may stand next in a path, and whether something may follow it. */
export interface Next {
  name: string;
  says: string;
  more: boolean;
}

/**
 * What may follow a path in a template: the next parts of the dotted `names` that begin with it, each once. Only what
 * can be written after a dot.
 */
export function follow(names: readonly Named[], path: readonly string[]): Next[] {
  const [root = '', ...rest] = path;
  const begin = `${[SAME[root] ?? root, ...rest].join('.')}.`;
  const found = new Map<string, Next>();
  for (const { name, says } of [...names, ...BUILT_IN]) {
    if (!name.startsWith(begin)) continue;
    const [next = '', ...further] = name.slice(begin.length).split('.');
    if (!/^[A-Za-z_][\w-]*$/.test(next)) continue;
    const before = found.get(next);
    found.set(next, {
      name: next,
      says: further.length === 0 ? says : (before?.says ?? ''),
      more: further.length > 0 || before?.more === true,
    });
  }
  return [...found.values()];
}
