import type { FieldChange } from '../accounts/index.ts';
import { toJson } from '../platform/json.ts';

const MAX_CHANGES = 20;
const MAX_TEXT = 500;
// What changes with every change, or by itself, says nothing.
const QUIET = new Set(['id', 'created_at', 'updated_at', 'declared_at', 'last_used_at', 'last_seen_at']);

type Thing = Record<string, unknown>;

/**
 * What differs between two states of a thing as the API shows it, so that no secret can be among it: fields by their
 * dotted path, values as JSON text. At most 20 fields of 500 characters a value. Null is a thing that isn't there.
 */
export function changesBetween(before: Thing | null, after: Thing | null): FieldChange[] {
  const was = leavesOf(before);
  const is = leavesOf(after);
  const changes: FieldChange[] = [];
  for (const field of new Set([...was.keys(), ...is.keys()])) {
    if (was.get(field) === is.get(field)) continue;
    changes.push({ field: field.slice(0, 200), before: cut(was.get(field)), after: cut(is.get(field)) });
    if (changes.length === MAX_CHANGES) break;
  }
  return changes;
}

const cut = (text: string | undefined) =>
  text === undefined ? null : text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;

/** Every value that holds no others, by its path. Lists of things with an id go by it, so that a new one moves no other. */
function leavesOf(thing: Thing | null): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (path: string, value: unknown) => {
    const inside = entriesOf(value);
    if (inside === null || inside.length === 0) {
      if (value !== null && value !== undefined) leaves.set(path, toJson(value) ?? '');
      return;
    }
    for (const [name, item] of inside) if (path !== '' || !QUIET.has(name)) walk(path ? `${path}.${name}` : name, item);
  };
  if (thing) walk('', thing);
  return leaves;
}

function entriesOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return Object.getPrototypeOf(value) === Object.prototype ? Object.entries(value) : null;
  const ids = value.map((item) => (item as { id?: unknown } | null)?.id);
  if (!ids.every((id) => typeof id === 'string') || new Set(ids).size !== ids.length) return null;
  return value.map((item, i) => [ids[i] as string, item]);
}
