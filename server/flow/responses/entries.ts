import { messageOf } from '../../platform/errors.ts';
import type { Json } from '../../platform/json.ts';
import { ExactNumber, parseJson, toJson } from '../../platform/json.ts';
import { extract, type MapJob, type MapResult } from './extract.ts';
import { query } from './jsonpath.ts';

/** A batch's answer, and how its entries belong to the members. */
export interface EntriesJob {
  body: string;
  /** JSONPath of the entries, or of the list that holds them. */
  list: string;
  /** JSONPath, in an entry, of what equals the member's key; null: entries stand in the members' order. */
  match: string | null;
  /** By member; null where there is none. */
  keys: (string | null)[];
  /** JSONPath, in an entry, of a number that is judged as a status. */
  status: string | null;
  rules: MapJob['rules'];
}

/** What the answer says of one member; null: nothing. */
export interface Entry extends MapResult {
  /** The entry as JSON text. */
  text: string;
  status: number | null;
}
export type EntriesResult = { ok: true; entries: (Entry | null)[] } | { ok: false; message: string };

/** Finds each member's entry in a batch's answer, and reads from it what the rules ask for. */
export function extractEntries(job: EntriesJob): EntriesResult {
  try {
    return read(job);
  } catch (error) {
    return { ok: false, message: `The answer's entries can't be read: ${messageOf(error)}` };
  }
}

function read(job: EntriesJob): EntriesResult {
  let plain: unknown;
  let exact: Json;
  try {
    plain = JSON.parse(job.body);
    exact = parseJson(job.body);
  } catch {
    return { ok: false, message: 'The answer is no JSON, so nothing in it tells the profiles apart.' };
  }
  const found = query(job.list, plain).map(({ value, location }) => ({ value, exact: valueAt(exact, location) }));
  const [only] = found;
  const list =
    found.length === 1 && Array.isArray(only!.value)
      ? only!.value.map((value: unknown, i) => ({ value, exact: (only!.exact as Json[])[i]! }))
      : found;
  const own = job.match === null ? list : byKey(list, job.match, job.keys);
  const entries = job.keys.map((_, i): Entry | null => {
    const entry = own[i];
    if (entry === undefined) return null;
    const text = toJson(entry.exact);
    const status = job.status === null ? null : statusIn(entry.value, job.status);
    return { text, status, ...extract({ rules: job.rules, body: text }) };
  });
  return { ok: true, entries };
}

type Found = { value: unknown; exact: Json };

/** The first entry with a member's key, by member. */
function byKey(list: readonly Found[], path: string, keys: readonly (string | null)[]): (Found | undefined)[] {
  const known = new Map<string, Found>();
  for (const entry of list) {
    const [key] = query(path, entry.value).map(({ location }) => valueAt(entry.exact, location));
    if (key === undefined || key === null || (typeof key === 'object' && !(key instanceof ExactNumber))) continue;
    const text = String(key).trim();
    if (!known.has(text)) known.set(text, entry);
  }
  return keys.map((key) => (key === null ? undefined : known.get(key)));
}

function statusIn(entry: unknown, path: string): number | null {
  const value = query(path, entry)[0]?.value;
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
}

function valueAt(document: Json, location: readonly (string | number)[]): Json {
  let value = document;
  for (const key of location) value = (value as Record<string | number, Json>)[key]!;
  return value;
}
