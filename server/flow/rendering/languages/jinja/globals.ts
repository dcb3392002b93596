/** Names that are there in every template: Jinja's own, and the vendor's. */
import { LanguageError, type Value } from '../core/index.ts';
import { bind, parameters } from './arguments.ts';
import { webhookOf } from './bloomreach/webhook.ts';
import { lipsum } from './lipsum.ts';
import { pairsOf } from './methods/map.ts';
import type { Run } from './run.ts';
import { asIndex, isTrue } from './types.ts';
import { asMarkup, Callable, Callback, type Given, Namespace, Range, Tuple, Undefined } from './values.ts';

/** `cycler(…)`: its values in turn. */
class Cycler extends Callable {
  readonly #values: Value[];
  #at = 0;
  constructor(values: Value[]) {
    super('cycler');
    this.#values = values;
  }
  override get(name: string): Value {
    if (name === 'items') return new Tuple(this.#values);
    if (name === 'pos') return this.#at;
    if (name === 'current') return this.#values[this.#at];
    if (name === 'next') return new Callback('next', () => this.#next());
    if (name !== 'reset') return undefined;
    return new Callback('reset', () => {
      this.#at = 0;
      return null;
    });
  }
  #next(): Value {
    const value = this.#values[this.#at];
    this.#at = (this.#at + 1) % this.#values.length;
    return value;
  }
  override call(): Value {
    throw new LanguageError('A cycler is not called itself.', 'Write .next() after it.');
  }
}

function range({ args, kwargs }: Given): Range {
  if (kwargs.size > 0 || args.length === 0 || args.length > 3)
    throw new LanguageError('range takes one to three whole numbers.');
  const [first, second, third] = args.map((value) => asIndex(value, 'What range takes'));
  if (third === 0) throw new LanguageError("range's step can't be 0.");
  return second === undefined ? new Range(0, first!, 1) : new Range(first!, second, third ?? 1);
}

function joiner(given: Given): Callback {
  const [separator] = bind('joiner', parameters('', { sep: ', ' }), given);
  let used = false;
  return new Callback('joiner', () => {
    if (used) return separator;
    used = true;
    return new Undefined('A joiner gives nothing at first', true);
  });
}

/** The blocks of the template, by name. */
class Self extends Callable {
  readonly #run: Run;
  constructor(run: Run) {
    super('self');
    this.#run = run;
  }
  override get(name: string): Value {
    const block = this.#run.blocks.get(name);
    return block && new Callback(name, () => block(this.#run));
  }
  override call(): Value {
    throw new LanguageError('self is not called itself.', 'Write the name of a block after it.');
  }
}

const LIPSUM = parameters('', { n: 5, html: true, min: 20, max: 100 });

const GLOBALS = new Map<string, (run: Run) => Value>([
  ['range', () => new Callback('range', range)],
  ['dict', (run) => new Callback('dict', (given) => new Map(pairsOf(given, run)))],
  [
    'namespace',
    (run) => new Callback('namespace', (given) => new Namespace(new Map(pairsOf(given, run) as [string, Value][]))),
  ],
  ['joiner', () => new Callback('joiner', joiner)],
  [
    'cycler',
    () =>
      new Callback('cycler', ({ args }) => {
        if (args.length === 0) throw new LanguageError('cycler needs values to go through.');
        return new Cycler(args);
      }),
  ],
  [
    'lipsum',
    (run) =>
      new Callback('lipsum', (given) => {
        const [count, html, least, most] = bind('lipsum', LIPSUM, given);
        const [n, min, max] = [count, least, most].map((value) => asIndex(value, 'What lipsum takes'));
        run.budget.use(Math.max(0, n!) * Math.max(0, max!) * 16);
        const text = lipsum(n!, isTrue(html), min!, max!);
        return isTrue(html) ? asMarkup(text) : text;
      }),
  ],
  ['self', (run) => new Self(run)],
  ['webhook', webhookOf],
  ['time', ({ options }) => Math.floor(options.now / 1000)],
]);

/** A global by its name; undefined when there is none. */
export function globalOf(name: string, run: Run): Value {
  return GLOBALS.get(name)?.(run);
}
