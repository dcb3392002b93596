/** Statements of a template: text, references, directives, and the white space that goes with them. */
import type { Place } from '../../language.ts';
import type { Node } from './ast.ts';
import { type Block, BUILT_IN, DIRECTIVES } from './parse-directive.ts';
import { isReference, parseReference } from './parse-expression.ts';
import { type Findings, Reader, type SyntaxFault } from './reader.ts';

const TEXT = /[^$#\\]+/y;
const SLASHES = /\\+/y;
/** A dollar sign and bang with backslashes between them: not a reference, and one backslash less. */
const SLASHED_BANG = /\$\\+!(?=\{?[A-Za-z_])/y;
/** An opening brace that a reference follows. */
const TWO_BANGS = /^\$!![A-Za-z_]/;
const OPENED = /\$!?\{\$!?\{?[A-Za-z_]/y;
/** What keeps the mark of quiet after a dollar sign that begins no reference: a brace, or a reference. */
const KEEPS_BANG = /^(?:\{|\$+!?\{?[A-Za-z_])/;
/** More dollar signs before a reference. */
const DOLLARS = /\$+(?=\$!?\{?[A-Za-z_])/y;
const COMMENT = /##[^\r\n]*(?:\r\n|\n|\r|$)/y;
const WORD = /#(?:\{([A-Za-z_][A-Za-z0-9_@]*)\}|(@?[A-Za-z_][A-Za-z0-9_@]*))/y;

/** Reads statements up to the end of a block or of the text. */
export class Statements {
  readonly reader: Reader;
  readonly #ends: readonly string[];
  readonly #opened: number;
  readonly #nodes: Node[] = [];
  #text = '';
  #textAt = 0;

  /** `ends`: the directives that end this block, none for a whole template; `opened`: where its first one stands. */
  constructor(reader: Reader, ends: readonly string[], opened = 0) {
    this.reader = reader;
    this.#ends = ends;
    this.#opened = opened;
  }

  /** Reads the block, and the directive that ends it, whose name it gives ('' at the end of the text). */
  read(): { nodes: Node[]; end: string } {
    const { reader } = this;
    this.#textAt = reader.at;
    while (reader.at < reader.text.length) {
      const text = reader.match(TEXT);
      if (text !== null) {
        this.#add(text);
        continue;
      }
      const end = reader.char === '\\' ? this.#slashes() : reader.char === '$' ? this.#dollar(0) : this.#hash();
      if (end !== null) return { nodes: this.#done(), end };
    }
    if (this.#ends.length > 0) throw this.#neverClosed();
    return { nodes: this.#done(), end: '' };
  }

  #neverClosed(): SyntaxFault {
    const { reader } = this;
    reader.at = this.#opened;
    return reader.fault(`#${this.#peekWord()} is not closed: its #end is missing.`);
  }

  push(node: Node): void {
    this.#flush();
    this.#nodes.push(node);
  }

  /** Whether only white space stands before this place in its line; `trim` takes it away. */
  isLineStart(at: number): boolean {
    const { text } = this.reader;
    let from = at;
    while (text[from - 1] === ' ' || text[from - 1] === '\t') from--;
    return from === 0 || text[from - 1] === '\n' || text[from - 1] === '\r';
  }

  /** Takes white space away that was read last; gives it. */
  trim(): string {
    let end = this.#text.length;
    while (this.#text[end - 1] === ' ' || this.#text[end - 1] === '\t') end--;
    const taken = this.#text.slice(end);
    this.#text = this.#text.slice(0, end);
    return taken;
  }

  /** Whether nothing but white space was read since the last node. */
  get isBlank(): boolean {
    return /^[ \t]*$/.test(this.#text);
  }

  #add(text: string): void {
    if (this.#text === '') this.#textAt = this.reader.at - text.length;
    this.#text += text;
  }

  #flush(): void {
    if (this.#text !== '') this.#nodes.push({ kind: 'text', piece: this.reader.piece(this.#text, this.#textAt) });
    this.#text = '';
  }

  #done(): Node[] {
    this.#flush();
    return this.#nodes;
  }

  #slashes(): string | null {
    const { reader } = this;
    const start = reader.at;
    const count = reader.match(SLASHES)!.length;
    if (reader.char === '$') return this.#dollar(count);
    const name = reader.char === '#' ? this.#peekWord() : null;
    if (name === null || !(BUILT_IN.has(name) || reader.findings.macros.has(name))) {
      this.#add(reader.text.slice(start, reader.at));
      return null;
    }
    // Before #set, which is read as one word, an even number is text.
    this.#add('\\'.repeat(name === 'set' && count % 2 === 0 ? count : count >> 1));
    if (count % 2 === 1) this.#add(reader.match(WORD)!);
    return null;
  }

  #peekWord(): string | null {
    WORD.lastIndex = this.reader.at;
    const found = WORD.exec(this.reader.text);
    return found === null ? null : (found[1] ?? found[2]!);
  }

  /** A reference, or a dollar sign that is text. */
  #dollar(slashes: number): null {
    const { reader } = this;
    if (isReference(reader.text, reader.at)) {
      this.push(parseReference(reader, slashes));
      return null;
    }
    const dollars = slashes > 0 ? reader.match(DOLLARS) : null;
    if (dollars !== null) {
      this.push(parseReference(reader, slashes, dollars));
      return null;
    }
    if (TWO_BANGS.test(reader.text.slice(reader.at, reader.at + 4))) {
      // One of two marks of quiet is lost, and it is no reference.
      reader.at += 3;
      this.#add(`${'\\'.repeat(slashes)}$!`);
      return null;
    }
    OPENED.lastIndex = reader.at;
    if (OPENED.test(reader.text)) throw reader.fault('A name is expected after ${, not another reference.', reader.at);
    const slashed = reader.match(SLASHED_BANG);
    this.#add('\\'.repeat(slashes));
    if (slashed === null) this.#lone();
    else this.#add(`$${slashed.slice(2)}`);
    return null;
  }

  /** A dollar sign that begins no reference: a mark of quiet after it is lost. */
  #lone(): void {
    const { reader } = this;
    this.#sign('$');
    if (!reader.take('!')) return;
    if (KEEPS_BANG.test(reader.text.slice(reader.at, reader.at + 4))) this.#add('!');
    refuseAtEnd(reader, '$!');
  }

  #sign(sign: string): void {
    this.reader.at += sign.length;
    refuseAtEnd(this.reader, sign);
    this.#add(sign);
  }

  #hash(): string | null {
    const { reader } = this;
    if (reader.text.startsWith('#[[', reader.at)) this.#unparsed();
    else if (this.#comment() === null) {
      const start = reader.at;
      const name = this.#peekWord();
      if (name === null) this.#sign('#');
      else if (name === 'end' || name === 'else' || name === 'elseif') return this.#leave(name);
      else {
        reader.match(WORD);
        const directive = DIRECTIVES.get(name.startsWith('@') ? '@' : name);
        (directive ?? DIRECTIVES.get('')!)(this, name, start, readBlock);
      }
    }
    return null;
  }

  #leave(name: string): string {
    const { reader } = this;
    const start = reader.at;
    if (!this.#ends.includes(name)) throw reader.fault(`#${name} stands here without a block that it belongs to.`);
    if (this.isLineStart(start)) this.trim();
    reader.match(WORD);
    return name;
  }

  #comment(): true | null {
    const { reader } = this;
    const start = reader.at;
    const line = reader.match(COMMENT);
    if (line !== null) {
      this.#flush();
      if (line !== '##') refuseAtEnd(reader, '');
      return true;
    }
    if (!reader.text.startsWith('#*', start)) return null;
    const end = reader.text.indexOf('*#', start + 2);
    reader.at = end === -1 ? reader.text.length : end + 2;
    this.#flush();
    if (end === -1) refuseAtEnd(reader, '');
    return true;
  }

  #unparsed(): void {
    const { reader } = this;
    const end = reader.text.indexOf(']]#', reader.at + 3);
    if (end === -1) throw reader.fault('#[[ is not closed: ]]# is missing.');
    const text = reader.text.slice(reader.at + 3, end);
    reader.at += 3 + text.length;
    this.#add(text);
    reader.at += 3;
  }
}

/** Velocity can't tell what a sign at the very end is; in a string it sees that more could not follow. */
function refuseAtEnd(reader: Reader, sign: string): void {
  const { text, at } = reader;
  if (at < text.length || (sign === '' && !/[$#]$/.test(text))) return;
  if (reader.base > 0 && !text.includes('##')) return;
  const hint = 'Put a space after it, or write it as #[[#]]# or #[[$]]#.';
  throw reader.fault('A template must not end with a lone $ or #.', at, hint);
}

function readBlock(reader: Reader, ends: readonly string[], opened: number): ReturnType<Block> {
  return reader.nested(() => new Statements(reader, ends, opened).read());
}

/** The statements of a whole template. Throws SyntaxFault. */
export function parseTemplate(text: string, findings: Findings, place: (offset: number) => Place): Node[] {
  const inner = (reader: Reader) => new Statements(reader, []).read().nodes;
  return inner(new Reader(text, 0, findings, inner, place));
}
