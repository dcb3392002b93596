import { Fault } from '../fault.ts';

export type Kind =
  | 'id'
  | 'number'
  | 'string'
  | 'comparison'
  | 'pipe'
  | 'dot'
  | 'dotdot'
  | 'colon'
  | 'comma'
  | 'open_square'
  | 'close_square'
  | 'open_round'
  | 'close_round'
  | 'question'
  | 'dash'
  | 'end';

export interface StrictToken {
  kind: Kind;
  text: string;
  /** Where in the template. */
  at: number;
}

const SIGNS: Record<string, Kind> = {
  '|': 'pipe',
  '.': 'dot',
  '..': 'dotdot',
  ':': 'colon',
  ',': 'comma',
  '[': 'open_square',
  ']': 'close_square',
  '(': 'open_round',
  ')': 'close_round',
  '?': 'question',
  '-': 'dash',
};
const TOKEN =
  /[ \t\n\v\f\r]*(?:(?<id>[a-zA-Z_][\w-]*\??)|(?<number>-?\d+(?:\.\d+)?)|(?<string>"[^"]*"|'[^']*')|(?<comparison>==|!=|<>|<=|>=|<|>)|(?<sign>\.\.|[|.:,[\]()?-]))/y;
const SPACES = /[ \t\n\v\f\r]*/y;

/** The tokens of a markup that begins at `start`; the last is its end. Throws Fault for a character that fits nowhere. */
export function lex(markup: string, start: number): StrictToken[] {
  const tokens: StrictToken[] = [];
  for (let i = 0; ; ) {
    SPACES.lastIndex = i;
    SPACES.exec(markup);
    const from = SPACES.lastIndex;
    if (from === markup.length) {
      tokens.push({ kind: 'end', text: '', at: start + from });
      return tokens;
    }
    TOKEN.lastIndex = i;
    const found = TOKEN.exec(markup);
    if (found === null) {
      throw new Fault(
        `The character ${String.fromCodePoint(markup.codePointAt(from)!)} doesn't fit here.`,
        start + from,
      );
    }
    const { id, number, string, comparison, sign } = found.groups!;
    const text = id ?? number ?? string ?? comparison ?? sign ?? '';
    const last = tokens.at(-1)?.kind;
    let kind: Kind = sign === undefined ? 'comparison' : SIGNS[sign]!;
    if (number !== undefined) kind = 'number';
    else if (string !== undefined) kind = 'string';
    else if (id !== undefined) kind = id === 'contains' && last !== 'dot' ? 'comparison' : 'id';
    tokens.push({ kind, text, at: start + from });
    i = TOKEN.lastIndex;
  }
}
