/** What Jinja's values have beside the core's: tuples, generators, ranges, methods, the undefined, safe markup. */
import { LanguageError, Marked, marked, type Part, partsOf, type Text, Tool, type Value } from '../core/index.ts';

/** A name or key that leads nowhere. Prints as nothing, is false, and refuses almost everything else. */
export class Undefined extends Tool {
  readonly message: string;
  /** It comes of an `if` without `else`: it puts out nothing, where a missing value is null in JSON. */
  readonly silent: boolean;
  constructor(message: string, silent = false) {
    super();
    this.message = message;
    this.silent = silent;
  }
  override toString(): string {
    return '';
  }
  override plain(): Value {
    return null;
  }
  /** The error of using it. */
  fail(): LanguageError {
    const hint = 'Use default(…) or "is defined" where it may be missing.';
    return new LanguageError(`${this.message}.`, hint);
  }
}

/** Python's tuple: a list that never changes, printed in parentheses. */
export class Tuple extends Tool {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }
  override toString(): string {
    return '()';
  }
  override plain(): Value {
    return this.items;
  }
}

/** A group of `groupby`: a tuple whose parts have names. */
export class Group extends Tuple {
  override get(name: string): Value {
    return name === 'grouper' ? this.items[0] : name === 'list' ? this.items[1] : undefined;
  }
}

/** Items that are made when they are asked for, once. */
export class Generator extends Tool {
  readonly #items: Iterator<Value>;
  constructor(items: Iterable<Value>) {
    super();
    this.#items = items[Symbol.iterator]();
  }
  override toString(): string {
    return '<generator>';
  }
  next(): IteratorResult<Value> {
    return this.#items.next();
  }
  [Symbol.iterator](): Iterator<Value> {
    return { next: () => this.#items.next() };
  }
}

/** Python's range: its numbers are made when they are gone through. */
export class Range extends Tool {
  readonly start: number;
  readonly step: number;
  readonly length: number;
  readonly stop: number;
  constructor(start: number, stop: number, step: number) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
  override toString(): string {
    return `range(${this.start}, ${this.stop}${this.step === 1 ? '' : `, ${this.step}`})`;
  }
  *[Symbol.iterator](): globalThis.Generator<Value, void> {
    for (let i = 0; i < this.length; i++) yield this.start + i * this.step;
  }
}

/** What `keys()`, `values()` and `items()` of a map give. */
export class View extends Tool {
  readonly kind: 'keys' | 'values' | 'items';
  readonly items: readonly Value[];
  constructor(kind: 'keys' | 'values' | 'items', items: readonly Value[]) {
    super();
    this.kind = kind;
    this.items = items;
  }
  override toString(): string {
    return `dict_${this.kind}`;
  }
  override plain(): Value {
    return this.items;
  }
}

/** What a call was given. */
export interface Given {
  args: Value[];
  kwargs: Map<string, Value>;
}

/** What can be called: a macro, a method, a global. */
export abstract class Callable extends Tool {
  readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
  }
  /** Whether it has a text of its own; what is called by mistake without its parentheses has none. */
  readonly printable: boolean = false;
  /** How many items it has, where it counts as a list. */
  get length(): number | null {
    return null;
  }
  abstract call(given: Given): Value;
  override toString(): string {
    return `<${this.name}>`;
  }
}

/** A callable made of a function. */
export class Callback extends Callable {
  readonly #run: (given: Given) => Value;
  constructor(name: string, run: (given: Given) => Value) {
    super(name);
    this.#run = run;
  }
  override call(given: Given): Value {
    return this.#run(given);
  }
}

/** `namespace(…)`: values that may be set from inner blocks. */
export class Namespace extends Tool {
  readonly values: Map<string, Value>;
  constructor(values: Map<string, Value>) {
    super();
    this.values = values;
  }
  override get(name: string): Value {
    return this.values.get(name);
  }
  override toString(): string {
    return '<Namespace>';
  }
}

/** Text that is escaped for HTML, or that the author calls so: Jinja escapes it no more. */
export class Markup extends Marked {}

/** Text as markup, its parts marked as they are. */
export function asMarkup(text: Text): Markup {
  return text instanceof Markup ? text : new Markup(partsOf(text));
}

/** Text that needs no escaping anywhere, since the author says so. */
export function safe(text: string): Markup {
  return new Markup([{ text, safe: 'everywhere' }]);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** Text made safe for HTML, with the entities that Python's markupsafe writes. */
export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (char) => ENTITIES[char]!) : text;
}

/** Escaped for HTML, unless it is markup already. */
export function escapeMarkup(text: Text): Markup {
  if (text instanceof Markup) return text;
  const parts = partsOf(text).map(
    (part): Part => ({ text: escapeHtml(part.text), safe: part.safe === 'nowhere' ? 'xml' : part.safe }),
  );
  return new Markup(parts);
}

/** A text's mark kept, its characters replaced as a whole: for results that can't be followed part by part. */
export function likewise(given: Text, made: string): Text {
  if (typeof given === 'string') return made;
  const [first] = given.parts;
  const same = given.parts.every((part) => part.safe === first?.safe);
  const text = same && first !== undefined ? marked(made, first.safe) : made;
  return given instanceof Markup ? asMarkup(text) : text;
}
