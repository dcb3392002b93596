/** Filters for HTML and URLs. */
import { isMap, isText, LanguageError, marked, percent, type Text, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { str, toText } from '../print.ts';
import type { Run } from '../run.ts';
import { entryTuples, isTrue, iterate, listOf } from '../types.ts';
import { asMarkup, escapeMarkup, Markup, safe, Tuple, Undefined } from '../values.ts';
import { filter, type Named } from './filter.ts';
import { stripTags } from './strip-tags.ts';
import { urlize } from './urlize.ts';

function escaped(text: Text, run: Run): Markup {
  if (text instanceof Markup) return text;
  run.budget.use(String(text).length);
  const made = escapeMarkup(text);
  run.budget.use(made.text.length - String(text).length);
  return made;
}

function quoteQuery(value: Value, run: Run): string {
  return percent(str(value, run.budget)).replaceAll('%20', '+');
}

function urlencode(value: Value, run: Run): Text {
  const { budget } = run;
  let made: string;
  if (isText(value) || !isPairs(value)) {
    const text = str(value, budget);
    budget.use(text.length * 3);
    made = percent(text).replaceAll('%2F', '/');
  } else {
    const pairs = isMap(value) ? entryTuples(value, budget) : iterate(value, budget);
    const texts: string[] = [];
    for (const pair of pairs) {
      const [key, item, ...more] = listOf(pair, budget);
      if (item === undefined || more.length > 0) throw new LanguageError('urlencode takes pairs of name and value.');
      const text = `${quoteQuery(key, run)}=${quoteQuery(item, run)}`;
      budget.use(text.length);
      texts.push(text);
    }
    made = texts.join('&');
  }
  return run.options.automatic ? marked(made, 'url') : made;
}

function isPairs(value: Value): boolean {
  return (
    isMap(value) ||
    Array.isArray(value) ||
    value instanceof Tuple ||
    (typeof value === 'object' && value !== null && Symbol.iterator in value)
  );
}

function xmlattr(value: Value, autospace: Value, run: Run): Text {
  const texts: string[] = [];
  for (const {
    items: [key, item],
  } of entryTuples(value, run.budget)) {
    if (item === null || item instanceof Undefined) continue;
    const name = str(key, run.budget);
    if (/[\s/>=]/.test(name)) throw new LanguageError(`${name} is no name of an attribute.`);
    texts.push(`${escaped(name, run).text}="${escaped(toText(item, run.budget), run).text}"`);
  }
  const text = (isTrue(autospace) && texts.length > 0 ? ' ' : '') + texts.join(' ');
  run.budget.use(text.length);
  if (!run.options.automatic && !run.autoescape) return text;
  return asMarkup(marked(text, 'xml'));
}

export const htmlFilters: Named[] = [
  filter('escape', [], (value, _args, run) => escaped(toText(value, run.budget), run)),
  filter('forceescape', [], (value, _args, run) => escaped(str(value, run.budget), run)),
  filter('safe', [], (value, _args, run) => safe(str(value, run.budget))),
  // Entities are resolved, so that nothing of it is escaped any more: it is data, whatever it was.
  filter('striptags', [], (value, _args, run) => stripTags(str(value, run.budget), run.budget)),
  filter('urlencode', [], (value, _args, run) => urlencode(value, run)),
  filter('xmlattr', parameters('', { autospace: true }), (value, [autospace], run) => xmlattr(value, autospace, run)),
  filter(
    'urlize',
    parameters('', { trim_url_limit: null, nofollow: false, target: null, rel: null, extra_schemes: null }),
    (value, args, run) => urlize(toText(value, run.budget), args, run),
  ),
];
