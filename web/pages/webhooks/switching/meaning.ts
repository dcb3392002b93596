import type { TemplateLanguage } from '../../../components/templates/languages.ts';
import { ROOTS } from '../../../components/templates/names.ts';
import type { Part } from '../../../components/templates/scan.ts';

/** A comparison whose meaning is the same in every language that has it. */
export interface Comparison {
  path: string[];
  operator: '==' | '!=';
  literal: string | number | boolean;
}

/**
 * What a part of a template means, as far as the languages agree on it. `mode`: escaped as the webhook says, as it is, as
 * JSON, or for HTML. `filters` are named as Liquid names them.
 */
export type Meaning =
  | { kind: 'value'; path: string[]; mode: 'plain' | 'raw' | 'json' | 'html'; filters: string[] }
  | { kind: 'if' | 'elsif'; comparisons: Comparison[]; joined: 'and' | 'or' }
  | { kind: 'else' | 'endif' }
  | { kind: 'comment'; text: string }
  | { kind: 'abort'; reason: string };

/** Filters that do the same in Liquid and in Jinja, by their names there. */
export const SAME_FILTERS: readonly [liquid: string, jinja: string][] = [
  ['upcase', 'upper'],
  ['downcase', 'lower'],
  ['capitalize', 'capitalize'],
  ['strip', 'trim'],
  ['first', 'first'],
  ['last', 'last'],
];

const KNOWN = new Set(ROOTS.map((root) => root.name));
const PATH = /^([A-Za-z_][\w-]*)((?:\.[A-Za-z_][\w-]*|\[\d+\]|\["[^"\\]*"\]|\['[^'\\]*'\])*)$/;

/** The keys of a path as a language writes it; null when it is more than a path. */
function keysOf(text: string): string[] | null {
  const [, root, rest] = PATH.exec(text) ?? [];
  if (root === undefined) return null;
  const keys = [...rest!.matchAll(/\.([\w-]+)|\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/g)];
  return [root, ...keys.map((key) => key[1] ?? key[2] ?? key[3] ?? key[4]!)];
}

/** The path by its roots that all languages know; null for names of the template's own. */
function rooted(language: TemplateLanguage, keys: string[] | null, own: ReadonlySet<string>): string[] | null {
  const [root = '', ...rest] = keys ?? [];
  if (keys === null || own.has(root)) return null;
  if (KNOWN.has(root)) return keys;
  if (language === 'jinja') return root === 'webhook' && rest.length > 0 ? ['response', ...rest] : null;
  return language === 'liquid' || root === 'foreach' || root === 'velocityCount' ? null : ['customer', ...keys];
}

/** What a part means; null when that can't be said in another language. `own`: names that the template gives itself. */
export function meaningOf(given: {
  language: TemplateLanguage;
  part: Part;
  /** The part with its signs. */
  text: string;
  own: ReadonlySet<string>;
  /** A value of Mustache escapes for HTML by itself, and none of the others'. */
  vendor: boolean;
}): Meaning | null {
  const { language, part, text, own, vendor } = given;
  const { inner, word } = part;
  if (part.kind === 'comment') return { kind: 'comment', text: commentOf(text) };
  if (part.kind === 'value') {
    if (language === 'mustache') {
      const keys = inner.split('.').every((key) => /^[\w-]+$/.test(key)) ? inner.split('.') : null;
      const path = rooted(language, keys, own);
      return path && { kind: 'value', path, mode: word !== '' ? 'raw' : vendor ? 'html' : 'plain', filters: [] };
    }
    if (language === 'velocity') return velocityValue(inner, own);
    if (text.startsWith('[[')) return { kind: 'value', path: ['parameters', inner], mode: 'plain', filters: [] };
    return filtered(language, inner, own);
  }
  if (part.kind !== 'tag') return null;
  if (word === 'abort' || (language === 'mustache' && word === '%')) {
    const said =
      language === 'mustache' ? /^abort\s+(.*)$/s.exec(inner) : /^[^"']*["']([^"'\\]*)["']\s*\)?$/s.exec(inner);
    return said && { kind: 'abort', reason: said[1]! };
  }
  if (language === 'mustache') return null;
  if (word === 'else') return { kind: 'else' };
  if (word === 'endif' || (language === 'velocity' && word === 'end')) return { kind: 'endif' };
  if (word !== 'if' && word !== 'elsif' && word !== 'elif' && word !== 'elseif') return null;
  const condition = language === 'velocity' ? /\((.*)\)$/s.exec(inner)?.[1]?.trim() : inner.slice(word.length).trim();
  const found = comparisonsOf(language, condition ?? '', own);
  return found && { kind: word === 'if' ? 'if' : 'elsif', ...found };
}

function commentOf(text: string): string {
  return text
    .replace(
      /^(?:\{%-?\s*(?:comment|doc|#)\s*(?:-?%\})?|\{#-?|\{\{\s*!|##|#\*)|(?:\{%-?\s*end\w+\s*-?%\}|-?%\}|-?#\}|\}\}|\*#)$/g,
      '',
    )
    .trim();
}

function velocityValue(inner: string, own: ReadonlySet<string>): Meaning | null {
  const tool = /^esc(?:Tool)?\.(none|raw|json|html)\(\s*\$!?\{?([^()|{}]+?)\}?\s*\)$/.exec(inner);
  const text = tool ? tool[2]! : inner.replace(/^\{([^|]*)\}$/, '$1');
  const path = rooted('velocity', keysOf(text), own);
  const mode = tool ? ({ none: 'raw', raw: 'raw', json: 'json', html: 'html' } as const)[tool[1]!] : 'plain';
  return path && mode ? { kind: 'value', path, mode, filters: [] } : null;
}

function filtered(language: 'liquid' | 'jinja', inner: string, own: ReadonlySet<string>): Meaning | null {
  const [name = '', ...all] = inner.split('|').map((piece) => piece.trim());
  const path = rooted(language, keysOf(name), own);
  if (path === null) return null;
  const last = all.at(-1) ?? '';
  const modes: Record<string, 'raw' | 'json' | 'html'> =
    language === 'liquid'
      ? { raw: 'raw', json: 'json', to_json: 'json', escape: 'html' }
      : { safe: 'raw', tojson: 'json', e: 'html', escape: 'html' };
  const mode = Object.hasOwn(modes, last) ? modes[last]! : 'plain';
  const names = mode === 'plain' ? all : all.slice(0, -1);
  const filters = names.map((one) => SAME_FILTERS.find((pair) => pair[language === 'liquid' ? 0 : 1] === one)?.[0]);
  return filters.includes(undefined) ? null : { kind: 'value', path, mode, filters: filters as string[] };
}

const COMPARISON = /^(\S+)\s*(==|!=)\s*("[^"\\$#]*"|'[^'\\$#]*'|-?\d+|true|false)$/;

function comparisonsOf(language: TemplateLanguage, text: string, own: ReadonlySet<string>) {
  const words = language === 'velocity' ? /\s*(&&|\|\|)\s*/ : /\s+(and|or)\s+/;
  const pieces = text.split(words);
  const signs = new Set(
    pieces.filter((_, i) => i % 2 === 1).map((sign) => (sign === '&&' || sign === 'and' ? 'and' : 'or')),
  );
  // With both, they bind differently.
  if (signs.size > 1) return null;
  const comparisons: Comparison[] = [];
  for (const piece of pieces.filter((_, i) => i % 2 === 0)) {
    const found = COMPARISON.exec(piece.trim());
    if (found === null) return null;
    const name = language === 'velocity' ? found[1]!.replace(/^\$!?\{?|\}$/g, '') : found[1]!;
    const path = rooted(language, keysOf(name), own);
    if (path === null) return null;
    const literal = /^["']/.test(found[3]!) ? found[3]!.slice(1, -1) : (JSON.parse(found[3]!) as number | boolean);
    comparisons.push({ path, operator: found[2] as '==', literal });
  }
  return { comparisons, joined: signs.has('or') ? ('or' as const) : ('and' as const) };
}
