/** Filters of texts. */
import { LanguageError, mapText, replace, type Text, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { formatPercent } from '../format/percent.ts';
import { strip } from '../methods/text-cut.ts';
import { capitalize, centerShare, chargeWords, pad } from '../methods/text-shape.ts';
import { toText } from '../print.ts';
import type { Run } from '../run.ts';
import { asIndex } from '../types.ts';
import { asMarkup, likewise, Markup, Tuple } from '../values.ts';
import { filter, type Named } from './filter.ts';

const changed = (name: string, change: (text: string) => string): Named =>
  filter(name, [], (value, _args, run) => {
    const text = toText(value, run.budget);
    run.budget.use(String(text).length);
    const made = mapText(text, change);
    return text instanceof Markup ? asMarkup(made) : made;
  });

/** Words begin after white space, hyphens and opening brackets. */
function title(text: string): string {
  return text.replace(/([^-\s({[<])([^-\s({[<]*)/gu, (_word, first: string, rest: string) => {
    return first.toUpperCase() + rest.toLowerCase();
  });
}

/** `"%s"|format(…)`: one argument alone is a value, too, and never a list of them. */
function format(value: Value, given: { args: Value[]; kwargs: Map<string, Value> }, run: Run): Text {
  const text = toText(value, run.budget);
  if (given.args.length > 0 && given.kwargs.size > 0) {
    throw new LanguageError('format takes values or named values, not both.');
  }
  return formatPercent(text, given.kwargs.size > 0 ? new Map(given.kwargs) : new Tuple(given.args), run.budget);
}

export const textFilters: Named[] = [
  changed('upper', (text) => text.toUpperCase()),
  changed('lower', (text) => text.toLowerCase()),
  filter('capitalize', [], (value, _args, run) => {
    const text = toText(value, run.budget);
    run.budget.use(String(text).length);
    return likewise(text, capitalize(String(text)));
  }),
  filter('title', [], (value, _args, run) => {
    const text = toText(value, run.budget);
    chargeWords(String(text), run.budget);
    return likewise(text, title(String(text)));
  }),
  filter('trim', parameters('', { chars: null }), (value, [chars], run) =>
    strip(toText(value, run.budget), chars, 'both'),
  ),
  filter('center', parameters('', { width: 80 }), (value, [width], run) =>
    pad(toText(value, run.budget), width, ' ', centerShare, run),
  ),
  filter('string', [], (value, _args, run) => toText(value, run.budget)),
  filter('replace', parameters('old new', { count: null }), (value, [old, fresh, count], run) => {
    const text = toText(value, run.budget);
    const most = count === null ? -1 : asIndex(count, 'The count');
    const limit = most < 0 ? Number.POSITIVE_INFINITY : most;
    return replace(text, String(toText(old, run.budget)), toText(fresh, run.budget), limit, run.budget);
  }),
  filter('wordcount', [], (value, _args, run) => {
    const text = String(toText(value, run.budget));
    run.budget.use(text.length);
    return text.match(/[\p{L}\p{M}\p{N}\p{Pc}]+/gu)?.length ?? 0;
  }),
  ['format', { parameters: null, run: (value, _args, run, given) => format(value, given, run) }],
];
