/**
 * What the lax parser of Ruby's Liquid finds in a markup. It searches where others parse: it takes what it knows and
 * passes over the rest. White space is what Ruby's `\s` means, which is less than JavaScript's.
 */
export const SPACE = '[ \\t\\n\\v\\f\\r]';
const QUOTED = `"[^"]*"|'[^']*'`;
const CHARS = `[^ \\t\\n\\v\\f\\r,|'"]`;

/** A text in quotes, or characters up to a space, comma, bar or quote that isn't closed. */
export const FRAGMENT = `(?:${QUOTED}|(?:${CHARS}|${QUOTED})+)`;
/** One fragment after another. */
export const FRAGMENTS = `(?:(?:${CHARS}|${QUOTED})+)`;
export const QUOTED_TEXTS = `(?:(?:${QUOTED})+)`;

/** `name: value` somewhere in a markup. What stands before the name keeps a run of letters from being tried one by one. */
export const ATTRIBUTE = new RegExp(`(?<![\\w-])-*(\\w[\\w-]*)${SPACE}*:${SPACE}*(${FRAGMENT})`, 'g');

/** Whether a text is white space or nothing. */
export function isBlank(text: string): boolean {
  return !/[^ \t\n\v\f\r]/.test(text);
}

const TRIMMED = /[ \t\n\v\f\r\0]/;

/** Where the text begins and ends without white space at its ends. */
export function innerOf(text: string): { start: number; end: number } {
  let start = 0;
  let end = text.length;
  while (start < end && TRIMMED.test(text[start]!)) start++;
  while (end > start && TRIMMED.test(text[end - 1]!)) end--;
  return { start, end };
}

/** Without white space at its ends, as Ruby's `strip` does it. */
export function strip(text: string): string {
  const { start, end } = innerOf(text);
  return text.slice(start, end);
}

/** The attributes of a tag, by name; of two with one name the last counts. */
export function attributesOf(markup: string): Map<string, string> {
  return new Map([...markup.matchAll(ATTRIBUTE)].map((match) => [match[1]!, match[2]!]));
}
