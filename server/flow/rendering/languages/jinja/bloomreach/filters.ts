/** Bloomreach's filters beside Jinja's own. */
import { createHash, createHmac } from 'node:crypto';
import { addMonths, isText, LanguageError, Moment, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { call } from '../call.ts';
import { formatted } from '../date-text.ts';
import { filter, type Named } from '../filters/filter.ts';
import { str, toText } from '../print.ts';
import type { Run } from '../run.ts';
import { asIndex } from '../types.ts';
import { momentOf, zoneOf } from './moments.ts';

const HASHES = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']);
const STYLES = new Set(['short', 'medium', 'long', 'full']);

const MOST_MS = 8.64e15;
const by = (size: number) => (moment: Moment, count: number) => moment.ms + count * size;
const MOVES: Record<string, (moment: Moment, count: number) => number> = {
  seconds: by(1000),
  minutes: by(60_000),
  hours: by(3_600_000),
  days: by(86_400_000),
  weeks: by(7 * 86_400_000),
  months: addMonths,
  years: (moment, count) => addMonths(moment, 12 * count),
};

function algorithm(method: Value): string {
  const name = String(method).toLowerCase().replace('-', '');
  if (HASHES.has(name)) return name;
  throw new LanguageError(`There is no hash ${name.slice(0, 40)}.`, `There are ${[...HASHES].join(', ')}.`);
}

function hash(value: Value, [method]: Value[], run: Run): string {
  const name = algorithm(method);
  const text = str(value, run.budget);
  run.budget.steps(text.length >> 6);
  return createHash(name).update(text).digest('hex');
}

function localeOf(value: Value): string {
  const locale = isText(value) ? String(value).replace('_', '-') : 'en';
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    throw new LanguageError(`There is no language ${locale}.`, 'Write it as in "sk" or "en_GB".');
  }
}

/** A date in one of the named styles of its language, or a format of strftime. */
function styled(value: Value, [format, zone, locale]: Value[], parts: 'date' | 'time' | 'both', run: Run): string {
  const moment = momentOf(value, zoneOf(zone));
  const style = String(format);
  if (!STYLES.has(style)) return formatted(moment, style, localeOf(locale), run.budget);
  const named = style as 'short' | 'medium' | 'long' | 'full';
  return new Intl.DateTimeFormat(localeOf(locale), {
    ...(parts === 'time' ? {} : { dateStyle: named }),
    ...(parts === 'date' ? {} : { timeStyle: named }),
    timeZone: moment.zone,
  }).format(moment.ms);
}

const STYLE = parameters('', { format: 'medium', tz: null, locale: null });

export const bloomreachFilters: Named[] = [
  filter('hash', parameters('', { method: 'sha256' }), hash),
  filter('md5', [], (value, _args, run) => hash(value, ['md5'], run)),
  filter('sha1', [], (value, _args, run) => hash(value, ['sha1'], run)),
  filter('sha256', [], (value, _args, run) => hash(value, ['sha256'], run)),
  filter('base64', [], (value, _args, run) => Buffer.from(str(value, run.budget)).toString('base64')),
  filter(
    'from_timestamp',
    parameters('', { format: '%Y-%m-%d %H:%M:%S', tz: null, locale: null }),
    (value, [format, zone, locale], { budget }) =>
      formatted(momentOf(value, zoneOf(zone)), format, localeOf(locale), budget),
  ),
  filter(
    'strftime',
    parameters('', { format: '%Y-%m-%d %H:%M:%S', tz: null, locale: null }),
    (value, [format, zone, locale], { budget }) =>
      formatted(momentOf(value, zoneOf(zone)), format, localeOf(locale), budget),
  ),
  filter('to_timestamp', parameters('', { tz: null }), (value, [zone]) =>
    Math.floor(momentOf(value, zoneOf(zone)).ms / 1000),
  ),
  filter('to_datetime', parameters('', { tz: null }), (value, [zone]) => momentOf(value, zoneOf(zone))),
  filter('format_datetime', STYLE, (value, args, run) => styled(value, args, 'both', run)),
  filter('format_date', STYLE, (value, args, run) => styled(value, args, 'date', run)),
  filter('format_time', STYLE, (value, args, run) => styled(value, args, 'time', run)),
  filter('split', parameters('', { sep: null, maxsplit: -1 }), (value, [separator, most], run) =>
    call(run.method(toText(value, run.budget), 'split'), { args: [separator, most], kwargs: new Map() }),
  ),
  filter('hmac', parameters('key', { method: 'sha256' }), (value, [key, method], run) => {
    const [text, secret] = [str(value, run.budget), str(key, run.budget)];
    run.budget.steps((text.length + secret.length) >> 6);
    return createHmac(algorithm(method), secret).update(text).digest('hex');
  }),
  ...Object.entries(MOVES).map(([unit, move]) =>
    filter(`add_${unit}`, parameters('count'), (value, [count]) => {
      const moment = value instanceof Moment ? value : momentOf(value, 'UTC');
      const ms = move(moment, asIndex(count, 'The count'));
      if (Math.abs(ms) > MOST_MS) throw new LanguageError('There is no such date.');
      return new Moment(ms, moment.zone);
    }),
  ),
];
