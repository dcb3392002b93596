/** Python's `"…".format(…)`. */
import { type Budget, concat, isMap, isText, LanguageError, slice, type Text, type Value } from '../../core/index.ts';
import { attribute, item } from '../access.ts';
import { ascii, repr, toText } from '../print.ts';
import type { Run } from '../run.ts';
import { asMarkup, escapeMarkup, type Given, Markup, Undefined } from '../values.ts';
import { formatValue } from './spec.ts';

const MOST_NESTING = 2;
const CONVERSIONS: Record<string, (value: Value, budget: Budget) => Text> = { s: toText, r: repr, a: ascii };

interface Filling {
  given: Given;
  /** Next place of `{}`; -1 once places were named by number. */
  next: number;
  run: Run;
  escapes: boolean;
}

/** The text with its braces filled. Throws LanguageError when they don't match what is given. */
export function formatBraces(format: Text, given: Given, run: Run): Text {
  const escapes = format instanceof Markup;
  const text = fill(format, { given, next: 0, run, escapes }, MOST_NESTING);
  return escapes ? asMarkup(text) : text;
}

function fill(format: Text, filling: Filling, depth: number): Text {
  if (depth === 0) throw new LanguageError('The format nests its braces too deep.');
  const source = String(format);
  const made: Text[] = [];
  let from = 0;
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    if (char !== '{' && char !== '}') continue;
    filling.run.budget.step();
    made.push(slice(format, from, at));
    if (source[at + 1] === char) {
      made.push(slice(format, at, at + 1));
      at++;
    } else {
      if (char === '}')
        throw new LanguageError('The format has a } that closes nothing.', 'Write }} for the sign itself.');
      const end = closing(source, at);
      made.push(field(source.slice(at + 1, end), filling, depth));
      at = end;
    }
    from = at + 1;
  }
  made.push(slice(format, from, source.length));
  return concat(made, filling.run.budget);
}

function closing(source: string, start: number): number {
  let open = 0;
  for (let at = start; at < source.length; at++) {
    if (source[at] === '{') open++;
    else if (source[at] === '}' && --open === 0) return at;
  }
  throw new LanguageError('The format has a { that is not closed.', 'Write {{ for the sign itself.');
}

const FIELD = /^([^!:[.]*)((?:\.[^!:[.]+|\[[^\]]*\])*)(?:!([rsa]))?(?::(.*))?$/s;

function field(text: string, filling: Filling, depth: number): Text {
  const found = FIELD.exec(text);
  if (found === null) throw new LanguageError(`The format's {${text}} can't be read.`);
  const [, name = '', path = '', conversion, spec = ''] = found;
  const { run } = filling;
  let value = first(name, filling);
  for (const [, attr, key] of path.matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
    value = attr === undefined ? item(value, /^\d+$/.test(key!) ? Number(key) : key, run) : attribute(value, attr, run);
    if (value instanceof Undefined) throw value.fail();
  }
  if (conversion !== undefined) value = CONVERSIONS[conversion]!(value, run.budget);
  const how = spec.includes('{') ? String(fill(spec, filling, depth - 1)) : spec;
  const formatted = formatValue(value, how, run.budget);
  return filling.escapes && isText(formatted) ? escapeMarkup(formatted) : formatted;
}

function first(name: string, filling: Filling): Value {
  const { args, kwargs } = filling.given;
  if (name === '' || /^\d+$/.test(name)) {
    if ((name === '') !== filling.next >= 0 && filling.next !== 0) {
      throw new LanguageError('The format mixes {} and numbers.');
    }
    const index = name === '' ? filling.next : Number(name);
    filling.next = name === '' ? filling.next + 1 : -1;
    if (index >= args.length)
      throw new LanguageError(`The format needs ${index + 1} values; it was given ${args.length}.`);
    return args[index];
  }
  if (!kwargs.has(name)) throw new LanguageError(`The format names ${name}, which was not given.`);
  return kwargs.get(name);
}

/** `format_map`: names from a map. */
export function formatFromMap(format: Text, map: Value, run: Run): Text {
  if (!isMap(map)) throw new LanguageError('format_map needs a map.');
  const kwargs = map instanceof Map ? (map as Map<string, Value>) : new Map(Object.entries(map));
  return formatBraces(format, { args: [], kwargs }, run);
}
