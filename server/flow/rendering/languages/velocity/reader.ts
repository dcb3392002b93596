import type { Piece, Place } from '../../language.ts';
import { LanguageError, literalPiece } from '../core/index.ts';
import type { Macro, Node } from './ast.ts';

/** Something wrong with what a template says, and where. */
export class SyntaxFault extends LanguageError {
  readonly at: number;
  constructor(message: string, at: number, hint: string | null = null) {
    super(message, hint);
    this.at = at;
  }
}

/** What the parts of a template found out while it is parsed. */
export interface Findings {
  macros: Map<string, Macro>;
  /** It may change a list or map of its context. */
  changes: boolean;
  /** Levels of nesting that are being read. */
  depth: number;
}

const MOST_LEVELS = 100;

/** A template's text, and how far it is read. A string within a template is read by a Reader of its own. */
export class Reader {
  readonly text: string;
  /** Where the text begins in the whole template. */
  readonly base: number;
  readonly findings: Findings;
  /** Reads the statements of a string. */
  readonly inner: (reader: Reader) => Node[];
  readonly #place: (offset: number) => Place;
  at = 0;

  constructor(
    text: string,
    base: number,
    findings: Findings,
    inner: (reader: Reader) => Node[],
    place: (offset: number) => Place,
  ) {
    this.text = text;
    this.base = base;
    this.findings = findings;
    this.inner = inner;
    this.#place = place;
  }

  /** Statements of a string that begins at `offset` of this text. */
  within(text: string, offset: number): Node[] {
    return this.inner(new Reader(text, this.base + offset, this.findings, this.inner, this.#place));
  }

  /** The author's text, put out as it is. */
  piece(text: string, offset: number): Piece {
    const at = this.base + offset;
    return literalPiece(text, () => this.#place(at));
  }

  get char(): string {
    return this.text[this.at] ?? '';
  }

  /** Reads what a sticky pattern matches here; null when it doesn't. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }

  /** Whether the text goes on so; then it is read. */
  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  space(): void {
    this.match(SPACE);
  }

  expect(text: string, what: string): void {
    if (this.take(text)) return;
    throw this.fault(`${what} needs a ${text} here, not ${this.#next()}.`);
  }

  fault(message: string, at = this.at, hint: string | null = null): SyntaxFault {
    return new SyntaxFault(message, this.base + at, hint);
  }

  unexpected(what: string): SyntaxFault {
    return this.fault(`${what} is expected here, not ${this.#next()}.`);
  }

  /** Reads something that may hold more of its kind. Throws SyntaxFault when that goes too deep. */
  nested<Result>(read: () => Result): Result {
    if (++this.findings.depth > MOST_LEVELS) throw this.fault(`This nests more than ${MOST_LEVELS} levels deep.`);
    const result = read();
    this.findings.depth--;
    return result;
  }

  #next(): string {
    if (this.at >= this.text.length) return 'the end of the template';
    return JSON.stringify(this.text.slice(this.at, this.at + 10));
  }
}

const SPACE = /[ \t\r\n]*/y;
