import { ExactNumber } from '../../../platform/json.ts';
import type { Piece } from '../language.ts';

const BARE = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Inside a string: escaped text without the quotes around it. Lone surrogates become U+FFFD. */
function insideString(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : value instanceof ExactNumber ? value.text : String(value);
  return JSON.stringify(text.toWellFormed()).slice(1, -1);
}

/**
 * As a value of its own: typed. A text passes without quotes only where it is a number, true, false or null; any other
 * could add structure of its own.
 */
function bare(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean') return String(value);
  const text = String(value).toWellFormed();
  return BARE.test(text) ? text : JSON.stringify(text);
}

/** Whether `text`, begun inside a string or not, ends inside one. A backslash at the very end is the author's error. */
function endsInside(text: string, inside: boolean): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) inside = !inside;
    else if (code === BACKSLASH && inside) i++;
  }
  return inside;
}

/** Texts of the pieces, in order, for a JSON body: data escaped for where the author's text puts it. */
export function jsonTexts(pieces: Piece[]): string[] {
  let inside = false;
  const texts: string[] = [];
  for (const { kind, value } of pieces) {
    if (kind === 'value') {
      texts.push(inside ? insideString(value) : bare(value));
    } else if (kind === 'fragment') {
      texts.push(inside ? insideString(value) : String(value).toWellFormed());
    } else {
      const text = String(value);
      inside = endsInside(text, inside);
      texts.push(text);
    }
  }
  return texts;
}
