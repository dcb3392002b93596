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

// Numbers that can lose something in JSON.parse: 16 digits or more, decimals that end in 0 or begin with many, an exponent,
// -0. It may match inside a string too, which costs time and nothing else; dates and times don't match.
const RISKY = /(?:^|[[:,\s])-?\d[\d.]*(?:[eE]|(?=[,\]}\s]|$)(?<=[\d.]{16}|\.\d*0|\.0{6}\d*|-0))/;

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
