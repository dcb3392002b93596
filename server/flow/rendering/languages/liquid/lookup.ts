/** What a name with keys behind it reads. */
import {
  type Budget,
  counted,
  entriesOf,
  entry,
  hasEntry,
  isMap,
  isNumeric,
  isText,
  sizeOf,
  Tool,
  type Value,
} from '../core/index.ts';

/** The characters of a text, counted as Ruby does. */
export function lengthOf(text: string): number {
  if (!/[\ud800-\udbff]/.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** How many characters, items or entries; the bytes of a whole number, as Ruby has it; undefined for what has no size. */
export function sizeOfValue(value: Value): number | undefined {
  if (isText(value)) return lengthOf(String(value));
  if (Array.isArray(value)) return value.length;
  if (isMap(value)) return sizeOf(value);
  if (value instanceof Tool) return value.get('size') as number | undefined;
  if (!isNumeric(value)) return undefined;
  const number = counted(value);
  if (typeof number === 'bigint') return Math.ceil((number < 0n ? -number : number).toString(16).length / 16) * 8;
  return typeof number === 'number' && Number.isInteger(number) ? 8 : undefined;
}

/** The first item, entry (as a pair) or character. */
export function firstOf(value: Value): Value {
  if (Array.isArray(value)) return value[0];
  if (isText(value))
    return String.fromCodePoint(...[String(value).codePointAt(0)].filter((code) => code !== undefined));
  if (isMap(value)) return entriesOf(value)[0];
  return value instanceof Tool ? value.get('first') : undefined;
}

/** The last item or character; a map has none. */
export function lastOf(value: Value): Value {
  if (Array.isArray(value)) return value.at(-1);
  if (isText(value)) return [...String(value).slice(-2)].at(-1) ?? '';
  return value instanceof Tool ? value.get('last') : undefined;
}

const COMMANDS: Record<string, (value: Value) => Value> = { size: sizeOfValue, first: firstOf, last: lastOf };

/** What stands under a key. `written`: the key stands in the template behind a dot, so that `size` is understood. */
export function at(value: Value, key: Value, written: boolean, budget: Budget): Value {
  budget.step();
  const name = isText(key) ? String(key) : null;
  if (name === null) {
    const index = isNumeric(key) ? counted(key) : null;
    return Array.isArray(value) && typeof index === 'number' && Number.isInteger(index) ? value.at(index) : undefined;
  }
  if (isMap(value) && hasEntry(value, name)) return entry(value, name);
  if (value instanceof Tool) {
    const found = value.get(name);
    if (found !== undefined) return found;
  }
  if (!written || !Object.hasOwn(COMMANDS, name)) return undefined;
  return COMMANDS[name]!(value);
}
