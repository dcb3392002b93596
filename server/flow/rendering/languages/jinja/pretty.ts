import { type Budget, entriesOf, isMap, type Value } from '../core/index.ts';
import { compareText } from './points.ts';
import { repr, str } from './print.ts';
import { Tuple } from './values.ts';

const WIDTH = 80;

/** A value as Python's pprint shows it: keys in order, over several lines when one is too short. */
export function pretty(value: Value, budget: Budget, indent = 0, after = 0): string {
  const line = flat(value, budget);
  budget.use(line.length);
  if (line.length + indent + after <= WIDTH) return line;
  const margin = `\n${' '.repeat(indent + 1)}`;
  budget.enter();
  let made = line;
  if (Array.isArray(value) || value instanceof Tuple) {
    const items = Array.isArray(value) ? value : value.items;
    const [open, close] = Array.isArray(value) ? ['[', ']'] : ['(', ')'];
    made = `${open}${items.map((item, i) => pretty(item, budget, indent + 1, i === items.length - 1 ? after + 1 : 1)).join(`,${margin}`)}${close}`;
  } else if (isMap(value)) {
    const entries = ordered(value).map(([key, item], i, all) => {
      const name = `${repr(key, budget)}: `;
      return name + pretty(item, budget, indent + 1 + name.length, i === all.length - 1 ? after + 1 : 1);
    });
    made = `{${entries.join(`,${margin}`)}}`;
  }
  budget.leave();
  return made;
}

function ordered(map: Map<unknown, Value> | Record<string, Value>): [unknown, Value][] {
  return entriesOf(map).sort(([a], [b]) => compareText(String(a), String(b)));
}

/** The value on one line. */
function flat(value: Value, budget: Budget): string {
  if (!isMap(value) && !Array.isArray(value)) {
    return typeof value === 'string' || value instanceof Tuple ? repr(value, budget) : shown(value, budget);
  }
  budget.step();
  budget.enter();
  const text = Array.isArray(value)
    ? `[${value.map((item) => flat(item, budget)).join(', ')}]`
    : `{${ordered(value)
        .map(([key, item]) => `${repr(key, budget)}: ${flat(item, budget)}`)
        .join(', ')}}`;
  budget.leave();
  budget.use(text.length);
  return text;
}

function shown(value: Value, budget: Budget): string {
  return value === null || typeof value !== 'object' ? str(value, budget) : repr(value, budget);
}
