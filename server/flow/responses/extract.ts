import type { MappingRule, WriteMode } from '../../../shared/mapping.ts';
import { messageOf } from '../../platform/errors.ts';
import { ExactNumber, type Json, parseJson } from '../../platform/json.ts';
import { query } from './jsonpath.ts';

/** Rules and the text of the response (or inbound body) that they read. */
export interface MapJob {
  rules: MappingRule[];
  body: string;
}

/** What is to be written, in the order of the rules, and why the other rules write nothing. */
export interface MapResult {
  changes: { attribute: string; mode: WriteMode; value: Json }[];
  refused: { attribute: string; reason: string }[];
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const LEADING_ZEROS = /^(-?)0+(?=\d)/;

/**
 * Reads values by JSONPath. No match writes nothing, one match is the value, several are a list; null is written by
 * `set` alone. Numbers stay as they were written. The types of attributes are checked where the values are applied.
 */
export function extract(job: MapJob): MapResult {
  const result: MapResult = { changes: [], refused: [] };
  let plain: unknown;
  let exact: Json;
  try {
    // Paths are evaluated on plain numbers, so that filters compare; the values are then read from the exact document.
    plain = JSON.parse(job.body);
    exact = parseJson(job.body);
  } catch {
    for (const { attribute } of job.rules) result.refused.push({ attribute, reason: 'response is not JSON' });
    return result;
  }
  for (const rule of job.rules) {
    const { attribute, mode } = rule;
    try {
      const found = query(rule.path, plain).map((node) => wellFormed(valueAt(exact, node.location)));
      const outcome = decide(mode, found);
      if ('reason' in outcome) result.refused.push({ attribute, reason: outcome.reason });
      else result.changes.push({ attribute, mode, value: outcome.value });
    } catch (error) {
      result.refused.push({ attribute, reason: messageOf(error) });
    }
  }
  return result;
}

function valueAt(document: Json, location: (string | number)[]): Json {
  let value = document;
  for (const key of location) value = (value as Record<string | number, Json>)[key]!;
  return value;
}

function decide(mode: WriteMode, found: Json[]): { value: Json } | { reason: string } {
  if (found.length === 0) return { reason: 'no match' };
  if (mode === 'sum') return decideSum(found);
  if (found.length > 1) return { value: found };
  const value = found[0]!;
  if (value === null && mode !== 'set') return { reason: `null is not written by ${mode}` };
  return { value };
}

function decideSum(found: Json[]): { value: Json } | { reason: string } {
  if (found.length > 1) return { reason: 'several values cannot be added by sum' };
  const value = found[0]!;
  if (value === null) return { reason: 'null is not written by sum' };
  if (typeof value === 'number' || value instanceof ExactNumber) return { value };
  if (typeof value === 'string' && value.length <= 100 && NUMBER.test(value.trim())) {
    return { value: parseJson(value.trim().replace(LEADING_ZEROS, '$1')) };
  }
  const kind = typeof value === 'string' ? 'text that is not a number' : Array.isArray(value) ? 'a list' : typeof value;
  return { reason: `sum needs a number, and found ${kind === 'object' ? 'a map' : kind}` };
}

/** Lone surrogates become U+FFFD: the database takes no others. NUL as well, for the same reason. */
function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [wellFormed(k) as string, wellFormed(v)]));
}
