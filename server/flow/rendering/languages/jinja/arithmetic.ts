import {
  type Budget,
  beside,
  combine,
  concat,
  divide,
  Float,
  float,
  integer,
  isText,
  isWhole,
  LanguageError,
  MOST_BITS,
  marked,
  type Text,
  toDouble,
  type Value,
} from '../core/index.ts';
import type { BinaryOperator } from './ast.ts';
import { formatPercent } from './format/percent.ts';
import { asIndex, asNumber, typeName } from './types.ts';
import { asMarkup, escapeMarkup, Markup, Tuple, Undefined } from './values.ts';

/** The result of an operator as in Python. Throws LanguageError for what it isn't defined for. */
export function calculate(operator: BinaryOperator, left: Value, right: Value, budget: Budget): Value {
  if (operator === '+' && isText(left) && isText(right)) return addTexts(left, right, budget);
  if (operator === '%' && isText(left)) return formatPercent(left, right, budget);
  const a = asNumber(left);
  const b = asNumber(right);
  if (a !== null && b !== null) return number(operator, a, b);
  if (left instanceof Undefined) throw left.fail();
  if (right instanceof Undefined) throw right.fail();
  if (operator === '+') {
    const joined = addLists(left, right, budget);
    if (joined !== null) return joined;
  }
  if (operator === '*') {
    const [what, times] = a !== null ? [right, left] : [left, right];
    if (isText(what) || Array.isArray(what) || what instanceof Tuple) return repeat(what, times, budget);
  }
  const hint = isText(left) || isText(right) ? 'Use ~ to join texts, or |int and |float to count.' : null;
  throw new LanguageError(`${operator} can't take a ${typeName(left)} and a ${typeName(right)}.`, hint);
}

/** Texts joined; where one is markup, the other is escaped first. */
function addTexts(left: Text, right: Text, budget: Budget): Text {
  if (!(left instanceof Markup) && !(right instanceof Markup)) {
    return concat([beside(right, left, left), beside(left, right, right)], budget);
  }
  return asMarkup(concat([escapeMarkup(left), escapeMarkup(right)], budget));
}

function addLists(left: Value, right: Value, budget: Budget): Value {
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.items(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Tuple && right instanceof Tuple) {
    budget.items(left.items.length + right.items.length);
    return new Tuple([...left.items, ...right.items]);
  }
  return null;
}

function repeat(what: Text | Value[] | Tuple, times: Value, budget: Budget): Value {
  const count = Math.max(0, asIndex(times, 'The number of repetitions'));
  if (isText(what)) {
    const { length } = String(what);
    budget.use(length * count);
    budget.steps(typeof what === 'string' || what.parts.length === 1 ? 0 : count);
    if (typeof what === 'string') return what.repeat(count);
    if (what.parts.length === 1) {
      const made = marked(what.text.repeat(count), what.parts[0]!.safe);
      return what instanceof Markup ? asMarkup(made) : made;
    }
    const repeated = concat(new Array<Text>(length === 0 ? 1 : count).fill(what), budget);
    return what instanceof Markup ? asMarkup(repeated) : repeated;
  }
  const items = Array.isArray(what) ? what : what.items;
  budget.items(items.length * count);
  const all = Array.from({ length: items.length === 0 ? 0 : count }, () => items).flat();
  return Array.isArray(what) ? all : new Tuple(all);
}

function number(operator: BinaryOperator, a: number | bigint | Float, b: number | bigint | Float): Value {
  if (operator === '+' || operator === '-' || operator === '*') return combine(operator, a, b);
  if (operator === '/') {
    if (isWhole(a) && isWhole(b) && b && !(Number.isSafeInteger(a) && Number.isSafeInteger(b))) {
      return float(quotient(BigInt(a), BigInt(b)));
    }
  } else if (isWhole(a) && isWhole(b) && !(operator === '**' && toDouble(b) < 0)) {
    return integers(operator, BigInt(a), BigInt(b));
  }
  return floats(operator, toDouble(a), toDouble(b));
}

/** Of integers that floats don't hold: the float that is nearest. */
function quotient(a: bigint, b: bigint): number {
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const shift = BigInt(Math.max(0, 66 + y.toString(2).length - x.toString(2).length));
  const whole = (x << shift) / y;
  const near = Number(whole | (whole * y === x << shift ? 0n : 1n)) / 2 ** Number(shift);
  return a < 0n !== b < 0n ? -near : near;
}

function noZero(zero: boolean): void {
  if (zero) throw new LanguageError('Division by zero.', 'Ask first whether the divisor is 0.');
}

function integers(operator: '//' | '%' | '**', a: bigint, b: bigint): Value {
  if (operator === '**') return power(a, b);
  noZero(b === 0n);
  const { quotient: whole, rest } = divide(a, b, 'down');
  return integer(operator === '%' ? rest : whole);
}

function power(base: bigint, exponent: bigint): Value {
  const bits = (base < 0n ? -base : base).toString(2).length;
  if (bits > 1 && BigInt(bits) * exponent > BigInt(MOST_BITS)) throw new LanguageError('The number becomes too big.');
  if (bits > 1 || base === 0n) return integer(base ** exponent);
  return base < 0n && exponent % 2n === 1n ? -1 : 1;
}

function floats(operator: '/' | '//' | '%' | '**', a: number, b: number): Value {
  switch (operator) {
    case '/':
      noZero(b === 0);
      return float(a / b);
    case '//':
      noZero(b === 0);
      return float(Math.floor((a - modulo(a, b)) / b + 0.5) || (a / b < 0 || Object.is(a / b, -0) ? -0 : 0));
    case '%':
      noZero(b === 0);
      return float(modulo(a, b));
    default:
      noZero(a === 0 && b < 0);
      if (a < 0 && !Number.isInteger(b)) throw new LanguageError('A root of a negative number is no number.');
      if (Number.isFinite(a) && Number.isFinite(b) && !Number.isFinite(a ** b))
        throw new LanguageError('The number becomes too big.');
      return float(a ** b);
  }
}

/** The rest of a division, with the divisor's sign. */
function modulo(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** `-value`. */
export function negate(value: Value): Value {
  const given = asNumber(value);
  if (given === null) {
    if (value instanceof Undefined) throw value.fail();
    throw new LanguageError(`A ${typeName(value)} has no negative.`, 'Add |int or |float before.');
  }
  if (typeof given === 'bigint') return integer(-given);
  if (given instanceof Float) return float(-given.value);
  return given === 0 ? 0 : -given;
}

/** `+value`. */
export function positive(value: Value): Value {
  const given = asNumber(value);
  if (given === null) {
    if (value instanceof Undefined) throw value.fail();
    throw new LanguageError(`+ can't stand before a ${typeName(value)}.`, 'Add |int or |float before.');
  }
  return given;
}
