/** Dates as texts, in Python's way. */
import { type Budget, fieldsOf, type Moment, strftime, type Value } from '../core/index.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** Python's own text of a date. */
export function isoText(moment: Moment, between = ' '): string {
  const { year, month, day, hour, minute, second, offset } = fieldsOf(moment);
  const micros = Math.round((((moment.ms % 1000) + 1000) % 1000) * 1000);
  const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`;
  const size = Math.abs(offset);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}${between}${two(hour)}:${two(minute)}:${two(second)}${fraction}${zone}`;
}

/** The date in a format of strftime, with the names of a language. */
export function formatted(moment: Moment, format: Value, locale: string, budget: Budget): string {
  return strftime(moment, String(format), budget, { locale, microseconds: true });
}
