/** Filters that go through a list with a test or another filter: map, select, reject. */
import { isText, LanguageError, type Value } from '../../core/index.ts';
import type { Filter, Run } from '../run.ts';
import { isTrue, iterate } from '../types.ts';
import { Generator, type Given } from '../values.ts';
import { apply, getter, type Named } from './filter.ts';

function lookup(table: ReadonlyMap<string, Filter>, name: Value, what: string): [string, Filter] {
  const found = isText(name) ? table.get(String(name)) : undefined;
  if (found === undefined) throw new LanguageError(`There is no ${what} of the name ${isText(name) ? name : 'given'}.`);
  return [String(name), found];
}

/** How an item is changed by `map`. */
function changing({ args, kwargs }: Given, run: Run): (item: Value) => Value {
  if (args.length === 0 && kwargs.has('attribute')) {
    for (const name of kwargs.keys()) {
      if (name !== 'attribute' && name !== 'default') throw new LanguageError(`map has no argument ${name}.`);
    }
    return getter(kwargs.get('attribute'), run, { otherwise: kwargs.get('default') ?? null });
  }
  if (args.length === 0) throw new LanguageError('map needs the name of a filter, or an attribute.');
  const [name, found] = lookup(run.filters, args[0], 'filter');
  const rest = { args: args.slice(1), kwargs };
  return (item) => apply(name, found, item, rest, run);
}

function map(value: Value, given: Given, run: Run): Value {
  return new Generator(
    through(value, run, () => {
      const change = changing(given, run);
      return function* (item) {
        yield change(item);
      };
    }),
  );
}

type Each = (item: Value) => Iterable<Value>;

/** What `prepare` gives for each item; nothing is prepared where there is none, as Jinja has it. */
function* through(value: Value, run: Run, prepare: () => Each): globalThis.Generator<Value> {
  if (!isTrue(value)) return;
  const each = prepare();
  for (const item of iterate(value, run.budget)) {
    run.budget.step();
    yield* each(item);
  }
}

/** Whether an item, or an attribute of it (`byAttribute`), passes a test, or is true where none is named. */
function passing(given: Given, run: Run, byAttribute: boolean): (item: Value) => boolean {
  const args = [...given.args];
  let look = (item: Value): Value => item;
  if (byAttribute) {
    if (args.length === 0) throw new LanguageError('The name of an attribute is missing.');
    look = getter(args.shift(), run);
  }
  if (args.length === 0) return (item) => isTrue(look(item));
  const [name, found] = lookup(run.tests, args[0], 'test');
  const rest = { args: args.slice(1), kwargs: given.kwargs };
  return (item) => isTrue(apply(name, found, look(item), rest, run));
}

/** Items that a test, or their truth, keeps (`wanted`) or leaves out; of items or of an attribute of theirs. */
function pick(value: Value, given: Given, run: Run, wanted: boolean, byAttribute: boolean): Value {
  return new Generator(
    through(value, run, () => {
      const passes = passing(given, run, byAttribute);
      return function* (item) {
        if (passes(item) === wanted) yield item;
      };
    }),
  );
}

const picking = (name: string, wanted: boolean, byAttribute: boolean): Named => [
  name,
  { parameters: null, run: (value, _args, run, given) => pick(value, given, run, wanted, byAttribute) },
];

export const pickFilters: Named[] = [
  ['map', { parameters: null, run: (value, _args, run, given) => map(value, given, run) }],
  picking('select', true, false),
  picking('reject', false, false),
  picking('selectattr', true, true),
  picking('rejectattr', false, true),
];
