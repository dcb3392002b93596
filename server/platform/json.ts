/**
 * JSON that keeps numbers as they were written. Integers beyond 2^53, decimals such as `12.50` and numbers with an
 * exponent become an `ExactNumber`, which prints its own source text; every other number is a plain JavaScript number.
 */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  valueOf(): number {
    return Number(this.text);
  }
  toString(): string {
    return this.text;
  }
  toJSON(): unknown {
    return rawJSON(this.text);
  }
}

/** A value that came from JSON. */
export type Json = null | boolean | number | string | ExactNumber | Json[] | { [key: string]: Json };

// `JSON.rawJSON` and the reviver's `context.source` are in Node 24, but not yet in TypeScript's library.
const rawJSON = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

// A digit run of 16, a decimal that ends in 0, an exponent, or -0 (not the -01 of a date): only such a text can lose something in JSON.parse.
// It may also match inside a string, which costs time and nothing else.
const RISKY = /\d{16}|\.\d*0(?!\d)|\d[eE][+-]?\d|-0(?![\d.])/;

/** Parses JSON text. Throws SyntaxError like JSON.parse. */
export function parseJson(text: string): Json {
  if (!RISKY.test(text)) return JSON.parse(text) as Json;
  return parseWithSource(text, (_key, value, context) => {
    if (typeof value !== 'number' || context.source === undefined) return value;
    return String(value) === context.source ? value : new ExactNumber(context.source);
  }) as Json;
}

/** JSON text of a value, exact numbers as they were written. */
export function toJson(value: unknown): string {
  return JSON.stringify(value);
}
