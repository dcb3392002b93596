import type { TemplateLanguage } from '../../../components/templates/languages.ts';
import type { Part } from '../../../components/templates/scan.ts';
import { aroundParts, lineOf, Source, Unheld } from './text.ts';

/** A member of an object with its places in the text: `key` within its quotes, `value` as a whole. */
export interface Member {
  key: [from: number, to: number];
  value: [from: number, to: number];
  /** The object that the value is, where it is one and can be held. */
  inner: JsonObject | null;
}

/** An object with the places of its braces. */
export interface JsonObject {
  from: number;
  to: number;
  members: Member[];
}

const MOST_DEEP = 20;

/** The object that a body is, whatever stands around it. Throws Unheld. */
export function parseObject(language: TemplateLanguage, text: string): JsonObject {
  return new Reader(new Source(language, text)).root();
}

class Reader {
  readonly #source: Source;
  readonly #text: string;
  #at = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
  }

  root(): JsonObject {
    this.#around();
    if (this.#text[this.#at] !== '{') this.#refuse('no object begins here, as { would');
    const found = this.#object(0);
    this.#around();
    if (this.#at < this.#text.length) this.#refuse('something follows the object');
    return found;
  }

  /** What stands before or after the object: space, comments and tags that open nothing. */
  #around(): void {
    for (;;) {
      this.#space();
      const part = this.#source.partAt(this.#at);
      if (part === undefined) return;
      if (part.kind === 'value' || part.kind === 'broken' || part.block !== null) this.#source.refuse(part);
      this.#at = part.to;
    }
  }

  #object(depth: number): JsonObject {
    const from = this.#at++;
    const members: Member[] = [];
    if (depth > MOST_DEEP) this.#refuse('objects stand too deep in one another');
    for (let first = true; ; first = false) {
      this.#space();
      if (this.#text[this.#at] === '}' && (first || members.length === 0)) break;
      members.push(this.#member(depth));
      this.#space();
      if (this.#text[this.#at] === '}') break;
      if (this.#text[this.#at] !== ',') this.#refuse('a comma or } should stand here');
      this.#at++;
    }
    this.#at++;
    return { from, to: this.#at, members };
  }

  #member(depth: number): Member {
    if (this.#text[this.#at] !== '"') this.#refuse('a name in quotes should stand here');
    const key = this.#string();
    this.#space();
    if (this.#text[this.#at] !== ':') this.#refuse('a colon should stand here');
    this.#at++;
    this.#space();
    const from = this.#at;
    const inner = this.#inner(depth);
    if (inner === null) this.#raw();
    const to = from + this.#text.slice(from, this.#at).trimEnd().length;
    if (to === from) this.#refuse('a value is missing');
    this.#at = to;
    this.#source.balanced(...key);
    this.#source.balanced(from, to);
    return { key, value: [from, to], inner };
  }

  /** The object that begins here; null when none does, or when it can't be held and is a value as a whole. */
  #inner(depth: number): JsonObject | null {
    const from = this.#at;
    if (this.#text[from] !== '{' || this.#source.partAt(from)) return null;
    try {
      const found = this.#object(depth + 1);
      this.#space();
      if (/^[,}]/.test(this.#text.slice(this.#at))) return found;
    } catch (error) {
      if (!(error instanceof Unheld)) throw error;
    }
    this.#at = from;
    return null;
  }

  /** To the end of a text in quotes; gives where its content stands. */
  #string(): [number, number] {
    const from = ++this.#at;
    while (this.#at < this.#text.length) {
      const part = this.#source.partAt(this.#at);
      const char = this.#text[this.#at];
      if (part) this.#step(part);
      else if (char === '"') return [from, this.#at++];
      else this.#at += char === '\\' ? 2 : 1;
    }
    this.#at = from - 1;
    return this.#refuse('a quote is missing that ends this text');
  }

  /** To the comma or brace that ends a value. */
  #raw(): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const part = this.#source.partAt(this.#at);
      const char = this.#text[this.#at]!;
      if (part) this.#step(part);
      else if (char === '"') this.#string();
      else if (depth === 0 && /[,}\]]/.test(char)) return;
      else {
        if (/[[{]/.test(char)) depth++;
        if (/[\]}]/.test(char)) depth--;
        this.#at++;
      }
    }
  }

  #step(part: Part): void {
    if (part.kind === 'broken') this.#source.refuse(part);
    this.#at = part.to;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #refuse(why: string): never {
    const part = this.#source.partAt(this.#at);
    if (part?.block) this.#source.refuse(part);
    const here = part ? `${this.#text.slice(part.from, part.to).slice(0, 40)} stands there, where ` : '';
    throw new Unheld(`line ${lineOf(this.#text, this.#at)}: ${here}${why}`);
  }
}

/** The text that a content of quotes says; null when it can't be shown in one line and said again exactly. */
export function textIn(language: TemplateLanguage, content: string): string | null {
  const text = aroundParts(language, content, (piece) => JSON.parse(`"${piece}"`) as string);
  return text === null || /[\p{Cc}\u2028\u2029]/u.test(text) ? null : text;
}

/** A text in quotes, with what the language acts on as it stands; null when it can't be. */
export function quoted(language: TemplateLanguage, text: string): string | null {
  const content = aroundParts(language, text, (piece) => JSON.stringify(piece).slice(1, -1));
  return content === null ? null : `"${content}"`;
}
