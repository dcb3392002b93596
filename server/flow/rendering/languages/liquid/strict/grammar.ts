/** Liquid's strict grammar. What it refuses, the lax parser still reads in its own way; people are warned of it. */
import { BudgetError } from '../../core/index.ts';
import { Fault } from '../fault.ts';
import { type Kind, lex, type StrictToken } from './lexer.ts';

const MOST_LEVELS = 100;
const NAMES: Record<Kind, string> = {
  id: 'a name',
  number: 'a number',
  string: 'a text in quotes',
  comparison: 'a comparison',
  pipe: '|',
  dot: '.',
  dotdot: '..',
  colon: 'a colon',
  comma: 'a comma',
  open_square: '[',
  close_square: ']',
  open_round: '(',
  close_round: ')',
  question: '?',
  dash: '-',
  end: 'the end',
};

/** A filter and its arguments, each as it would be written without needless spaces. */
export interface FilterMarkup {
  name: string;
  /** Where its name stands, if that is known. */
  at: number | null;
  args: string[];
}
/** What an output says: an expression and the filters that it goes through. */
export interface OutputMarkup {
  name: string;
  filters: FilterMarkup[];
}

/** Comparisons with the words and, or between them. */
export interface ConditionMarkup {
  comparisons: { left: string; operator: string | undefined; right: string }[];
  words: string[];
}
/** What a for tag says. */
export interface LoopMarkup {
  variable: string;
  of: string;
  reversed: boolean;
  attributes: Map<string, string>;
}

/** Reads one markup token by token. Everything throws Fault where the grammar is broken. */
export class Grammar {
  readonly #tokens: StrictToken[];
  #next = 0;
  #depth = 0;
  constructor(markup: string, start: number) {
    this.#tokens = lex(markup, start);
  }

  get #token(): StrictToken {
    return this.#tokens[this.#next]!;
  }

  look(kind: Kind, ahead = 0): boolean {
    return this.#tokens[this.#next + ahead]?.kind === kind;
  }

  take(kind: Kind): string {
    const { kind: found, text, at } = this.#token;
    if (found !== kind) throw new Fault(`Expected ${NAMES[kind]}, found ${text === '' ? NAMES[found] : text}.`, at);
    this.#next++;
    return text;
  }

  takeIf(kind: Kind): string | null {
    return this.look(kind) ? this.take(kind) : null;
  }

  /** Takes a name when it is this one. */
  word(name: string): boolean {
    if (!this.look('id') || this.#token.text !== name) return false;
    this.#next++;
    return true;
  }

  fail(message: string): Fault {
    return new Fault(message, this.#token.at);
  }

  end(): void {
    this.take('end');
  }

  expression(): string {
    if (++this.#depth > MOST_LEVELS) throw new BudgetError(`The template nests more than ${MOST_LEVELS} levels deep.`);
    const text = this.#primary();
    this.#depth--;
    return text;
  }

  #primary(): string {
    const { kind, text, at } = this.#token;
    switch (kind) {
      case 'id':
        this.#next++;
        return text + this.#keys();
      case 'open_square':
        return this.#bracket() + this.#keys();
      case 'string':
      case 'number':
        this.#next++;
        return text;
      case 'open_round': {
        this.#next++;
        const first = this.expression();
        this.take('dotdot');
        const last = this.expression();
        this.take('close_round');
        return `(${first}..${last})`;
      }
      default:
        throw new Fault(`Expected a name or a value, found ${text === '' ? NAMES[kind] : text}.`, at);
    }
  }

  #bracket(): string {
    this.take('open_square');
    const key = this.expression();
    this.take('close_square');
    return `[${key}]`;
  }

  #keys(): string {
    let keys = '';
    for (;;) {
      if (this.look('open_square')) keys += this.#bracket();
      else if (this.takeIf('dot') !== null) keys += `.${this.take('id')}`;
      else return keys;
    }
  }

  #argument(): string {
    const name = this.look('id') && this.look('colon', 1) ? `${this.take('id')}${this.take('colon')} ` : '';
    return name + this.expression();
  }

  /** An output, to its end; null when there is nothing. */
  output(): OutputMarkup | null {
    if (this.look('end')) return null;
    const name = this.expression();
    const filters: FilterMarkup[] = [];
    while (this.takeIf('pipe') !== null) {
      const { at } = this.#token;
      const filter: FilterMarkup = { name: this.take('id'), at, args: [] };
      if (this.takeIf('colon') !== null) {
        do filter.args.push(this.#argument());
        while (this.takeIf('comma') !== null);
      }
      filters.push(filter);
    }
    this.end();
    return { name, filters };
  }

  /** Comparisons, joined by and and or, to the end. */
  condition(): ConditionMarkup {
    const found: ConditionMarkup = { comparisons: [], words: [] };
    for (;;) {
      const left = this.expression();
      const operator = this.takeIf('comparison') ?? undefined;
      found.comparisons.push({ left, operator, right: operator === undefined ? '' : this.expression() });
      const word = this.word('and') ? 'and' : this.word('or') ? 'or' : null;
      if (word === null) break;
      found.words.push(word);
    }
    this.end();
    return found;
  }

  /** What a for tag says, to the end. */
  loop(): LoopMarkup {
    const variable = this.take('id');
    if (!this.word('in')) throw this.fail('A for tag needs `in` behind its name.');
    const found: LoopMarkup = {
      variable,
      of: this.expression(),
      reversed: this.word('reversed'),
      attributes: new Map(),
    };
    while (this.look('comma') || this.look('id')) {
      this.takeIf('comma');
      const name = this.word('limit') ? 'limit' : this.word('offset') ? 'offset' : null;
      if (name === null) throw this.fail('A for tag knows limit, offset and reversed.');
      this.take('colon');
      found.attributes.set(name, this.expression());
    }
    this.end();
    return found;
  }

  /** The values of a when tag, to the end. */
  values(): string[] {
    const found: string[] = [];
    do found.push(this.expression());
    while (this.word('or') || this.takeIf('comma') !== null);
    this.end();
    return found;
  }
}

/** The markup as the strict grammar reads it, or else in the lax way, after `warn` was told why. Throws Fault. */
export function strictOr<Found>(
  markup: string,
  start: number,
  warn: (fault: Fault) => void,
  strict: (grammar: Grammar) => Found,
  lax: () => Found,
): Found {
  try {
    return strict(new Grammar(markup, start));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const found = lax();
    warn(error);
    return found;
  }
}
