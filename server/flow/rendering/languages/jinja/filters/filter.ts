import { isText, LanguageError, type Value } from '../../core/index.ts';
import { item } from '../access.ts';
import { bind, type Parameters } from '../arguments.ts';
import type { Filter, Run } from '../run.ts';
import { type Given, Undefined } from '../values.ts';

export type Named = [string, Filter];

/** An entry of the table of filters, or of tests. */
export function filter(
  name: string,
  parameters: Parameters,
  run: (value: Value, args: Value[], run: Run) => Value,
): Named {
  return [name, { parameters, run }];
}

/** Applies a filter or test. Throws LanguageError when the arguments don't fit. */
export function apply(name: string, { parameters, run: act }: Filter, value: Value, given: Given, run: Run): Value {
  run.budget.step();
  if (isText(value)) run.budget.through(String(value));
  return act(value, parameters === null ? given.args : bind(name, parameters, given), run, given);
}

/** A text without difference between capitals and small letters, for sorting; other values as they are. */
export function foldCase(value: Value): Value {
  return isText(value) ? String(value).toLowerCase() : value;
}

export interface GetterOptions {
  otherwise?: Value;
  fold?: boolean;
}

/** What to sort, group or sum an item by: itself, or the value at a path such as `address.city` or `0`. */
export function getter(
  path: Value,
  run: Run,
  { otherwise = null, fold = false }: GetterOptions = {},
): (item: Value) => Value {
  const keys = path === null ? [] : keysOfPath(path);
  return (from) => {
    let value = from;
    for (const key of keys) {
      value = item(value, key, run);
      if (value instanceof Undefined && otherwise !== null) value = otherwise;
    }
    return fold ? foldCase(value) : value;
  };
}

function keysOfPath(path: Value): Value[] {
  if (typeof path === 'number') return [path];
  if (!isText(path)) throw new LanguageError('The attribute must be a name or a number.');
  return String(path)
    .split('.')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

/** The same for several paths with commas between them: a list of values. */
export function getters(paths: Value, run: Run, options: GetterOptions = {}): (item: Value) => Value {
  if (!isText(paths) || !String(paths).includes(',')) return getter(paths, run, options);
  const all = String(paths)
    .split(',')
    .map((path) => getter(path, run, options));
  return (from) => all.map((get) => get(from));
}
