/** A stretch of a template: text, `{{ … }}`, `{% … %}`, or a line of a liquid tag. `at`: its first character. */
export interface Token {
  kind: 'text' | 'output' | 'tag' | 'line';
  text: string;
  at: number;
}

/**
 * Cuts a template. An output ends at the first `}`, and is whole if another follows; what begins and doesn't end is a
 * token of two characters, which the parser refuses.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const start = startFrom(text, at);
    if (start > at) tokens.push({ kind: 'text', text: text.slice(at, start), at });
    if (start === text.length) break;
    const kind = text[start + 1] === '%' ? 'tag' : 'output';
    const end = kind === 'tag' ? tagEnd(text, start) : outputEnd(text, start);
    tokens.push({ kind, text: text.slice(start, end), at: start });
    at = end;
  }
  return tokens;
}

function startFrom(text: string, from: number): number {
  for (let at = text.indexOf('{', from); at !== -1; at = text.indexOf('{', at + 1)) {
    const next = text[at + 1];
    if (next === '{' || next === '%') return at;
  }
  return text.length;
}

function tagEnd(text: string, start: number): number {
  const end = text.indexOf('%}', start + 2);
  return end === -1 ? start + 2 : end + 2;
}

function outputEnd(text: string, start: number): number {
  const end = text.indexOf('}', start + 2);
  if (end === -1) return start + 2;
  return text[end + 1] === '}' ? end + 2 : end + 1;
}

/** The lines of a liquid tag's markup, which begins at `at`. */
export function linesOf(markup: string, at: number): Token[] {
  const tokens: Token[] = [];
  let offset = at;
  for (const line of markup.split('\n')) {
    tokens.push({ kind: 'line', text: line, at: offset });
    offset += line.length + 1;
  }
  return tokens;
}

/** Tokens one after another. */
export class Tokens {
  readonly #tokens: Token[];
  #next = 0;
  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }
  shift(): Token | null {
    return this.#tokens[this.#next++] ?? null;
  }
}

/** A tag's name and markup. `at`: where its token begins; `start`: where its markup does. */
export interface TagToken {
  name: string;
  markup: string;
  at: number;
  start: number;
}

const TAG = /^\{%-?[ \t\n\v\f\r]*(#|\w+)[ \t\n\v\f\r]*/;
const LINE = /^[ \t\n\v\f\r]*(#|\w+)[ \t\n\v\f\r]*/;

/** A tag's token read; null when it has no name or no end. */
export function readTag({ kind, text, at }: Token): TagToken | null {
  const found = (kind === 'line' ? LINE : TAG).exec(text);
  if (found === null) return null;
  const from = found[0].length;
  if (kind === 'line') return { name: found[1]!, markup: text.slice(from), at, start: at + from };
  if (!text.endsWith('%}')) return null;
  let end = text.length - 2;
  if (text[end - 1] === '-' && end - 1 >= from) end--;
  // `{%#%}`: what the name's pattern took can't go beyond the end.
  return { name: found[1]!, markup: text.slice(from, Math.max(from, end)), at, start: at + from };
}

/** A token's `-` before its end. */
export function trimsAfter(text: string): boolean {
  return text[text.length - 3] === '-';
}

/** The text before a closing tag within a token, which may hold more than the tag; null when it doesn't close `name`. */
export function closes({ text }: Token, name: string): { before: string } | null {
  if (!text.endsWith('%}')) return null;
  for (let start = text.lastIndexOf('{%'); start !== -1; start = start === 0 ? -1 : text.lastIndexOf('{%', start - 1)) {
    const found = /^\{%-?[ \t\n\v\f\r]*(\w+)/.exec(text.slice(start, start + 100));
    if (found !== null) return found[1] === name ? { before: text.slice(0, start) } : null;
  }
  return null;
}
