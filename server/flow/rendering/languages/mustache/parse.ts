import { LanguageError, literalPiece, type Source } from '../core/index.ts';
import type { Node } from './ast.ts';
import { type Tag, Tags } from './tags.ts';

/** Tags that take their line with them when nothing else stands on it. */
const STANDALONE = '#^/>!=%';
/** White space after a tag keeps its line where it is, as the engines in Ruby and Python have it. */
const LINE_END = /(?:\r?\n|$)/y;

interface Open {
  nodes: Node[];
  name: string;
  at: number;
}

/** Builds the nodes of one template; sections are a stack, so that nesting costs no stack of JavaScript's. */
class Builder {
  readonly #source: Source;
  readonly #indent: string;
  readonly #root: Node[] = [];
  readonly #open: Open[] = [];
  #nodes: Node[] = this.#root;

  constructor(source: Source, indent: string) {
    this.#source = source;
    this.#indent = indent;
  }

  /** The author's text from `start` to before `end`; `more`: something of the same line follows. */
  text(start: number, end: number, more: boolean): void {
    const text = this.#indented(start, end, more);
    if (text === '') return;
    this.#nodes.push({ kind: 'text', piece: literalPiece(text, this.#placeOf(start)) });
  }

  tag({ sign, content, start }: Tag, before: string): void {
    const place = this.#placeOf(start);
    switch (sign) {
      case '#':
      case '^': {
        const nodes: Node[] = [];
        this.#nodes.push({ kind: 'section', path: pathOf(content), inverted: sign === '^', nodes, place });
        this.#open.push({ nodes: this.#nodes, name: content, at: start });
        this.#nodes = nodes;
        return;
      }
      case '/':
        this.#leave(content);
        return;
      case '>':
        this.#nodes.push({ kind: 'partial', name: content, indent: before === '' ? '' : this.#indent + before, place });
        return;
      case '%':
        this.#nodes.push({ kind: 'abort', reason: abortReason(content), place });
        return;
      case '!':
      case '=':
        return;
      default:
        this.#nodes.push({ kind: 'value', path: pathOf(content), raw: sign !== '', place });
    }
  }

  /** Where the section stands that is open, or null. */
  get unclosed(): Open | null {
    return this.#open.at(-1) ?? null;
  }

  get nodes(): Node[] {
    return this.#root;
  }

  #leave(name: string): void {
    const open = this.#open.pop();
    if (open === undefined) throw new LanguageError(`{{/${name}}} closes a section that is not open.`);
    if (open.name !== name) {
      throw new LanguageError(
        `{{/${name}}} stands where the section ${open.name} should end.`,
        `Write {{/${open.name}}}.`,
      );
    }
    this.#nodes = open.nodes;
  }

  #placeOf(offset: number) {
    return () => this.#source.place(offset);
  }

  /** A partial that stands alone is indented as its tag is: each of its lines that begins here. */
  #indented(start: number, end: number, more: boolean): string {
    const { text } = this.#source;
    if (this.#indent === '') return text.slice(start, end);
    let made = '';
    let at = start;
    for (;;) {
      if ((at === 0 || text[at - 1] === '\n') && (at < end || more)) made += this.#indent;
      const next = text.indexOf('\n', at) + 1;
      if (next === 0 || next > end || at >= end) return made + text.slice(at, end);
      made += text.slice(at, next);
      at = next;
    }
  }
}

function pathOf(name: string): string[] {
  return name === '.' ? [] : name.split('.');
}

function abortReason(content: string): string {
  const [word = '', ...rest] = content.split(/\s+/);
  if (word !== 'abort') throw new LanguageError(`{{%${word}}} is unknown.`, 'There is {{% abort reason}}.');
  return rest.join(' ') || 'aborted';
}

/**
 * The nodes of a template; `indent` is put before each of its lines. Throws LanguageError; `fail` is told where.
 */
export function parse(source: Source, indent: string, fail: (error: unknown, offset: number) => Error): Node[] {
  const { text } = source;
  const tags = new Tags(text);
  const builder = new Builder(source, indent);
  let at = 0;
  try {
    for (let tag = tags.next(0); tag !== null; tag = tags.next(at)) {
      const alone = standalone(text, at, tag);
      builder.text(
        at,
        alone?.start ?? tag.start,
        alone === null && !(tag.sign !== '' && STANDALONE.includes(tag.sign)),
      );
      builder.tag(tag, alone === null ? '' : text.slice(alone.start, tag.start));
      at = alone?.end ?? tag.end;
    }
    builder.text(at, text.length, false);
  } catch (error) {
    throw fail(error, tags.at);
  }
  const { unclosed } = builder;
  if (unclosed === null) return builder.nodes;
  throw fail(
    new LanguageError(`The section ${unclosed.name} is not closed: {{/${unclosed.name}}} is missing.`),
    unclosed.at,
  );
}

/** From where to where a tag's line goes, if nothing but white space stands beside it; null else. */
function standalone(text: string, from: number, tag: Tag): { start: number; end: number } | null {
  if (tag.sign === '' || !STANDALONE.includes(tag.sign)) return null;
  let start = tag.start;
  while (start > from && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
  if (start > 0 && text[start - 1] !== '\n') return null;
  LINE_END.lastIndex = tag.end;
  return LINE_END.test(text) ? { start, end: LINE_END.lastIndex } : null;
}
