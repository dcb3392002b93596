import type { TemplateLanguage } from './languages.ts';
import { follow, type Named, ROOTS } from './names.ts';
import { jinjaFilters, jinjaGlobals, jinjaTags, jinjaTests } from './words/jinja.ts';
import { liquidFilters, liquidTags } from './words/liquid.ts';
import { mustacheSigns } from './words/mustache.ts';
import { velocityDirectives, velocityMethods, velocityTools } from './words/velocity.ts';
import type { Word } from './words/word.ts';

/** One thing that may be written at a place. */
interface Suggestion {
  label: string;
  says: string;
  /** What is written for it, when that isn't the label alone. */
  apply?: string;
  kind: 'name' | 'filter' | 'tag' | 'method';
}

/** What may be written at a place, in place of what stands from `from` on. */
export interface Suggestions {
  from: number;
  options: Suggestion[];
}

/** How far back the beginning of a placeholder is looked for. */
const MOST_BACK = 5_000;

/**
 * What may be written at `at` in a template, in the syntax of its language: names within placeholders, filters after a
 * bar, tags. Outside of them whole placeholders, but only when `asked`. Null for nothing.
 */
export function suggest(given: {
  language: TemplateLanguage;
  text: string;
  at: number;
  names: readonly Named[];
  snippets: readonly string[];
  asked: boolean;
}): Suggestions | null {
  const { language, text, at } = given;
  const before = text.slice(Math.max(0, at - MOST_BACK), at);
  const line = text.slice(at, (text.indexOf('\n', at) + 1 || text.length + 1) - 1);
  const found =
    language === 'velocity'
      ? inVelocity(before, given.names)
      : inBraces(language, before, line, given.names, given.snippets);
  if (found !== null) return found.options.length > 0 ? { ...found, from: at - found.from } : null;
  return given.asked ? { from: at, options: wholes(language, given.names) } : null;
}

/** `from` counts backwards from the place. */
type Found = Suggestions | null;

const wordsAs = (kind: Suggestion['kind'], list: readonly Word[], close = ''): Suggestion[] =>
  list.map(({ name, takes, says }) => ({
    label: name,
    says,
    kind,
    ...(takes + close !== '' && { apply: `${name}${takes}${close}` }),
  }));

function namesAfter(names: readonly Named[], path: readonly string[], close: string): Suggestion[] {
  return follow(names, path).map(({ name, says, more }) => ({
    label: name,
    says,
    kind: 'name' as const,
    ...(!more && close !== '' && { apply: `${name}${close}` }),
  }));
}

function roots(language: TemplateLanguage, names: readonly Named[], close: string): Suggestion[] {
  const own = ROOTS.map(
    ({ name, says }): Suggestion => ({
      label: name,
      says,
      kind: 'name',
      ...(close && name === 'now' && { apply: `now${close}` }),
    }),
  );
  if (language === 'liquid') return own;
  if (language === 'jinja') return [...own, ...wordsAs('name', jinjaGlobals)];
  // A profile's attributes are named as they are.
  return [...namesAfter(names, ['customer'], close), ...own];
}

const PATH = /([\p{L}_][\p{L}\p{N}_-]*(?:\[\d+\])?(?:\.[\p{L}\p{N}_-]+(?:\[\d+\])?)*\.)?([\p{L}_][\p{L}\p{N}_-]*)?$/u;
const keysOf = (path: string) =>
  path
    .replace(/\[\d+\]/g, '')
    .split('.')
    .filter((key) => key !== '');

function inBraces(
  language: 'liquid' | 'jinja' | 'mustache',
  before: string,
  line: string,
  names: readonly Named[],
  snippets: readonly string[],
): Found {
  const openers = language === 'mustache' ? ['{{'] : language === 'jinja' ? ['{{', '{%', '[['] : ['{{', '{%'];
  const opened = openers.map((opener) => [before.lastIndexOf(opener), opener] as const).sort((a, b) => b[0] - a[0])[0]!;
  const [last, opener] = opened;
  if (last === -1) return null;
  const begin = language === 'mustache' && before[last - 1] === '{' ? last - 1 : last;
  const closer = opener === '{{' ? '}}' : opener === '{%' ? '%}' : ']]';
  const inner = before.slice(begin + 2);
  // What goes on in the next line was forgotten to be closed.
  if (inner.includes(closer) || (opener !== '{%' && inner.includes('\n'))) return null;
  const closed = /^[^{]*?(?:\}\}|%\}|\]\])/.test(line);
  const close = closed ? '' : ` ${closer}`;
  if (opener === '[[') {
    const word = /^\s*([\w .-]*)$/.exec(inner)?.[1];
    return word === undefined
      ? null
      : { from: word.length, options: namesAfter(names, ['parameters'], closed ? '' : ']]') };
  }
  if (language === 'mustache') return inMustache(inner, closed ? '' : '}}', names, snippets);
  // Within quotes nothing is named.
  if (/^(?:[^"']|"[^"]*"|'[^']*')*["'][^"']*$/.test(inner)) return null;
  if (opener === '{%') {
    const tag = /^[-+]?\s*(\w*)$/.exec(inner);
    if (tag)
      return { from: tag[1]!.length, options: wordsAs('tag', language === 'liquid' ? liquidTags : jinjaTags, close) };
  }
  const filter = /\|\s*(\w*)$/.exec(inner);
  if (filter)
    return {
      from: filter[1]!.length,
      options: wordsAs('filter', language === 'liquid' ? liquidFilters : jinjaFilters),
    };
  const test = language === 'jinja' ? /\bis\s+(?:not\s+)?(\w*)$/.exec(inner) : null;
  if (test) return { from: test[1]!.length, options: wordsAs('filter', jinjaTests) };
  const [, path = '', word = ''] = PATH.exec(inner)!;
  if (/[\w\])]$/.test(inner.slice(0, inner.length - path.length - word.length))) return null;
  const ends = opener === '{{' ? close : '';
  return {
    from: word.length,
    options: path === '' ? roots(language, names, ends) : namesAfter(names, keysOf(path), ends),
  };
}

function inMustache(inner: string, close: string, names: readonly Named[], snippets: readonly string[]): Found {
  const [, sign = '', rest = ''] = /^\s*([{&#^/>!=%]?)\s*(.*)$/s.exec(inner)!;
  if (sign === '!' || sign === '=' || sign === '%') return null;
  if (sign === '>')
    return {
      from: rest.length,
      options: snippets.map((name) => ({
        label: name,
        says: 'A snippet of this webhook',
        kind: 'name',
        apply: name + close,
      })),
    };
  const [, path = '', word = ''] = PATH.exec(rest)!;
  if (path.length + word.length !== rest.length) return null;
  const ends = sign === '{' ? (close === '' ? '' : `}${close}`) : close;
  const options = path === '' ? roots('mustache', names, ends) : namesAfter(names, keysOf(path), ends);
  if (sign === '' && rest === '') return { from: 0, options: [...options, ...wordsAs('tag', mustacheSigns, close)] };
  return { from: word.length, options };
}

function inVelocity(before: string, names: readonly Named[]): Found {
  const directive = /(?:^|[^\\#\w])#\{?([a-z]*)$/.exec(before);
  if (directive) return { from: directive[1]!.length, options: wordsAs('tag', velocityDirectives) };
  const found = /(?:^|[^\\])\$!?(\{?)((?:[A-Za-z_]\w*(?:\[\d+\])?\.)*)([A-Za-z_]\w*)?$/.exec(before);
  if (found === null) return null;
  const [, brace = '', path = '', word = ''] = found;
  const close = brace === '' ? '' : '}';
  const keys = keysOf(path);
  if (keys.length === 0) {
    const tools = Object.entries(velocityTools).map(
      ([label, { says }]): Suggestion => ({ label, says, kind: 'method' }),
    );
    return { from: word.length, options: [...roots('velocity', names, close), ...tools] };
  }
  const tool = keys.length === 1 ? velocityTools[keys[0]!] : undefined;
  if (tool) return { from: word.length, options: wordsAs('method', tool.methods) };
  const known = ROOTS.some((root) => root.name === keys[0]);
  return {
    from: word.length,
    options: [...namesAfter(names, known ? keys : ['customer', ...keys], close), ...wordsAs('method', velocityMethods)],
  };
}

/** Whole placeholders, for where none is begun. */
function wholes(language: TemplateLanguage, names: readonly Named[]): Suggestion[] {
  return names.flatMap(({ name, says }): Suggestion[] => {
    const apply = placeholder(language, name.split('.'));
    return apply === null ? [] : [{ label: name, says, kind: 'name', apply }];
  });
}

const PLAIN = /^[A-Za-z_][\w-]*$/;

/** The placeholder of a path in a language; `raw`: as it is. Null where the language has no way to write it. */
export function placeholder(language: TemplateLanguage, path: readonly string[], raw = false): string | null {
  if (path.length === 0 || !/^[A-Za-z_]\w*$/.test(path[0]!)) return null;
  if (language === 'mustache') {
    const name = path.join('.');
    if (path.some((key) => !/^[^\s"'{}()[\]<>#^&=;,|*.]+$/.test(key))) return null;
    return raw ? `{{{${name}}}}` : `{{${name}}}`;
  }
  if (path.some((key) => /["'\\\n]/.test(key))) return null;
  const numeric = (key: string) => /^\d+$/.test(key);
  const name = path
    .map((key, i) =>
      i === 0
        ? key
        : numeric(key)
          ? `[${key}]`
          : (language === 'liquid' ? PLAIN : /^[A-Za-z_]\w*$/).test(key)
            ? `.${key}`
            : `["${key}"]`,
    )
    .join('');
  if (language === 'liquid') return raw ? `{{ ${name} | raw }}` : `{{ ${name} }}`;
  if (language === 'jinja') return raw ? `{{ ${name} | safe }}` : `{{ ${name} }}`;
  return raw ? `$esc.none($${name})` : `$!{${name}}`;
}
