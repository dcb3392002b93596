import type { Budget } from './budget.ts';

/**
 * Where a text is safe as it stands: nowhere (data), everywhere (the author's own, or opted out), everywhere but within
 * a JSON string (members of a batch, which are whole bodies), in XML, or in URLs.
 */
export type Safe = 'nowhere' | 'everywhere' | 'body' | 'xml' | 'url';

/** A stretch of a text. `value`: what it was before it was printed (true, null), or the JSON text of a list or map. */
export interface Part {
  text: string;
  safe: Safe;
  value?: { json: string };
}

/**
 * A text that knows where its parts come from, so that escaping, which happens after the template has run, tells the
 * author's text from data: `customers | join(",")` keeps the members' JSON and the author's comma, and escapes data. A
 * plain string is data as a whole. Compare, measure and search `.text`; join, cut and replace with the functions below.
 */
export class Marked {
  readonly text: string;
  readonly parts: readonly Part[];
  #starts: number[] | null = null;
  constructor(parts: readonly Part[]) {
    this.parts = parts;
    this.text = parts.length === 1 ? parts[0]!.text : parts.map(({ text }) => text).join('');
  }
  /** The part that a character stands in: found by halves, since texts may have thousands of parts. */
  partAt(index: number): number {
    this.#starts ??= startsOf(this.parts);
    let low = 0;
    let high = this.parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  /** Where a part begins. */
  startOf(part: number): number {
    this.#starts ??= startsOf(this.parts);
    return this.#starts[part]!;
  }
  toString(): string {
    return this.text;
  }
  toJSON(): string {
    return this.text;
  }
}

function startsOf(parts: readonly Part[]): number[] {
  let at = 0;
  return parts.map(({ text }) => {
    const start = at;
    at += text.length;
    return start;
  });
}

export type Text = string | Marked;

/** Whether a value is a text, plain or marked. */
export function isText(value: unknown): value is Text {
  return typeof value === 'string' || value instanceof Marked;
}

/** The author's empty text: puts out nothing, where empty data would be an empty value. */
export const NOTHING = new Marked([{ text: '', safe: 'everywhere' }]);

/** Empty data beside the author's text: a value of its own there, where an empty text of the author's is nothing. */
const EMPTY_DATA = new Marked([{ text: '', safe: 'nowhere', value: { json: '""' } }]);

/** The text of a value that is joined with a text of the author's. What is not there is no value, and stays nothing. */
export function beside(author: unknown, value: unknown, text: Text): Text {
  return value === '' && author instanceof Marked ? EMPTY_DATA : text;
}

/** A text all of whose parts are safe in the same place. */
export function marked(text: string, safe: Safe): Text {
  return safe === 'nowhere' ? text : new Marked([{ text, safe }]);
}

/** The parts of a text; a plain one is data as a whole. */
export function partsOf(text: Text): readonly Part[] {
  return typeof text === 'string' ? [{ text, safe: 'nowhere' }] : text.parts;
}

/** A text of these parts, neighbours of one sort put together; a plain string where nothing is marked. */
export function fromParts(parts: readonly Part[]): Text {
  const merged: Part[] = [];
  let last: Part | undefined;
  for (const part of parts) {
    if (part.text === '' && part.value === undefined) continue;
    if (last !== undefined && last.safe === part.safe && last.value === undefined && part.value === undefined) {
      last = { text: last.text + part.text, safe: last.safe };
      merged[merged.length - 1] = last;
    } else {
      last = part;
      merged.push(part);
    }
  }
  if (last === undefined) return parts.some(({ safe }) => safe !== 'nowhere') ? NOTHING : '';
  return merged.length === 1 && last.safe === 'nowhere' && last.value === undefined ? last.text : new Marked(merged);
}

/** The texts one after another. */
export function concat(texts: readonly Text[], budget: Budget): Text {
  let plain = true;
  let length = 0;
  for (const text of texts) {
    if (typeof text !== 'string') plain = false;
    length += typeof text === 'string' ? text.length : text.text.length;
  }
  budget.use(length);
  return plain ? texts.join('') : fromParts(texts.flatMap(partsOf));
}

/** The characters from `start` to before `end`, counted in UTF-16 units. */
export function slice(text: Text, start: number, end: number): Text {
  if (typeof text === 'string') return text.slice(start, end);
  const cut: Part[] = [];
  for (let i = text.partAt(start); i < text.parts.length; i++) {
    const at = text.startOf(i);
    if (at >= end && at > start) break;
    const part = text.parts[i]!;
    const from = Math.max(0, start - at);
    const to = Math.min(part.text.length, end - at);
    if (from === 0 && to === part.text.length) cut.push(part);
    else if (from < to) cut.push({ text: part.text.slice(from, to), safe: part.safe });
  }
  return fromParts(cut);
}

/** Each part changed for itself, for changes that look at one character at a time (letter case, say). */
export function mapText(text: Text, change: (text: string) => string): Text {
  if (typeof text === 'string') return change(text);
  return fromParts(text.parts.map((part) => ({ text: change(part.text), safe: part.safe })));
}

/**
 * Every `from` in the text replaced, at most `count` times. What is put into data is data, whoever wrote it: data
 * decide where it lands, and would otherwise place the author's quotes. Elsewhere it keeps its own marks.
 */
export function replace(text: Text, from: string, to: Text, count: number, budget: Budget): Text {
  const whole = String(text);
  const cut: Text[] = [];
  let at = 0;
  let left = count;
  budget.use(whole.length);
  // An empty text stands between all characters, as in Python and Ruby.
  for (let next = whole.indexOf(from); left > 0 && next !== -1 && next <= whole.length; left--) {
    budget.step();
    cut.push(slice(text, at, next), typeof text === 'string' || isData(text, next) ? String(to) : to);
    at = next + from.length;
    if (from === '' && next === whole.length) break;
    next = from === '' ? next + characterAt(whole, next) : whole.indexOf(from, at);
  }
  if (at === 0 && cut.length === 0) return text;
  cut.push(slice(text, at, whole.length));
  return concat(cut, budget);
}

function characterAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function isData(text: Marked, index: number): boolean {
  return text.parts[text.partAt(index)]?.safe === 'nowhere';
}
