/** What may stand after `is`. */
import { isInteger, isMap, isNumeric, isText, toDouble, type Value } from '../core/index.ts';
import { parameters } from './arguments.ts';
import { calculate } from './arithmetic.ts';
import { contains, equals, isSame, order } from './compare.ts';
import { filter, type Named } from './filters/filter.ts';
import { str } from './print.ts';
import type { Filter, Run } from './run.ts';
import { asKey, asNumber, itemsOf } from './types.ts';
import { Callable, Generator, Markup, Range, Tuple, Undefined, View } from './values.ts';

const is = (name: string, test: (value: Value, run: Run) => boolean): Named =>
  filter(name, [], (value, _args, run) => test(value, run));
const compares = (names: string, test: (a: Value, b: Value, run: Run) => boolean): Named[] =>
  names.split(' ').map((name) => filter(name, parameters('other'), (value, [other], run) => test(value, other, run)));

/** What is left of a division; null when it is no number. */
function rest(value: Value, divisor: Value, run: Run): number | null {
  const number = asNumber(calculate('%', value, divisor, run.budget));
  return number === null ? null : toDouble(number);
}

/** A text's letters are all of one case, and there are letters. */
function isCase(value: Value, run: Run, change: (text: string) => string): boolean {
  const text = str(value, run.budget);
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

export const tests: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  is('boolean', (value) => typeof value === 'boolean'),
  is('callable', (value) => value instanceof Callable || value instanceof Undefined),
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
  is('odd', (value, run) => rest(value, 2, run) === 1),
  is('even', (value, run) => rest(value, 2, run) === 0),
  is('filter', (value, run) => isText(asKey(value)) && run.filters.has(String(value))),
  is('test', (value, run) => isText(asKey(value)) && run.tests.has(String(value))),
  filter('divisibleby', parameters('num'), (value, [divisor], run) => rest(value, divisor, run) === 0),
  filter('sameas', parameters('other'), (value, [other], run) => isSame(value, other, run.budget)),
  filter('in', parameters('seq'), (value, [heap], run) => contains(heap, value, run.budget)),
  ...compares('eq == equalto', (a, b, run) => equals(a, b, run.budget)),
  ...compares('ne !=', (a, b, run) => !equals(a, b, run.budget)),
  ...compares('lt < lessthan', (a, b, run) => order(a, b, run.budget) < 0),
  ...compares('le <=', (a, b, run) => order(a, b, run.budget) <= 0),
  ...compares('gt > greaterthan', (a, b, run) => order(a, b, run.budget) > 0),
  ...compares('ge >=', (a, b, run) => order(a, b, run.budget) >= 0),
]);
