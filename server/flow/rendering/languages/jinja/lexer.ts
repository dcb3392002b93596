/** Cuts a Jinja template into tokens: the author's text, and between the braces names, numbers, strings, operators. */
import { LanguageError, type Source } from '../core/index.ts';
import { isIdentifier, readNumber, readString } from './literals.ts';

export type TokenType = 'data' | 'begin' | 'end' | 'name' | 'string' | 'number' | 'operator' | 'eof';

export interface Token {
  type: TokenType;
  /** The text as it stands; of `begin` and `end`: `block` or `variable`. */
  text: string;
  /** Of a string or number: what it is. */
  value: unknown;
  offset: number;
}

const OPEN = /\{(?:\{|%|#)/g;
const RAW = /\{%[-+]?\s*raw\s*(-?)%\}/y;
const END_RAW = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;
const SPACE = /\s+/y;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{M}\p{N}\p{Pc}]*/uy;
const OPERATOR = /\/\/|\*\*|[=!<>]=|[-+/*%~[\](){}.:|,;=<>]/y;
const CLOSES: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** A place in the source that an error names. */
export class LexError extends LanguageError {
  readonly offset: number;
  constructor(message: string, offset: number, hint: string | null = null) {
    super(message, hint);
    this.offset = offset;
  }
}

function match(regex: RegExp, text: string, at: number): RegExpExecArray | null {
  regex.lastIndex = at;
  return regex.exec(text);
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /\s/.test(char);
}

/** Where the white space that ends a text begins. */
function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text[at - 1])) at--;
  return at;
}

function afterSpace(text: string, at: number): number {
  return match(SPACE, text, at) ? SPACE.lastIndex : at;
}

/** All tokens of a template, ended by `eof`. Throws LexError. */
export function tokenize({ text }: Source): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const data = (start: number, end: number) => {
    if (end > start) tokens.push({ type: 'data', text: text.slice(start, end), value: null, offset: start });
  };
  while (at < text.length) {
    const open = match(OPEN, text, at);
    if (open === null) {
      data(at, text.length);
      break;
    }
    const { index } = open;
    const sign = text[index + 2];
    data(at, sign === '-' ? trimmedEnd(text, at, index) : index);
    at = index + (sign === '-' || sign === '+' ? 3 : 2);
    if (open[0] === '{#') at = comment(text, index, at);
    else if (match(RAW, text, index)) at = raw(text, index, data);
    else at = tag(text, index, at, open[0] === '{{' ? 'variable' : 'block', tokens);
  }
  tokens.push({ type: 'eof', text: '', value: null, offset: text.length });
  return tokens;
}

function comment(text: string, start: number, from: number): number {
  const end = text.indexOf('#}', from);
  if (end === -1) throw new LexError('This comment has no end.', start, 'Close it with #}.');
  return end > from && text[end - 1] === '-' ? afterSpace(text, end + 2) : end + 2;
}

function raw(text: string, start: number, data: (start: number, end: number) => void): number {
  const strips = match(RAW, text, start)![1] === '-';
  const from = strips ? afterSpace(text, RAW.lastIndex) : RAW.lastIndex;
  const end = match(END_RAW, text, from);
  if (end === null) throw new LexError('This raw block has no end.', start, 'Close it with {% endraw %}.');
  data(from, end[1] === '-' ? trimmedEnd(text, from, end.index) : end.index);
  return end[2] === '-' ? afterSpace(text, END_RAW.lastIndex) : END_RAW.lastIndex;
}

/** What stands between the braces. Braces, brackets and parentheses must close before the tag can. */
function tag(text: string, start: number, from: number, kind: 'block' | 'variable', tokens: Token[]): number {
  const push = (type: TokenType, value: string, offset: number, meaning: unknown = null) =>
    tokens.push({ type, text: value, value: meaning, offset });
  push('begin', kind, start);
  const close = kind === 'block' ? '%}' : '}}';
  const open: string[] = [];
  let at = from;
  for (;;) {
    at = afterSpace(text, at);
    if (at >= text.length) throw new LexError(`This ${kind === 'block' ? '{%' : '{{'} has no ${close}.`, start);
    if (open.length === 0) {
      const sign = text[at] === '-' || (text[at] === '+' && kind === 'block') ? 1 : 0;
      if (text.startsWith(close, at + sign)) {
        push('end', kind, at);
        return text[at] === '-' ? afterSpace(text, at + 3) : at + sign + 2;
      }
    }
    const number = readNumber(text, at);
    if (number !== null) {
      push('number', text.slice(at, number.end), at, number.value);
      at = number.end;
      continue;
    }
    const name = match(NAME, text, at);
    if (name !== null) {
      if (!isIdentifier(name[0])) throw new LexError(`${name[0]} is not a name.`, at);
      push('name', name[0], at);
      at = NAME.lastIndex;
      continue;
    }
    const string = readString(text, at);
    if (string !== null) {
      push('string', text.slice(at, string.end), at, string.value);
      at = string.end;
      continue;
    }
    const operator = match(OPERATOR, text, at)?.[0];
    if (operator === undefined) throw unexpected(text, at);
    balance(operator, open, at);
    push('operator', operator, at);
    at += operator.length;
  }
}

function balance(operator: string, open: string[], at: number): void {
  if (CLOSES[operator] !== undefined) open.push(CLOSES[operator]);
  else if (')]}'.includes(operator)) {
    const wanted = open.pop();
    if (wanted === undefined) throw new LexError(`Unexpected ${operator}: nothing is open that it would close.`, at);
    if (wanted !== operator) throw new LexError(`Unexpected ${operator}; expected ${wanted}.`, at);
  }
}

/** What other languages write, and Jinja's word for it. */
const FOREIGN: Record<string, string> = {
  '&': 'Write "and" in place of &&.',
  '!': 'Write "not" in place of !, and != to compare.',
  '?': 'Write "b if a else c" in place of "a ? b : c".',
  $: 'Names stand without $.',
};

function unexpected(text: string, at: number): LexError {
  const char = String.fromCodePoint(text.codePointAt(at)!);
  const hint = char === '"' || char === "'" ? 'Is the closing quote missing?' : (FOREIGN[char] ?? null);
  return new LexError(`Unexpected character ${char}.`, at, hint);
}
