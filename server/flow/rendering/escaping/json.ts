import { ExactNumber } from '../../../platform/json.ts';
import type { Piece } from '../language.ts';
import type { Marked, Part } from '../languages/core/index.ts';

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

/** JSON outside of strings: what an author's part of a text may hold there. */
const STRUCTURE = /^(?:[\s{}[\],:]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)*$/;

/** A text of the author's parts and data. Where its own parts can't be JSON, it is one value, like a text of data. */
function markedText(text: Marked, inside: boolean): { text: string; inside: boolean } {
  if (!inside && text.parts.some(({ safe }) => safe !== 'everywhere') && !isStructure(text.parts)) {
    return { text: bare(text.text), inside };
  }
  let made = '';
  let now = inside;
  for (let i = 0; i < text.parts.length; i++) {
    const { text: part, safe, value } = text.parts[i]!;
    if (safe === 'everywhere' || (safe === 'body' && !now)) {
      made += part;
      now = endsInside(part, now);
    } else if (now) made += insideString(part);
    else {
      // Data beside data are one value, however they are marked.
      let end = i + 1;
      while (end < text.parts.length && isData(text.parts[end]!)) end++;
      if (end > i + 1) made += bare(joined(text.parts.slice(i, end)));
      else made += value === undefined ? bare(part) : value.json;
      i = end - 1;
    }
  }
  return { text: made, inside: now };
}

function isData({ safe }: Part): boolean {
  return safe !== 'everywhere' && safe !== 'body';
}

function joined(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join('');
}

/** Whether the author's parts, outside of the strings that they open, are JSON's own signs and words. */
function isStructure(parts: readonly Part[]): boolean {
  let inside = false;
  for (const { text, safe } of parts) {
    if (safe !== 'everywhere') continue;
    let outside = '';
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) inside = !inside;
      else if (code === BACKSLASH && inside) i++;
      else if (!inside) outside += text[i];
      if (code === QUOTE) outside += ' ';
    }
    if (!STRUCTURE.test(outside)) return false;
  }
  return !inside;
}

/** Texts of the pieces, in order, for a JSON body: data escaped for where the author's text puts it. */
export function jsonTexts(pieces: Piece[]): string[] {
  let inside = false;
  const texts: string[] = [];
  const holes = new Set<number>();
  for (const { kind, value, text: printed } of pieces) {
    if (kind === 'value') {
      texts.push(inside ? insideString(printed ?? value) : bare(value));
    } else if (kind === 'fragment') {
      texts.push(inside ? insideString(printed ?? value) : String(value).toWellFormed());
    } else if (kind === 'marked') {
      const made = markedText(value as Marked, inside);
      if (made.text === '' && !inside) holes.add(texts.length);
      inside = made.inside;
      texts.push(made.text);
    } else {
      const text = String(value);
      inside = endsInside(text, inside);
      texts.push(text);
    }
  }
  if (holes.size > 0) fill(texts, holes);
  return texts;
}

/** Puts "" into the empty texts (`holes`) that stand alone between a colon and a comma or brace: nothing else is JSON there. */
function fill(texts: string[], holes: ReadonlySet<number>): void {
  let colon = false;
  let hole = -1;
  for (const [i, text] of texts.entries()) {
    const rest = text.trim();
    if (rest === '') {
      if (colon && hole === -1 && holes.has(i)) hole = i;
      continue;
    }
    if (hole !== -1 && (rest.startsWith(',') || rest.startsWith('}'))) texts[hole] = '""';
    hole = -1;
    colon = rest.endsWith(':');
  }
}
