/** Texts counted as Python does: by code points. Texts without characters beyond U+FFFF are counted as they are. */
import { slice, type Text } from '../core/index.ts';

const WIDE = /[\ud800-\udbff][\udc00-\udfff]/;

function hasWide(text: string): boolean {
  return WIDE.test(text);
}

/** Code points of a text. */
export function points(text: string): string[] {
  return hasWide(text) ? Array.from(text) : text.split('');
}

/** The length of a text in characters, as Python counts: code points. */
export function lengthOf(text: string): number {
  if (!hasWide(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The place in UTF-16 units of a code point counted from the start. */
function unitAt(text: string, point: number): number {
  let unit = 0;
  for (let i = 0; i < point && unit < text.length; i++) unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
  return unit;
}

/** The code points from `start` to before `stop`, both within the text. */
export function sliceText(text: Text, start: number, stop: number): Text {
  const whole = String(text);
  if (!hasWide(whole)) return slice(text, start, stop);
  return slice(text, unitAt(whole, start), unitAt(whole, stop));
}

/** How many code points stand before a place in UTF-16 units. */
export function pointOf(text: string, unit: number): number {
  return unit < 0 ? unit : lengthOf(text.slice(0, unit));
}

/** -1, 0 or 1 in the order of code points. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!hasWide(a) && !hasWide(b)) return a < b ? -1 : 1;
  const left = points(a);
  const right = points(b);
  const differs = left.findIndex((char, i) => char !== right[i]);
  if (differs === -1) return -1;
  if (right[differs] === undefined) return 1;
  return left[differs]!.codePointAt(0)! < right[differs]!.codePointAt(0)! ? -1 : 1;
}
