/** What may stand after `is`. */
import { compareNumbers, isInteger, isMap, isNumeric, isText, LanguageError, type Value } from '../core/index.ts';
import { parameters } from './arguments.ts';
import { calculate } from './arithmetic.ts';
import { contains, equals, isSame, order } from './compare.ts';
import { filter, type Named } from './filters/filter.ts';
import type { Filter, Run } from './run.ts';
import { asNumber, itemsOf } from './types.ts';
import { Callable, Generator, Markup, Range, Tuple, Undefined, View } from './values.ts';

const is = (name: string, test: (value: Value, run: Run) => boolean): Named =>
  filter(name, [], (value, _args, run) => test(value, run));
const compares = (names: string, test: (a: Value, b: Value, run: Run) => boolean): Named[] =>
  names.split(' ').map((name) => filter(name, parameters('other'), (value, [other], run) => test(value, other, run)));

function rest(value: Value, divisor: Value, run: Run): boolean {
  const left = calculate('%', value, divisor, run.budget);
  const number = asNumber(left);
  return number !== null && compareNumbers(number, 0) === 0;
}

/** A text's letters are all of one case, and there are letters. */
function isCase(value: Value, run: Run, change: (text: string) => string): boolean {
  const text = isText(value) ? String(value) : String(asNumber(value) ?? '');
  run.budget.use(text.length);
  return change(text) === text && text.toLowerCase() !== text.toUpperCase();
}

function isSequence(value: Value): boolean {
  return (
    isText(value) ||
    Array.isArray(value) ||
    isMap(value) ||
    value instanceof Tuple ||
    value instanceof Range ||
    value instanceof Undefined
  );
}

const named = (text: Value): string => {
  if (!isText(text)) throw new LanguageError('The name of a filter or test is a text.');
  return String(text);
};

export const tests: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  is('boolean', (value) => typeof value === 'boolean'),
  is('callable', (value) => value instanceof Callable),
  is('defined', (value) => !(value instanceof Undefined)),
  is('undefined', (value) => value instanceof Undefined),
  is('none', (value) => value === null),
  is('true', (value) => value === true),
  is('false', (value) => value === false),
  is('integer', (value) => isInteger(value)),
  is('float', (value) => isNumeric(value) && !isInteger(value)),
  is('number', (value) => isNumeric(value) || typeof value === 'boolean'),
  is('string', (value) => isText(value)),
  is('mapping', (value) => isMap(value)),
  is(
    'iterable',
    (value, run) => value instanceof View || value instanceof Generator || itemsOf(value, run.budget) !== null,
  ),
  is('sequence', isSequence),
  is('escaped', (value) => value instanceof Markup),
  is('lower', (value, run) => isCase(value, run, (text) => text.toLowerCase())),
  is('upper', (value, run) => isCase(value, run, (text) => text.toUpperCase())),
  is('odd', (value, run) => !rest(value, 2, run)),
  is('even', (value, run) => rest(value, 2, run)),
  is('filter', (value, run) => run.filters.has(named(value))),
  is('test', (value, run) => run.tests.has(named(value))),
  filter('divisibleby', parameters('num'), (value, [divisor], run) => rest(value, divisor, run)),
  filter('sameas', parameters('other'), (value, [other], run) => isSame(value, other, run.budget)),
  filter('in', parameters('seq'), (value, [heap], run) => contains(heap, value, run.budget)),
  ...compares('eq == equalto', (a, b, run) => equals(a, b, run.budget)),
  ...compares('ne !=', (a, b, run) => !equals(a, b, run.budget)),
  ...compares('lt < lessthan', (a, b, run) => order(a, b, run.budget) < 0),
  ...compares('le <=', (a, b, run) => order(a, b, run.budget) <= 0),
  ...compares('gt > greaterthan', (a, b, run) => order(a, b, run.budget) > 0),
  ...compares('ge >=', (a, b, run) => order(a, b, run.budget) >= 0),
]);
