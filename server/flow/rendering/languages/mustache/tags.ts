import { LanguageError } from '../core/index.ts';

/** What the sign after the opening braces says a tag is; `''` is a value, `{` and `&` are values as they stand. */
export type Sign = '' | '{' | '&' | '#' | '^' | '/' | '>' | '!' | '=' | '%';

/** One tag of a template, with the places of its first character and of the one after its last. */
export interface Tag {
  sign: Sign;
  content: string;
  start: number;
  end: number;
}

const SIGNS = '{&#^/>!=%';
/** Nothing that only a mistake would put into a name: white space, quotes, brackets, or another tag's sign. */
const NAME = /^[^\s"'{}()[\]<>#^&=;,|*]+$/;

/** Finds the tags of a text one after another, by the delimiters in force. Throws LanguageError for one without an end. */
export class Tags {
  readonly #text: string;
  #open = '{{';
  #close = '}}';
  /** Where the last error was found. */
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next tag from `from` on; null when there is none. */
  next(from: number): Tag | null {
    const start = this.#text.indexOf(this.#open, from);
    if (start === -1) return null;
    this.at = start;
    let at = start + this.#open.length;
    while (this.#text[at] === ' ' || this.#text[at] === '\t') at++;
    const char = this.#text[at] ?? '';
    const sign = (char !== '' && SIGNS.includes(char) ? char : '') as Sign;
    at += sign.length;
    const closing = sign === '{' ? `}${this.#close}` : sign === '=' ? `=${this.#close}` : this.#close;
    const close = this.#text.indexOf(closing, at);
    if (close === -1) throw new LanguageError(`This tag has no end: ${closing} is missing.`);
    const content = this.#text.slice(at, close).trim();
    if (sign === '=') this.#delimiters(content);
    else if (sign !== '!' && sign !== '%') this.#check(content, sign);
    return { sign, content, start, end: close + closing.length };
  }

  #delimiters(content: string): void {
    const parts = content.split(/\s+/);
    if (parts.length !== 2 || parts.some((part) => part === '' || part.includes('='))) {
      throw new LanguageError('New delimiters are two signs with a space between them, as in {{=<% %>=}}.');
    }
    [this.#open, this.#close] = parts as [string, string];
  }

  #check(content: string, sign: Sign): void {
    if (content === '') throw new LanguageError('This tag has no name.');
    if (NAME.test(content)) return;
    if (content.startsWith('<') || content.startsWith('$')) {
      throw new LanguageError('Parent templates and blocks are not supported.', 'Use a snippet: {{> name}}.');
    }
    const shown = content.length > 60 ? `${content.slice(0, 60)}…` : content;
    const hint =
      sign === '' ? 'Is a closing brace missing, or is this meant as text? Change delimiters with {{=<% %>=}}.' : '';
    throw new LanguageError(`${JSON.stringify(shown)} is no name.`, hint === '' ? null : hint);
  }
}
