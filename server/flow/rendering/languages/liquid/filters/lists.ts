/** Filters that order lists and put them together. */
import { isMap, isText, LanguageError, type Text, type Value } from '../../core/index.ts';
import { compareTexts, isTrue, order } from '../compare.ts';
import { itemsOf } from '../items.ts';
import { firstOf, lastOf, sizeOfValue } from '../lookup.ts';
import { inspect, joined, textOf, toText } from '../print.ts';
import { hasProperties, propertyOf } from '../property.ts';
import { Range } from '../range.ts';
import type { Run } from '../run.ts';
import { filter, type Named } from './filter.ts';

const isNil = (value: Value) => value === null || value === undefined;

/** nil comes last. Throws LanguageError for values that have no order. */
function compare(a: Value, b: Value): number {
  const found = order(a, b);
  if (found !== null) return found;
  if (isNil(a)) return isNil(b) ? 0 : 1;
  if (isNil(b)) return -1;
  if (a === b) return 0;
  throw new LanguageError(
    'A list of values of different sorts has no order.',
    'Sort by a property, or use sort_natural.',
  );
}

function lowered(text: string): string {
  return text.replace(/[A-Z]/g, (char) => char.toLowerCase());
}

function sorted(by: (a: Value, b: Value, run: Run) => number) {
  return (value: Value, [name = null]: readonly Value[], run: Run): Value => {
    const items = itemsOf(value, run);
    run.budget.items(items.length * 2);
    const compared = (a: Value, b: Value) => {
      run.budget.step();
      return by(a, b, run);
    };
    if (isNil(name)) return items.sort(compared);
    if (!items.every(hasProperties)) return null;
    const pairs = items.map((item) => ({ item, key: propertyOf(item, name, run.budget) }));
    return pairs.sort((a, b) => compared(a.key, b.key)).map(({ item }) => item);
  };
}

function natural(a: Value, b: Value, run: Run): number {
  if (isNil(a) || isNil(b)) return isNil(a) ? (isNil(b) ? 0 : 1) : -1;
  const [left, right] = [textOf(a, run.budget), textOf(b, run.budget)];
  run.budget.steps((left.length + right.length) >> 6);
  return compareTexts(lowered(left), lowered(right));
}

function uniq(value: Value, [name = null]: readonly Value[], run: Run): Value {
  const items = itemsOf(value, run);
  if (!isNil(name) && !items.every(hasProperties)) return null;
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = inspect(isNil(name) ? item : propertyOf(item, name, run.budget), run.budget);
    run.budget.use(key.length);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function compact(value: Value, [name = null]: readonly Value[], run: Run): Value {
  const items = itemsOf(value, run);
  if (isNil(name)) return items.filter((item) => !isNil(item));
  if (!items.every(hasProperties)) return null;
  return items.filter((item) => !isNil(propertyOf(item, name, run.budget)));
}

function concatenated(value: Value, [more]: readonly Value[], run: Run): Value {
  const items = more instanceof Range ? null : Array.isArray(more) ? more : null;
  if (items === null) throw new LanguageError('concat adds a list, and was given something else.');
  run.budget.items(items.length);
  return [...itemsOf(value, run), ...items];
}

/** A value, or another where it is nil, false or empty. */
function otherwise(value: Value, [other = '', options]: readonly Value[]): Value {
  const allows = isMap(options) && options instanceof Map && isTrue(options.get('allow_false'));
  const missing = allows ? isNil(value) : !isTrue(value);
  const empty =
    (isText(value) && String(value) === '') ||
    (!isText(value) && (Array.isArray(value) || isMap(value)) && sizeOfValue(value) === 0);
  // `default: allow_false: true` alone: the options are the first argument.
  return missing || empty ? (other instanceof Map && options === undefined ? '' : other) : value;
}

function pushed(value: Value, item: Value, first: boolean, run: Run): Value[] {
  const items = Array.isArray(value) ? value : itemsOf(value, run);
  run.budget.items(items.length + 1);
  return first ? [item, ...items] : [...items, item];
}

function sentence(value: Value, [word = 'and']: readonly Value[], run: Run): Text {
  const items = itemsOf(value, run);
  if (items.length < 2) return joined(items, '', run);
  const most = joined(items.slice(0, -1), ', ', run);
  const between = items.length > 2 ? ', ' : ' ';
  return joined([most, between, toText(word, run), ' ', items.at(-1)], '', run);
}

export const listFilters: Named[] = [
  filter('size', 0, 0, (value) => sizeOfValue(value) ?? 0),
  filter('first', 0, 0, (value) => firstOf(value)),
  filter('last', 0, 0, (value) => lastOf(value)),
  filter('join', 0, 1, (value, [glue = ' '], run) => joined(itemsOf(value, run), toText(glue, run), run)),
  filter('array_to_sentence_string', 0, 1, sentence),
  filter('sort', 0, 1, sorted(compare)),
  filter('sort_natural', 0, 1, sorted(natural)),
  filter('reverse', 0, 0, (value, _args, run) => itemsOf(value, run).reverse()),
  filter('uniq', 0, 1, uniq),
  filter('compact', 0, 1, compact),
  filter('concat', 1, 1, concatenated),
  filter('default', 0, 2, otherwise),
  filter('push', 1, 1, (value, [item], run) => pushed(value, item, false, run)),
  filter('unshift', 1, 1, (value, [item], run) => pushed(value, item, true, run)),
  filter('pop', 0, 0, (value) => (Array.isArray(value) ? value.slice(0, -1) : value)),
  filter('shift', 0, 0, (value) => (Array.isArray(value) ? value.slice(1) : value)),
];
