/** The text of values as Java prints them. */
import { ExactNumber } from '../../../../platform/json.ts';
import {
  type Budget,
  entriesOf,
  Float,
  fieldsOf,
  isMap,
  Marked,
  Moment,
  type Text,
  Tool,
  type Value,
} from '../core/index.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A double's text: at least one digit after the point, and an exponent outside of 0.001 to 10,000,000. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** A date: `Fri Jul 05 09:03:00 UTC 2024`. */
function momentText(moment: Moment): string {
  const { year, month, day, weekday, hour, minute, second } = fieldsOf(moment);
  const two = (number: number) => String(number).padStart(2, '0');
  const time = `${two(hour)}:${two(minute)}:${two(second)}`;
  return `${DAYS[weekday]} ${MONTHS[month - 1]} ${two(day)} ${time} ${moment.zone} ${year}`;
}

/** The text of a value; `null` for what isn't there, as it is printed within lists and maps. */
export function textOf(value: Value, budget: Budget): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isInteger(value) ? String(value) : doubleText(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      break;
    default:
      return 'null';
  }
  if (value === null) return 'null';
  if (value instanceof Marked) return value.text;
  if (value instanceof ExactNumber) return value.text;
  if (value instanceof Float) return doubleText(value.value);
  if (value instanceof Moment) return momentText(value);
  if (value instanceof Tool) return String(value);
  return compoundText(value, budget);
}

function compoundText(value: object, budget: Budget): string {
  budget.enter();
  const texts: string[] = [];
  let length = 2;
  const add = (text: string) => {
    budget.step();
    length += text.length + 2;
    budget.use(text.length + 2);
    texts.push(text);
  };
  if (Array.isArray(value)) for (const item of value) add(textOf(item, budget));
  else if (isMap(value)) {
    for (const [key, item] of entriesOf(value)) add(`${textOf(key, budget)}=${textOf(item, budget)}`);
  }
  budget.leave();
  budget.use(length);
  return Array.isArray(value) ? `[${texts.join(', ')}]` : `{${texts.join(', ')}}`;
}

/** The text of a value, marks kept. */
export function markedText(value: Value, budget: Budget): Text {
  return value instanceof Marked ? value : textOf(value, budget);
}
