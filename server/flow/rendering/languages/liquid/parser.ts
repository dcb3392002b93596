/** Blocks and tags of a template, put together. */
import { BudgetError, LanguageError, literalPiece, type Output, type Source } from '../core/index.ts';
import { Fault } from './fault.ts';
import { isBlank } from './patterns.ts';
import type { Execute, Run, Signal } from './run.ts';
import { linesOf, readTag, type TagToken, Tokens, tokenize, trimsAfter } from './tokens.ts';
import { parseVariable } from './variable.ts';

/** A part of a template that does something. `blank`: a block of nothing else puts out no white space either. */
export interface Node {
  execute: Execute;
  blank: boolean;
}
interface Text {
  text: string;
  at: number;
}

/** What a tag is parsed by: it takes what belongs to it from the parser. Throws Fault. */
export type ParseTag = (tag: TagToken, parser: Parser) => Node;

const MOST_LEVELS = 100;

/** The parts of one block, while it is parsed. */
export class Body {
  readonly parts: (Text | Node)[] = [];
  blank = true;

  add(node: Node): void {
    this.parts.push(node);
    this.blank &&= node.blank;
  }

  addText(text: string, at: number): void {
    this.parts.push({ text, at });
    this.blank &&= isBlank(text);
  }

  /** White space at the end goes, if text stands there. */
  trimEnd(): void {
    const last = this.parts.at(-1);
    if (last !== undefined && 'text' in last)
      last.text = last.text.replace(/(?<![ \t\n\v\f\r\0])[ \t\n\v\f\r\0]+$/, '');
  }
}

/** A tag that puts nothing out has no place for its error either: as in Ruby's engine, it only stays without effect. */
function quiet(execute: Execute): Execute {
  return (run, out) => {
    try {
      return execute(run, out);
    } catch (error) {
      if (error instanceof LanguageError) return 'next';
      throw error;
    }
  };
}

/** Reads one template: tags take what belongs to them from its tokens. Throws Fault. */
export class Parser {
  readonly source: Source;
  readonly #tags: ReadonlyMap<string, ParseTag>;
  /** Told what strict parsing would refuse. */
  readonly warn: (fault: Fault) => void;
  /** Where tags take their tokens from; `lines`: those of a liquid tag. */
  tokens: Tokens;
  lines = false;
  /** The text that follows loses the white space at its beginning. */
  trim = false;
  #depth = 0;

  constructor(source: Source, tags: ReadonlyMap<string, ParseTag>, warn: (fault: Fault) => void) {
    this.source = source;
    this.#tags = tags;
    this.warn = warn;
    this.tokens = new Tokens(tokenize(source.text));
  }

  /** A value with filters. */
  variable(markup: string, start: number): ReturnType<typeof parseVariable> {
    return parseVariable(markup, start, this.warn);
  }

  /** The whole template. Throws Fault. */
  template(): Execute {
    const body = new Body();
    const stray = this.#fill(body);
    if (stray !== null) throw this.#unknown(stray, null);
    return this.seal(body, false);
  }

  /**
   * The blocks up to a tag's end. `middle` is given the tags in between (`else`) and answers the block that follows, or
   * null for a tag that doesn't belong there. Throws Fault when the end is missing.
   */
  blocks(tag: TagToken, first: Body, middle: (tag: TagToken) => Body | null = () => null): void {
    if (++this.#depth > MOST_LEVELS) throw new BudgetError(`The template nests more than ${MOST_LEVELS} levels deep.`);
    for (let body: Body | null = first; body !== null; ) {
      const end = this.#fill(body);
      if (end === null) throw new Fault(`The tag ${tag.name} is never closed.`, tag.at, `Add {% end${tag.name} %}.`);
      if (end.name === `end${tag.name}`) break;
      body = middle(end);
      if (body === null) throw this.#unknown(end, tag.name);
    }
    this.#depth--;
  }

  /** Adds parts up to a tag that isn't known here, which is answered; null at the end. */
  #fill(body: Body): TagToken | null {
    for (let token = this.tokens.shift(); token !== null; token = this.tokens.shift()) {
      if (token.kind === 'text') {
        const text = this.trim ? token.text.replace(/^[ \t\n\v\f\r\0]+/, '') : token.text;
        this.trim = false;
        body.addText(text, token.at + token.text.length - text.length);
        continue;
      }
      if (token.kind === 'line' && isBlank(token.text)) continue;
      if (token.kind !== 'line') {
        if (token.text[2] === '-') body.trimEnd();
        this.trim = trimsAfter(token.text);
      }
      if (token.kind === 'output') {
        body.add(this.#output(token.text, token.at));
        continue;
      }
      const tag = readTag(token);
      if (tag === null) throw new Fault('The tag has no name, or is never closed with %}.', token.at);
      if (tag.name === 'liquid') this.#liquid(tag, body);
      else {
        const parse = this.#tags.get(tag.name);
        if (parse === undefined) return tag;
        body.add(this.#placed(tag, parse(tag, this)));
      }
    }
    return null;
  }

  /** A liquid tag: its lines are tags, whose blocks end within it. */
  #liquid(tag: TagToken, body: Body): void {
    if (++this.#depth > MOST_LEVELS) throw new BudgetError(`The template nests more than ${MOST_LEVELS} levels deep.`);
    const { tokens, lines } = this;
    this.tokens = new Tokens(linesOf(tag.markup, tag.start));
    this.lines = true;
    const stray = this.#fill(body);
    if (stray !== null) throw this.#unknown(stray, 'liquid');
    this.tokens = tokens;
    this.lines = lines;
    this.#depth--;
  }

  #placed(tag: TagToken, { execute, blank }: Node): Node {
    const { at } = tag;
    const placed: Execute = (run, out) => {
      run.at = at;
      run.budget.step();
      return execute(run, out);
    };
    return { execute: blank ? quiet(placed) : placed, blank };
  }

  #output(text: string, at: number): Node {
    if (!text.endsWith('}}')) throw new Fault('The output is never closed with }}.', at);
    const from = text[2] === '-' ? 3 : 2;
    const end = text.length - (text[text.length - 3] === '-' && text.length > 5 ? 3 : 2);
    const value = this.variable(text.slice(from, Math.max(from, end)), at + from);
    return { execute: this.puts(value, at), blank: false };
  }

  /** Puts out a value. */
  puts(value: ReturnType<typeof parseVariable>, at: number): Execute {
    const place = () => this.source.place(at);
    return (run, out) => {
      run.at = at;
      run.budget.step();
      const made = value(run);
      if (made !== null && made !== undefined) out.value(made, place);
      else if (run.options.automatic) out.value(made, place);
      return 'next';
    };
  }

  #unknown({ name, at }: TagToken, within: string | null): Fault {
    if (within !== null && name.startsWith('end')) {
      return new Fault(`${name} closes nothing here; the tag that is open is ${within}.`, at, `Write end${within}.`);
    }
    return new Fault(
      name === 'else' ? 'An else stands outside of the tags that have one.' : `There is no tag ${name}.`,
      at,
    );
  }

  /** A block as a closure. `bare`: it is nothing but white space and what puts nothing out, and leaves out the former. */
  seal(body: Body, bare: boolean): Execute {
    const all = body.parts.flatMap((part): Execute[] => {
      if (!('text' in part)) return [part.execute];
      if (bare || part.text === '') return [];
      const { text, at } = part;
      const piece = literalPiece(text, () => this.source.place(at));
      return [
        (_run, out) => {
          out.literal(piece);
          return 'next';
        },
      ];
    });
    if (all.length === 1) return all[0]!;
    return (run: Run, out: Output): Signal => {
      for (const execute of all) {
        const signal = execute(run, out);
        if (signal !== 'next') return signal;
      }
      return 'next';
    };
  }
}
