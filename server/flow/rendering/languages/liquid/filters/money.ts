/** Numbers as people write them, in Customer.io's way. */
import { isText, LanguageError, toDouble, type Value } from '../../core/index.ts';
import { asValue, toCounted } from '../numbers.ts';
import { textOf } from '../print.ts';
import type { Run } from '../run.ts';
import { filter, type Named } from './filter.ts';

function format(value: Value, locale: string, options: Intl.NumberFormatOptions): string {
  try {
    return new Intl.NumberFormat(locale, options).format(toDouble(asValue(toCounted(value))));
  } catch (error) {
    throw new LanguageError(`${(error as Error).message}.`, 'Write a currency like "EUR" and a language like "de-DE".');
  }
}

/** What a locale pays with, where only a locale is named. */
const CURRENCIES: Record<string, string> = {
  GB: 'GBP',
  JP: 'JPY',
  CA: 'CAD',
  AU: 'AUD',
  CH: 'CHF',
  BR: 'BRL',
  IN: 'INR',
};
const EURO = new Set(['DE', 'FR', 'ES', 'IT', 'NL', 'BE', 'AT', 'IE', 'PT', 'FI', 'GR']);

/** `currency: "EUR", "de-DE"`, or a locale alone: `currency: "en-us"`. */
function currency(value: Value, [first, second]: readonly Value[], run: Run, digits?: number): string {
  const named = isText(first) ? String(first) : textOf(first, run.budget);
  const byLocale = named.includes('-') || named.includes('_');
  const locale = (byLocale ? named : textOf(second, run.budget) || 'en-US').replace('_', '-');
  const region = locale.split('-').at(-1)!.toUpperCase();
  const ofRegion = EURO.has(region) ? 'EUR' : (CURRENCIES[region] ?? 'USD');
  const code = byLocale ? textOf(second, run.budget) || ofRegion : named || 'USD';
  const fraction = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return format(value, locale, { style: 'currency', currency: code, ...fraction });
}

export const moneyFilters: Named[] = [
  filter('currency', 0, 2, (value, args, run) => currency(value, args, run)),
  filter('rounded_currency', 0, 2, (value, args, run) => currency(value, args, run, 0)),
  filter('format_number', 0, 1, (value, [locale], run) =>
    format(value, (textOf(locale, run.budget) || 'en-US').replace('_', '-'), { maximumFractionDigits: 20 }),
  ),
];
