import { ExactNumber } from '../../../../platform/json.ts';
import type { Budget } from './budget.ts';
import { Marked } from './marked.ts';
import { Moment } from './moment.ts';
import { Float } from './numbers.ts';
import { entriesOf, isMap, Tool, type Value } from './values.ts';

/** Compact JSON text of a value, charged while it is made; numbers as they were written, what isn't there as null. */
export function jsonText(value: Value, budget: Budget): string {
  budget.step();
  switch (typeof value) {
    case 'string':
      budget.use(value.length + 2);
      return JSON.stringify(value.toWellFormed());
    case 'number':
      return String(value);
    case 'boolean':
      return String(value);
    case 'bigint':
      return String(value);
    case 'object':
      break;
    default:
      return 'null';
  }
  if (value === null) return 'null';
  if (value instanceof ExactNumber) return value.text;
  if (value instanceof Float) return Number.isFinite(value.value) ? String(value) : 'null';
  if (value instanceof Marked) return jsonText(value.text, budget);
  if (value instanceof Moment) return jsonText(String(value), budget);
  budget.enter();
  const text = compound(value, budget);
  budget.leave();
  return text;
}

function compound(value: object, budget: Budget): string {
  if (Array.isArray(value)) {
    budget.use(value.length + 2);
    return `[${value.map((item) => jsonText(item, budget)).join(',')}]`;
  }
  if (value instanceof Tool) return jsonText(value.plain(), budget);
  if (!isMap(value)) return 'null';
  const entries = entriesOf(value);
  budget.use(entries.length * 2 + 2);
  const texts = entries.map(([key, item]) => `${jsonText(String(key), budget)}:${jsonText(item, budget)}`);
  return `{${texts.join(',')}}`;
}
