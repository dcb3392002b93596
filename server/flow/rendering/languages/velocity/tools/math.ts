/** `$math`, `$mathTool`: arithmetic with numbers and texts of numbers; null where one is none. */
import {
  compareNumbers,
  counted,
  entry,
  float,
  isInteger,
  isMap,
  isNumeric,
  LanguageError,
  type Numeric,
  toDouble,
  type Value,
} from '../../core/index.ts';
import type { Operator } from '../ast.ts';
import { type Methods, method } from '../methods/method.ts';
import { ofBits } from '../methods/number.ts';
import { Toolbox } from '../methods/toolbox.ts';
import { calculate } from '../operators.ts';
import type { Run } from '../run.ts';
import { narrowed, toNumber } from './convert.ts';

const MANY = Array.from({ length: 10 }, (_, i) => 'o'.repeat(i + 1)).join(' ');

/** Numbers of all arguments; null when one of them is none. */
function numbers(args: readonly Value[]): Numeric[] | null {
  const found = args.map(toNumber);
  return found.every((number) => number !== null) ? found : null;
}

/** A whole result is a whole number, whatever the operands were. */
function narrow(value: Value): Value {
  if (!isNumeric(value)) return null;
  const plain = counted(value);
  return typeof plain === 'bigint' || Number.isInteger(plain) ? plain : narrowed(toDouble(plain));
}

function chain(operator: Operator) {
  return method<Toolbox>(MANY, (_self, args) => {
    const all = numbers(args);
    if (all === null) return null;
    let result: Value = all[0];
    for (const next of all.slice(1)) {
      if (!isNumeric(result)) return null;
      const left: Numeric = operator === '/' ? float(toDouble(result)) : result;
      result = calculate(operator, left, next);
    }
    return narrow(result);
  });
}

function one(act: (value: Numeric) => Value) {
  return method<Toolbox>('o', (_self, [value]) => {
    const number = toNumber(value);
    return number === null ? null : act(number);
  });
}

function wholes(operator: Operator) {
  return method<Toolbox>('oo', (_self, args) => {
    const all = numbers(args)?.map((number) => ofBits(number, 32));
    return all === undefined ? null : calculate(operator, all[0]!, all[1]!);
  });
}

function extreme(sign: number) {
  return method<Toolbox>(MANY, (_self, args) => {
    const all = numbers(args);
    if (all === null) return null;
    return narrow(all.reduce((a, b) => (compareNumbers(b, a) * sign > 0 ? b : a)));
  });
}

/** A double as Java's int: what is greater or less than any ends there. */
function whole(value: number): number {
  return Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1);
}

/** To the nearest even number where two are as near. */
function rint(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

function roundTo(places: Value, value: Value): Value {
  const all = numbers([places, value]);
  if (all === null) return null;
  const digits = Math.trunc(toDouble(all[0]!));
  const number = toDouble(all[1]!);
  if (digits < 1) return float(number);
  const shift = 10 ** Math.min(digits, 300);
  const shifted = number * shift;
  return float(Number.isFinite(shifted) ? Math.round(shifted) / shift : number);
}

/** The numbers of a list, or of a property of its items. */
function collected(list: Value, property: Value, { budget }: Run): Numeric[] | null {
  if (!Array.isArray(list)) return property === undefined ? numbers([list]) : null;
  const items = list;
  budget.steps(items.length);
  budget.items(items.length);
  if (property === undefined) return numbers(items);
  return numbers(items.map((item) => (isMap(item) ? entry(item, String(property)) : null)));
}

function total(all: readonly Numeric[]): Value {
  if (all.every(isInteger)) return all.reduce<Value>((sum, next) => calculate('+', sum as Numeric, next), 0);
  return float(all.map(toDouble).reduce((sum, next) => sum + next, 0));
}

function average(all: readonly Numeric[]): Value {
  if (all.length === 0) return null;
  const sum = total(all);
  if (!isNumeric(sum)) return null;
  const mean = toDouble(sum) / all.length;
  return all.every(isInteger) ? narrowed(mean) : float(mean);
}

function random(from: number, to: number): number {
  if (to < from) throw new LanguageError('A random number needs a range that does not end before it begins.');
  return from + Math.floor(Math.random() * (to - from));
}

const methods: Methods<Toolbox> = new Map([
  ['add', chain('+')],
  ['sub', chain('-')],
  ['mul', chain('*')],
  ['div', chain('/')],
  ['idiv', wholes('/')],
  ['mod', wholes('%')],
  [
    'pow',
    method('oo', (_self, args) => {
      const all = numbers(args);
      return all === null ? null : narrowed(toDouble(all[0]!) ** toDouble(all[1]!));
    }),
  ],
  ['max', extreme(1)],
  ['min', extreme(-1)],
  ['ceil', one((value) => whole(Math.ceil(toDouble(value))))],
  ['floor', one((value) => whole(Math.floor(toDouble(value))))],
  ['round', one((value) => whole(rint(toDouble(value))))],
  ['roundTo', method('oo', (_self, [places, value]) => roundTo(places, value))],
  ['abs', one((value) => narrow(compareNumbers(value, 0) < 0 ? calculate('-', 0, value) : value))],
  ['toInteger', one((value) => ofBits(value, 32))],
  ['toDouble', one((value) => float(toDouble(value)))],
  ['toNumber', method('o', (_self, [value]) => toNumber(value))],
  [
    'getTotal',
    method('o os', (_self, [list, property], run) => {
      const all = collected(list, property, run);
      return all === null ? null : total(all);
    }),
  ],
  [
    'getAverage',
    method('o os', (_self, [list, property], run) => {
      const all = collected(list, property, run);
      return all === null ? null : average(all);
    }),
  ],
  ['getRandom', method('-', () => float(Math.random()))],
  [
    'random',
    method('- oo', (_self, args) => {
      if (args.length === 0) return float(Math.random());
      const all = numbers(args)?.map(toDouble);
      return all === undefined ? null : random(all[0]!, all[1]!);
    }),
  ],
]);

export const mathTool = new Toolbox('mathTool', methods);
