import { ExactNumber, type Json, toJson } from '../../platform/json.ts';
import { cleanText } from '../../platform/text.ts';

// What JSON.stringify writes for NUL and for a lone surrogate (pairs are written as they are).
const UNCLEAN = /\\u(0000|d[89a-f][0-9a-f]{2})/i;
const HUGE = /\d[eE][+-]?\d{3,}|\d{400}/;
const MAX_EXPONENT = 300;
const MAX_DEPTH = 64;
/** Why deeply nested data is refused. */
export const TOO_DEEP = `The data is nested deeper than ${MAX_DEPTH} levels.`;

/**
 * JSON text of a value that may be stored: NUL and lone surrogates become U+FFFD, in keys and values. Refused with a
 * sentence: numbers beyond 10^300 (or closer to 0 than 10^-300) or with more than 400 digits, and nesting beyond 64 levels.
 */
export function cleanJson(value: unknown): { text: string } | { reason: string } {
  if (tooDeep(value, MAX_DEPTH)) return { reason: TOO_DEEP };
  const text = toJson(value);
  if (HUGE.test(text) && hasHuge(value as Json))
    return { reason: 'A number is beyond 10^300 or has more than 400 digits.' };
  return { text: UNCLEAN.test(text) ? toJson(clean(value as Json)) : text };
}

function clean(value: Json): Json {
  if (typeof value === 'string') return cleanText(value);
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), clean(item)]));
}

function tooDeep(value: unknown, left: number): boolean {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return false;
  if (left === 0) return true;
  for (const item of Array.isArray(value) ? value : Object.values(value)) if (tooDeep(item, left - 1)) return true;
  return false;
}

function hasHuge(value: Json): boolean {
  if (typeof value === 'number') return value !== 0 && Math.abs(Math.log10(Math.abs(value))) > MAX_EXPONENT;
  if (value instanceof ExactNumber) {
    const exponent = /[eE]([+-]?\d+)$/.exec(value.text);
    return value.text.length > 400 || (exponent !== null && Math.abs(Number(exponent[1])) > MAX_EXPONENT);
  }
  if (value === null || typeof value !== 'object') return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(hasHuge);
}

/**
 * The JSON text with everything below `levels` levels left out. For a text so deep that a parser's stack ends: what was
 * cut is still deeper than MAX_DEPTH, so the message that holds it is refused, and its neighbours are read.
 */
export function cutDeep(text: string, levels = 2 * MAX_DEPTH): string {
  const kept: string[] = [];
  let from = 0;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 92 /* \\ */) i++;
      else if (c === 34 /* " */) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === 91 /* [ */ || c === 123 /* { */) {
      if (++depth === levels) {
        kept.push(text.slice(from, i + 1));
        from = text.length;
      }
    } else if ((c === 93 /* ] */ || c === 125) /* } */ && depth-- === levels) from = i;
  }
  return kept.join('') + text.slice(from);
}
