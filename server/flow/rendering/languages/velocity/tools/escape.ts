/** `$esc`: texts made safe by hand, and the signs that a template can't write. */
import { isMap, isText, jsonText, marked, NAME_OF, type Safe, type Value } from '../../core/index.ts';
import { type Method, type Methods, method } from '../methods/method.ts';
import { Toolbox } from '../methods/toolbox.ts';
import { textOf } from '../print.ts';
import type { Run } from '../run.ts';

const SHORT: Record<string, string> = { '\b': '\\b', '\n': '\\n', '\t': '\\t', '\f': '\\f', '\r': '\\r' };

function code(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Text for a string of Java. */
function java(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, (char) => SHORT[char] ?? code(char));
}

function javascript(text: string): string {
  return text.replace(/['"\\/]/g, '\\$&').replace(/[^ -~]/g, (char) => SHORT[char] ?? code(char));
}

const XML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function xml(text: string): string {
  return text.replace(/[&<>"']|[^\0-\x7f]/gu, (char) => XML[char] ?? `&#${char.codePointAt(0)};`);
}

function html(text: string): string {
  return text.replace(/[&<>"]|[^\0-\x7f]/gu, (char) => {
    const named = XML[char];
    if (named !== undefined) return named;
    const name = NAME_OF.get(char);
    return name === undefined ? `&#${char.codePointAt(0)};` : `&${name};`;
  });
}

/** As Java's URLEncoder: a space is a plus. */
function url(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function escaping(act: (text: string) => string, safe: Safe): Method<Toolbox> {
  return method('o', (_self, [value], run) => {
    if (value === null || value === undefined) return null;
    const text = textOf(value, run.budget);
    run.budget.use(text.length * 6);
    return run.options.automatic ? marked(act(text), safe) : act(text);
  });
}

/** Escaping for strings of programs: where all is escaped for JSON anyway, by hand would be once too often. */
function forStrings(act: (text: string) => string): Method<Toolbox> {
  return method('o', (_self, [value], run) => {
    if (value === null || value === undefined) return null;
    const text = textOf(value, run.budget);
    run.budget.use(text.length * 6);
    return run.options.automatic && run.options.fragments ? text : act(text);
  });
}

/** Text that the author puts out as it stands. */
function own(value: Value, run: Run, print: (value: Value) => string): Value {
  return value === null || value === undefined
    ? null
    : run.options.automatic
      ? marked(print(value), 'everywhere')
      : print(value);
}

function sign(text: string): Method<Toolbox> {
  return method('-', (_self, _args, { options }) => (options.automatic ? marked(text, 'everywhere') : text));
}

const SIGNS: [string, string][] = [
  ['Dollar', '$'],
  ['Hash', '#'],
  ['Quote', '"'],
  ['SingleQuote', "'"],
  ['Exclamation', '!'],
  ['Newline', '\n'],
  ['Backslash', '\\'],
];

const none = method<Toolbox>('o', (_self, [value], run) =>
  own(value, run, (given) =>
    isText(given) || !(Array.isArray(given) || isMap(given)) ? textOf(given, run.budget) : jsonText(given, run.budget),
  ),
);

const methods: Methods<Toolbox> = new Map([
  ['java', forStrings(java)],
  ['javascript', forStrings(javascript)],
  ['javaScript', forStrings(javascript)],
  ['html', escaping(html, 'xml')],
  ['xml', escaping(xml, 'xml')],
  ['url', escaping(url, 'url')],
  ['sql', escaping((text) => text.replaceAll("'", "''"), 'nowhere')],
  ['propertyKey', escaping((text) => text.replace(/[ \t:=\\#!]/g, '\\$&'), 'nowhere')],
  [
    'json',
    method<Toolbox>(
      'o',
      (_self, [value], run) => own(value ?? null, run, (given) => jsonText(given, run.budget)) ?? 'null',
    ),
  ],
  ['none', none],
  ['raw', none],
  ...SIGNS.flatMap(([name, text]): [string, Method<Toolbox>][] => [
    [`get${name}`, sign(text)],
    [`get${name.charAt(0)}`, sign(text)],
  ]),
]);

export const escapeTool = new Toolbox('esc', methods);
