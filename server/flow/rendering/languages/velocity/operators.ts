/** Arithmetic and comparison. Null is what a wrong operand gives, as Velocity has it. */
import {
  type Budget,
  combine,
  compareNumbers,
  concat,
  counted,
  divide,
  entriesOf,
  entry,
  float,
  hasEntry,
  integer,
  isMap,
  isNumeric,
  isText,
  isWhole,
  Marked,
  Moment,
  type Numeric,
  sizeOf,
  Tool,
  toDouble,
  type Value,
} from '../core/index.ts';
import type { Operator } from './ast.ts';
import { TextBlock } from './block.ts';
import { markedText, textOf } from './print.ts';

/** What counts as true: not null, false, zero, or empty. */
export function isTrue(value: Value): boolean {
  if (value === null || value === undefined || value === false || value === '') return false;
  if (value === true || typeof value === 'string') return true;
  if (isNumeric(value)) return compareNumbers(value, 0) !== 0;
  if (value instanceof Marked) return value.text !== '';
  if (Array.isArray(value)) return value.length > 0;
  return isMap(value) ? sizeOf(value) > 0 : true;
}

/** Whether `==` holds: numbers by what they mean, lists and maps by what they hold. */
export function equals(left: Value, right: Value, budget: Budget): boolean {
  if (left === null || left === undefined) return right === null || right === undefined;
  if (right === null || right === undefined) return false;
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right) === 0;
  if (isText(left) && isText(right)) return String(left) === String(right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return left === right;
  if (left instanceof Moment && right instanceof Moment) return left.ms === right.ms;
  if (left instanceof TextBlock || right instanceof TextBlock) return textOf(left, budget) === textOf(right, budget);
  if (left instanceof Tool || right instanceof Tool) return left === right;
  if (Array.isArray(left) && Array.isArray(right)) return equalLists(left, right, budget);
  if (isMap(left) && isMap(right)) return equalMaps(left, right, budget);
  return textOf(left, budget) === textOf(right, budget);
}

function equalLists(left: readonly Value[], right: readonly Value[], budget: Budget): boolean {
  if (left.length !== right.length) return false;
  budget.enter();
  budget.steps(left.length);
  const same = left.every((item, i) => equals(item, right[i], budget));
  budget.leave();
  return same;
}

function equalMaps(left: object, right: object, budget: Budget): boolean {
  const a = left as Record<string, Value>;
  const b = right as Record<string, Value>;
  if (sizeOf(a) !== sizeOf(b)) return false;
  budget.enter();
  const same = entriesOf(a).every(([key, item]) => {
    budget.step();
    return hasEntry(b, key) && equals(item, entry(b, key), budget);
  });
  budget.leave();
  return same;
}

/** What `left operator right` gives, both sides being there; `&&` and `||` are not asked here. */
export function operate(operator: Operator, left: Value, right: Value, budget: Budget): Value {
  switch (operator) {
    case '==':
      return equals(left, right, budget);
    case '!=':
      return !equals(left, right, budget);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return order(operator, left, right);
    case '+':
      if (isText(left) || isText(right)) return concat([markedText(left, budget), markedText(right, budget)], budget);
      break;
    default:
      break;
  }
  if (!isNumeric(left) || !isNumeric(right)) return null;
  return calculate(operator, left, right);
}

function order(operator: Operator, left: Value, right: Value): boolean {
  if (!isNumeric(left) || !isNumeric(right)) return false;
  const sign = compareNumbers(left, right);
  if (operator === '<') return sign < 0;
  if (operator === '>') return sign > 0;
  return operator === '<=' ? sign <= 0 : sign >= 0;
}

/** Whole numbers stay whole, and a division cuts the rest off; a division by zero gives null. */
export function calculate(operator: Operator, left: Numeric, right: Numeric): Value {
  const a = counted(left);
  const b = counted(right);
  if (operator === '+' || operator === '-' || operator === '*') return combine(operator, a, b);
  if (toDouble(b) === 0) return null;
  if (!isWhole(a) || !isWhole(b)) {
    return float(operator === '/' ? toDouble(a) / toDouble(b) : toDouble(a) % toDouble(b));
  }
  const { quotient, rest } = divide(BigInt(a), BigInt(b), 'to zero');
  return integer(operator === '/' ? quotient : rest);
}
