/** How Python prints values: `str` and `repr`. */
import { ExactNumber } from '../../../../platform/json.ts';
import {
  type Budget,
  entriesOf,
  Float,
  floatText,
  isMap,
  LanguageError,
  Marked,
  Moment,
  type Text,
  type Value,
} from '../core/index.ts';
import { isoText } from './date-text.ts';
import { Callable, Generator, Markup, Namespace, Tuple, Undefined, View } from './values.ts';

/** Text of a value, as `{{ }}` prints it; texts keep their marks. Charged to the budget. */
export function toText(value: Value, budget: Budget): Text {
  if (typeof value === 'string' || value instanceof Marked) return value;
  return str(value, budget);
}

/** Text of a value without marks. */
export function str(value: Value, budget: Budget): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isInteger(value) ? String(value) : floatText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return bigText(value, budget);
    case 'object':
      break;
    default:
      return '';
  }
  if (value === null) return 'None';
  if (value instanceof Marked) return value.text;
  if (value instanceof Undefined) return '';
  if (value instanceof Moment) return isoText(value);
  return repr(value, budget);
}

/** Making decimal digits of huge numbers takes long. */
const MOST_BITS = 20_000;

function bigText(value: bigint, budget: Budget): string {
  if (value > 1n << BigInt(MOST_BITS) || -value > 1n << BigInt(MOST_BITS)) {
    throw new LanguageError('The number has too many digits to be printed.');
  }
  const text = String(value);
  budget.use(text.length);
  return text;
}

/** How a value looks in a list: texts with quotes. Charged to the budget. */
export function repr(value: Value, budget: Budget): string {
  budget.step();
  if (typeof value === 'string') return quoted(value, budget);
  if (typeof value !== 'object' || value === null) return str(value, budget);
  if (value instanceof ExactNumber) return value.text;
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Markup) return `Markup(${quoted(value.text, budget)})`;
  if (value instanceof Marked) return quoted(value.text, budget);
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Moment) return isoText(value);
  if (value instanceof Callable && !value.printable) {
    const hint = `Call it as ${value.name}(), or write ["${value.name}"] for the key of that name.`;
    throw new LanguageError(`${value.name} is a method or macro, which has no text of its own.`, hint);
  }
  budget.enter();
  const text = compound(value, budget);
  budget.leave();
  budget.use(text.length);
  return text;
}

function compound(value: object, budget: Budget): string {
  const all = (items: Iterable<Value>) => Array.from(items, (item) => repr(item, budget)).join(', ');
  if (Array.isArray(value)) return `[${all(value)}]`;
  if (value instanceof Tuple) return `(${all(value.items)}${value.items.length === 1 ? ',' : ''})`;
  if (value instanceof View) return `dict_${value.kind}([${all(value.items)}])`;
  if (value instanceof Namespace) return `<Namespace ${repr(value.values, budget)}>`;
  if (value instanceof Generator) return `[${all(value)}]`; // Python's says where in memory it is
  if (isMap(value)) {
    const entries = entriesOf(value).map(([key, item]) => `${repr(key, budget)}: ${repr(item, budget)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}

/** As `repr`, with all beyond ASCII escaped. */
export function ascii(value: Value, budget: Budget): string {
  return repr(value, budget).replace(/[^\0-\x7f]/gu, escapeCode);
}

function escapeCode(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

const SPECIAL: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** A text in Python's quotes: single ones, unless it holds single and no double ones. */
export function quoted(text: string, budget: Budget): string {
  budget.use(text.length + 2);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(/[\\'\p{C}\p{Z}]/gu, (char) => {
    if (char === ' ') return char;
    if (char === "'") return quote === "'" ? "\\'" : char;
    if (SPECIAL[char] !== undefined) return SPECIAL[char];
    return escapeCode(char);
  });
  return quote + inner + quote;
}
