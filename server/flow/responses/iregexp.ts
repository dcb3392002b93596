/**
 * I-Regexp (RFC 9485), the regular expressions of JSONPath, on an engine of linear time. The pattern is read by a
 * parser of our own, since the grammar is narrower than RE2's (no classes such as \d, or groups with
 * options), and written anew for RE2: `.` is all but line ends; `^` and `$` anchor, as the suite of RFC 9535 has it.
 */
import { RE2JS } from 're2js';

const MAX_PATTERN = 1000;
const MAX_DEPTH = 50;
const ESCAPES = '()*+-.?[\\]^{|}nrt';
const CATEGORY = /^\\[pP]\{(?:L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|Z[lps]?|S[ckmo]?|C[cfno]?)\}/;

class Reader {
  #at = 0;
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }

  whole(): string | null {
    const out = this.#branches(0);
    return this.#at === this.#text.length ? out : null;
  }

  #branches(depth: number): string | null {
    if (depth > MAX_DEPTH) return null;
    let out = '';
    for (;;) {
      const piece = this.#branch(depth);
      if (piece === null) return null;
      out += piece;
      if (this.#text[this.#at] !== '|') return out;
      out += '|';
      this.#at++;
    }
  }

  #branch(depth: number): string | null {
    let out = '';
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!)) {
      const atom = this.#atom(depth);
      if (atom === null) return null;
      out += atom + this.#quantifier();
    }
    return out;
  }

  #quantifier(): string {
    const found = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#text.slice(this.#at, this.#at + 30))?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #atom(depth: number): string | null {
    const char = this.#char();
    if (char === '(') {
      const inner = this.#branches(depth + 1);
      if (inner === null || this.#text[this.#at] !== ')') return null;
      this.#at++;
      return `(?:${inner})`;
    }
    if (char === '.') return '[^\\n\\r]';
    if (char === '[') return this.#class();
    if (char === '\\') return this.#escape();
    if ('*+?{}]'.includes(char)) return null;
    return '^$'.includes(char) ? char : RE2JS.quote(char);
  }

  #char(): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    this.#at += char.length;
    return char;
  }

  /** What follows a backslash: a category, or one of the characters that may be escaped. */
  #escape(): string | null {
    const category = CATEGORY.exec(this.#text.slice(this.#at - 1, this.#at + 6))?.[0];
    if (category !== undefined) {
      this.#at += category.length - 1;
      return category;
    }
    const char = this.#text[this.#at++];
    if (char === undefined || !ESCAPES.includes(char)) return null;
    return `\\${char}`;
  }

  #class(): string | null {
    let out = '[';
    if (this.#text[this.#at] === '^') {
      out += '^';
      this.#at++;
    }
    const first = this.#at;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) return null;
      if (char === ']') {
        if (this.#at === first) return null;
        this.#at++;
        return `${out}]`;
      }
      const low = this.#member(this.#at === first);
      if (low === null) return null;
      out += low;
      if (this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']' && !low.startsWith('\\p') && low !== '\\-') {
        this.#at++;
        const high = this.#member(false);
        if (high === null || /^\\[pP]/.test(high)) return null;
        out += `-${high}`;
      }
    }
  }

  #member(first: boolean): string | null {
    const char = this.#char();
    if (char === '\\') return this.#escape();
    if (char === '[') return null;
    if (char === '-') return first || this.#text[this.#at] === ']' ? '\\-' : null;
    return '^&~'.includes(char) ? `\\${char}` : char;
  }
}

/** RE2 pattern of an I-Regexp; null when it isn't one. */
function translate(pattern: string): string | null {
  return pattern.length > MAX_PATTERN ? null : new Reader(pattern).whole();
}

const cache = new Map<string, RE2JS | null>();

function compiled(pattern: string): RE2JS | null {
  let re = cache.get(pattern);
  if (re === undefined) {
    if (cache.size >= 200) cache.clear();
    const text = translate(pattern);
    try {
      re = text === null ? null : RE2JS.compile(text);
    } catch {
      re = null;
    }
    cache.set(pattern, re);
  }
  return re;
}

/** Whether the whole of `text` matches. Anything but two strings, or a pattern that is no I-Regexp, doesn't. */
export function fullMatch(text: unknown, pattern: unknown): boolean {
  if (typeof text !== 'string' || typeof pattern !== 'string') return false;
  return compiled(pattern)?.matches(text) ?? false;
}

/** Whether some part of `text` matches. */
export function partMatch(text: unknown, pattern: unknown): boolean {
  if (typeof text !== 'string' || typeof pattern !== 'string') return false;
  return compiled(pattern)?.matcher(text).find() ?? false;
}
