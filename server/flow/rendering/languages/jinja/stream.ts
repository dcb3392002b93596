import { LexError, type Token, type TokenType } from './lexer.ts';

/** Levels that expressions and blocks may stand in each other. */
const MAX_DEPTH = 150;

const NAMES: Partial<Record<TokenType, string>> = { eof: 'the end of the template', end: 'the end of the tag' };

/** How a token is called in an error. */
export function describe({ type, text }: Token): string {
  return NAMES[type] ?? (type === 'begin' ? 'a tag' : type === 'data' ? 'text' : text);
}

/** Tokens, read one by one. Everything that expects throws LexError. */
export class TokenStream {
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#at]!;
  }

  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.current;
    if (token.type !== 'eof') this.#at++;
    return token;
  }

  isOperator(text: string): boolean {
    const { current } = this;
    return current.type === 'operator' && current.text === text;
  }

  isName(text: string): boolean {
    const { current } = this;
    return current.type === 'name' && current.text === text;
  }

  /** Skips an operator, if it stands here. */
  skip(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.#at++;
    return true;
  }

  skipName(name: string): boolean {
    if (!this.isName(name)) return false;
    this.#at++;
    return true;
  }

  expect(operator: string): Token {
    if (!this.isOperator(operator)) throw this.unexpected(`expected ${operator}`);
    return this.next();
  }

  expectName(name?: string): Token {
    if (this.current.type !== 'name' || (name !== undefined && this.current.text !== name)) {
      throw this.unexpected(`expected ${name ?? 'a name'}`);
    }
    return this.next();
  }

  expectEnd(): void {
    if (this.current.type !== 'end') throw this.unexpected('expected the end of the tag');
    this.next();
  }

  unexpected(why: string, hint: string | null = null): LexError {
    return new LexError(`Unexpected ${describe(this.current)}; ${why}.`, this.current.offset, hint);
  }

  /** Goes a level down in what `parse` reads. */
  deeper<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      throw new LexError(`The template nests more than ${MAX_DEPTH} levels deep.`, this.current.offset);
    }
    const parsed = parse();
    this.#depth--;
    return parsed;
  }
}
