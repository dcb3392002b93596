/** JSON as Python writes it, and what reads it. */
import { ExactNumber, parseJson } from '../../../../../platform/json.ts';
import {
  type Budget,
  entriesOf,
  Float,
  floatText,
  isMap,
  isText,
  LanguageError,
  type MapValue,
  Moment,
  type Value,
} from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { compareText } from '../points.ts';
import { str } from '../print.ts';
import { asIndex, typeName } from '../types.ts';
import { type Markup, safe, Tuple, Undefined } from '../values.ts';
import { filter, type Named } from './filter.ts';

const HTML: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', "'": '\\u0027' };

interface Layout {
  indent: string | null;
  /** Characters beyond ASCII are written as escapes. */
  ascii: boolean;
  sorted: boolean;
  budget: Budget;
}

function jsonString(text: string, ascii: boolean): string {
  const json = JSON.stringify(text.toWellFormed());
  if (!ascii) return json;
  return json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function scalar(value: Value, layout: Layout): string | null {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return str(value, layout.budget);
  if (isText(value)) {
    layout.budget.use(String(value).length + 2);
    return jsonString(String(value), layout.ascii);
  }
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : floatText(value);
  if (!(value instanceof Float)) return null;
  if (!Number.isFinite(value.value)) throw new LanguageError('JSON has no infinite numbers.');
  return floatText(value.value);
}

function write(value: Value, layout: Layout, margin: string): string {
  layout.budget.step();
  const simple = scalar(value, layout);
  if (simple !== null) return simple;
  if (value instanceof Undefined) throw value.fail();
  if (value instanceof Moment) return jsonString(str(value, layout.budget), layout.ascii);
  layout.budget.enter();
  const inner = margin + (layout.indent ?? '');
  let texts: string[];
  const list = Array.isArray(value) ? value : value instanceof Tuple ? value.items : null;
  if (list !== null) texts = list.map((item) => write(item, layout, inner));
  else if (isMap(value)) texts = members(value, layout, inner);
  else throw new LanguageError(`JSON can't hold a ${typeName(value)}.`, 'Add |list before |tojson.');
  layout.budget.leave();
  const [open, close] = list === null ? ['{', '}'] : ['[', ']'];
  if (texts.length === 0) return open + close;
  layout.budget.use(texts.length * (2 + inner.length));
  if (layout.indent === null) return open + texts.join(', ') + close;
  return `${open}\n${inner}${texts.join(`,\n${inner}`)}\n${margin}${close}`;
}

function members(map: MapValue, layout: Layout, inner: string): string[] {
  const entries = entriesOf(map).map(([key, value]): [string, Value] => {
    if (isText(key)) return [String(key), value];
    const name = key === null || typeof key === 'boolean' || typeof key === 'number' ? scalar(key, layout) : null;
    if (name === null) throw new LanguageError(`A ${typeName(key)} can't be a key in JSON.`);
    return [name, value];
  });
  if (layout.sorted) entries.sort(([a], [b]) => compareText(a, b));
  return entries.map(([key, value]) => `${jsonString(key, layout.ascii)}: ${write(value, layout, inner)}`);
}

/** JSON that is safe in HTML, too. */
function toJson(value: Value, indent: Value, budget: Budget): Markup {
  const size =
    indent === null
      ? null
      : isText(indent)
        ? String(indent)
        : ' '.repeat(Math.min(20, Math.max(0, asIndex(indent, 'The indent'))));
  const text = write(value, { indent: size, ascii: true, sorted: true, budget }, '');
  budget.use(text.length);
  return safe(text.replace(/[<>&']/g, (char) => HTML[char]!));
}

/** The value that a JSON text holds. Throws LanguageError when it is no JSON. */
function fromJson(value: Value, budget: Budget): Value {
  if (!isText(value)) {
    if (value instanceof Undefined) throw value.fail();
    if (isMap(value) || Array.isArray(value)) return value; // read already
    throw new LanguageError(`from_json reads texts, not a ${typeName(value)}.`);
  }
  const text = String(value);
  budget.use(text.length * 4);
  try {
    return parseJson(text);
  } catch {
    throw new LanguageError(`This is not JSON: ${text.slice(0, 60)}`);
  }
}

export const jsonFilters: Named[] = [
  filter('tojson', parameters('', { indent: null }), (value, [indent], run) => toJson(value, indent, run.budget)),
  filter('to_json', parameters('', { indent: null }), (value, [indent], run) => toJson(value, indent, run.budget)),
  filter('from_json', [], (value, _args, run) => fromJson(value, run.budget)),
];
