/** Bloomreach's filters beside Jinja's own. */
import { createHash } from 'node:crypto';
import { isText, LanguageError, Moment, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { formatted } from '../date-text.ts';
import { filter, type Named } from '../filters/filter.ts';
import { str } from '../print.ts';
import type { Run } from '../run.ts';
import { momentOf, zoneOf } from './moments.ts';

const HASHES = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']);
const STYLES = new Set(['short', 'medium', 'long', 'full']);

function hash(value: Value, [method]: Value[], run: Run): string {
  const name = String(method).toLowerCase().replace('-', '');
  if (!HASHES.has(name)) throw new LanguageError(`There is no hash ${name}.`, `There are ${[...HASHES].join(', ')}.`);
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
  ...(['days', 'hours', 'minutes'] as const).map((unit): Named => {
    const size = { days: 86_400_000, hours: 3_600_000, minutes: 60_000 }[unit];
    return filter(`add_${unit}`, parameters('count'), (value, [count]) => {
      const moment = value instanceof Moment ? value : momentOf(value, 'UTC');
      return new Moment(moment.ms + Number(count) * size, moment.zone);
    });
  }),
];
