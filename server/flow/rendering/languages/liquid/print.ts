/** How Ruby prints values. */
import {
  type Budget,
  beside,
  concat,
  entriesOf,
  isMap,
  isNumeric,
  isText,
  jsonText,
  Marked,
  type Text,
  Tool,
  type Value,
} from '../core/index.ts';
import { numberText } from './numbers.ts';
import type { Run } from './run.ts';

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\f': '\\f',
  '\v': '\\v',
  '\b': '\\b',
  '\u0007': '\\a',
  '\u001b': '\\e',
};

function inspectText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  const escaped = text.replace(/["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]|#(?=[{$@])/g, (char) => {
    if (char === '#') return '\\#';
    return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** A value as Ruby's `inspect` shows it: texts in quotes, `nil`, `{"a"=>1}`. Charged to the budget. */
export function inspect(value: Value, budget: Budget): string {
  budget.step();
  if (isText(value)) {
    const text = String(value);
    budget.use(text.length + 2);
    return inspectText(text);
  }
  if (value === null || value === undefined) return 'nil';
  if (isNumeric(value)) return numberText(value);
  if (!Array.isArray(value) && !isMap(value)) return String(value);
  budget.enter();
  let text: string;
  if (Array.isArray(value)) {
    budget.use(value.length * 2 + 2);
    text = `[${value.map((item) => inspect(item, budget)).join(', ')}]`;
  } else {
    const entries = entriesOf(value);
    budget.use(entries.length * 4 + 2);
    text = `{${entries.map(([key, item]) => `${inspect(key, budget)}=>${inspect(item, budget)}`).join(', ')}}`;
  }
  budget.leave();
  return text;
}

/** A value as it is put out: nothing for nil, the items of a list side by side. */
export function print(value: Value, budget: Budget): string {
  if (!Array.isArray(value)) return textOf(value, budget);
  budget.enter();
  budget.steps(value.length);
  const text = value.map((item) => print(item, budget)).join('');
  budget.use(text.length);
  budget.leave();
  return text;
}

/** A value as a plain text; a list or map as `inspect` shows it. */
export function textOf(value: Value, budget: Budget): string {
  if (isText(value)) return String(value);
  if (value === null || value === undefined) return '';
  if (isNumeric(value)) return numberText(value);
  if (Array.isArray(value) || isMap(value)) return inspect(value, budget);
  if (value instanceof Tool) return value.toString();
  return typeof value === 'function' ? '' : String(value);
}

/** A value as a text that filters change. Where the output is JSON, a list or map is its JSON, which stays so. */
export function toText(value: Value, run: Run): Text {
  if (isText(value)) return value;
  const { automatic, fragments } = run.options;
  if (automatic && fragments && (Array.isArray(value) || isMap(value))) {
    const json = jsonText(value, run.budget);
    return new Marked([{ text: json, safe: 'nowhere', value: { json } }]);
  }
  return textOf(value, run.budget);
}

/** Texts of values, one after another, with something between. */
export function joined(values: readonly Value[], between: Text, run: Run): Text {
  run.budget.steps(values.length);
  const texts: Text[] = [];
  values.forEach((value, i) => {
    if (i > 0) texts.push(between);
    texts.push(beside(between, value, toText(value, run)));
  });
  return concat(texts, run.budget);
}
