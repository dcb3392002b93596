import { createHash, createHmac } from 'node:crypto';
import { filters as builtIn, type Liquid } from 'liquidjs';
import { parseJson } from '../../../../platform/json.ts';
import type { Budget } from '../core/index.ts';
import { dateFilters } from './dates.ts';
import type { FilterThis } from './filter-this.ts';
import { calculate, toNumber } from './numbers.ts';
import { print } from './print.ts';

type Filter = (this: FilterThis, value: unknown, ...rest: unknown[]) => unknown;
const original = builtIn as unknown as Record<string, Filter>;

function text(self: FilterThis, value: unknown): string {
  return print(value, self.context.memoryLimit);
}

function hash(algorithm: string): Filter {
  return function (value) {
    return createHash(algorithm).update(text(this, value)).digest('hex');
  };
}

function hmac(algorithm: string): Filter {
  return function (value, key) {
    return createHmac(algorithm, text(this, key)).update(text(this, value)).digest('hex');
  };
}

/** Whether the argument of a filter is written as a decimal (`4.0`), which JavaScript's numbers don't tell. */
function isDecimal(value: unknown, token: unknown): boolean {
  const written = (token as { getText?(): string } | undefined)?.getText?.() ?? '';
  return !Number.isInteger(toNumber(value)) || /^-?\d+\.\d+$/.test(written) || /^-?\d+\.\d+$/.test(String(value));
}

const json: Filter = function (value, ...rest) {
  return value === undefined ? 'null' : original.json!.call(this, value, ...rest);
};

/** Filters of ours: those that liquidjs lacks, and those that differ from Ruby's Liquid. */
const ownFilters: Record<string, Filter> = {
  ...dateFilters,
  plus: (value, other) => calculate('plus', value, other),
  minus: (value, other) => calculate('minus', value, other),
  times: (value, other) => calculate('times', value, other),
  divided_by(value, other) {
    const [a, b] = [toNumber(value), toNumber(other)];
    const decimal = isDecimal(value, undefined) || isDecimal(other, this.token.args[0]);
    if (b === 0 && !decimal) throw new Error('divided by 0');
    return decimal ? a / b : Math.floor(a / b);
  },
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha256: hash('sha256'),
  sha512: hash('sha512'),
  hmac_sha1: hmac('sha1'),
  hmac_sha256: hmac('sha256'),
  base64_url_safe_encode(value) {
    return Buffer.from(text(this, value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  },
  base64_url_safe_decode(value) {
    return Buffer.from(text(this, value), 'base64url').toString();
  },
  titlecase(value) {
    return text(this, value).replace(/\p{L}[\p{L}\p{M}\p{Nd}'’]*/gu, (word) => {
      const first = String.fromCodePoint(word.codePointAt(0)!);
      return first.toUpperCase() + word.slice(first.length).toLowerCase();
    });
  },
  parse_json(value) {
    const source = text(this, value);
    try {
      return parseJson(source);
    } catch {
      return null;
    }
  },
  currency(value, code, locale) {
    const currency = code === undefined ? 'USD' : text(this, code);
    const where = locale === undefined ? 'en-US' : text(this, locale);
    return new Intl.NumberFormat(where, { style: 'currency', currency }).format(toNumber(value));
  },
};

/** Filters whose output is JSON already: they opt out of escaping. */
const rawFilters: Record<string, Filter> = { json, jsonify: json, to_json: json };

/**
 * liquidjs' filters that write lists out without counting: lists that hold each other (`push`) are small in memory and
 * endless as text. Their arguments are weighed first.
 */
const UNCOUNTED =
  'append prepend upcase downcase capitalize strip lstrip rstrip strip_newlines strip_html squish newline_to_br escape ' +
  'escape_once url_encode url_decode cgi_escape uri_escape slugify replace replace_first replace_last remove ' +
  'remove_first remove_last truncate truncatewords split join sort sort_natural uniq slice size base64_encode ' +
  'base64_decode xml_escape unescape normalize_whitespace number_of_words array_to_sentence_string';

function weigh(value: unknown, budget: Budget): void {
  if (typeof value !== 'object' || value === null) return;
  budget.use(1);
  for (const item of Array.isArray(value) ? value : Object.values(value)) weigh(item, budget);
}

function weighed(handler: Filter): Filter {
  return function (...args) {
    for (const arg of args) weigh(arg, this.context.memoryLimit);
    return handler.apply(this, args);
  };
}

/** Escapes for HTML with the entities of Ruby's Liquid. */
function rubyEntities(handler: Filter): Filter {
  return function (...args) {
    return String(handler.apply(this, args)).replaceAll('&#34;', '&quot;');
  };
}

/** Registers the filters of ours, and liquidjs' own within bounds. */
export function addFilters(liquid: Liquid): void {
  for (const name of UNCOUNTED.split(' ')) {
    const handler = original[name];
    if (handler !== undefined) liquid.registerFilter(name, weighed(handler) as never);
  }
  for (const name of ['escape', 'xml_escape']) {
    liquid.registerFilter(name, weighed(rubyEntities(original[name]!)) as never);
  }
  for (const [name, handler] of Object.entries(ownFilters)) liquid.registerFilter(name, handler as never);
  for (const [name, handler] of Object.entries(rawFilters)) {
    liquid.registerFilter(name, { raw: true, handler } as never);
  }
}
