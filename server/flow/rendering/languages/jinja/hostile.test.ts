import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { texts } from '../../escaping/index.ts';
import { Abort, type Scope, TemplateError } from '../../language.ts';
import { createJinja } from './index.ts';

const language = createJinja();

/** Runs a template both ways; what it put out, or the code of its error. */
function attempt(text: string, scope: () => Scope = () => ({ customer: { name: 'Ann', items: [1] } })): string {
  let last = '';
  for (const automatic of [false, true]) {
    try {
      const pieces = language.parse(text, 'body').run(scope(), { now: 0, fragments: automatic, automatic });
      last = texts(pieces, automatic ? 'json' : 'plain').join('');
    } catch (error) {
      if (error instanceof Abort) return 'abort';
      if (!(error instanceof TemplateError)) throw error;
      last = error.code;
    }
  }
  return last;
}

describe('nothing but the context is reached', () => {
  test.each([
    '{{ customer.constructor }}{{ customer.__proto__ }}{{ customer.name.constructor }}{{ customer.toString }}',
    '{{ "".__class__ }}{{ [].constructor }}{{ {}.__proto__ }}{{ range.constructor }}{{ namespace.__init__ }}',
    '{{ customer["constructor"] }}{{ customer["__proto__"] }}{{ customer | attr("constructor") }}',
    '{{ [customer] | map(attribute="constructor") | join }}{{ [customer] | map(attribute="__proto__") | join }}',
    '{{ process }}{{ globalThis }}{{ require }}{{ Function }}{{ this }}{{ toString }}{{ hasOwnProperty }}{{ __proto__ }}',
    '{% set d = {"__proto__": {"x": 1}} %}{{ d.x }}{{ {}.x }}',
    '{% do customer.update({"__proto__": {"polluted": 1}}) %}{{ {}.polluted }}{{ customer.polluted }}',
    '{% for c in [1] %}{{ loop.constructor }}{{ loop.__init__ }}{{ loop.items }}{% endfor %}',
    '{% macro m() %}{% endmacro %}{{ m.constructor }}{{ m.call }}{{ m.__globals__ }}',
    '{% set ns = namespace(a=1) %}{{ ns.values }}{{ ns.constructor }}{{ cycler(1).constructor }}',
  ])('%s', (text) => {
    for (const automatic of [false, true]) {
      const pieces = language
        .parse(text, 'body')
        .run({ customer: { name: 'Ann' } }, { now: 0, fragments: false, automatic });
      expect(texts(pieces, 'plain').join('')).toBe('');
    }
    expect(({} as Record<string, unknown>).polluted).toBe(undefined);
  });

  test.each([
    '{{ customer.constructor.constructor("return process")() }}',
    '{{ cycler.__init__.__globals__.os.popen("id").read() }}',
    '{{ "".__class__.__mro__[1].__subclasses__() }}',
    '{{ lipsum.__globals__["os"] }}',
    '{{ "{0.__class__}".format(customer) }}{{ "{0.constructor}".format(customer) }}',
    '{{ "{0[constructor]}".format(customer) }}',
    '{% import "os" as os %}',
    '{% include "/etc/passwd" %}',
    '{% from "x" import y %}',
  ])('%s is refused', (text) => {
    expect(attempt(text)).toBe('template_error');
  });
});

const WORDS = (
  '{{ }} {% %} {# #} {%- -%} if else elif endif for in endfor set endset macro endmacro call endcall filter endfilter with ' +
  'endwith block endblock raw endraw do break continue recursive not and or is defined a b customer customer.name loop ' +
  'loop.index caller() range(3) namespace(a=1) "x" \'y\' 1 2.5 none true [1] {"a":1} ( ) [ ] { } | . , : = == ~ + - * / // % ' +
  '** < > |upper |join |list |tojson |map("upper") |sort |first |int .items() .append(1) [0] [1:] abort output separated by [[a]]'
).split(' ');

describe('whatever is written', () => {
  const known = { ends: 0, codes: new Set<string>() };
  const check = (text: string) => {
    const made = attempt(text);
    known.ends++;
    expect(made).not.toMatch(/native code|\[object|=> \{/);
  };

  test('words of the language in any order', () => {
    const template = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' '));
    fc.assert(fc.property(template, check), { numRuns: 1500 });
  });

  test('expressions of any shape', () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.constantFrom(
          'customer',
          'customer.items',
          'nope',
          '"a%s{}"',
          '-7',
          '2.5',
          'none',
          'true',
          '[]',
          '{}',
          '(1, "b")',
          'range(4)',
        ),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom('+', '-', '*', '//', '%', '**', '~', '==', '<', 'in', 'and', 'or'),
            tie('expression'),
          )
          .map(([a, o, b]) => `(${a} ${o} ${b})`),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom(
              'upper',
              'list',
              'sort',
              'join',
              'length',
              'tojson',
              'first',
              'last',
              'int',
              'float',
              'round',
              'sum',
              'unique|list',
              'batch(2)|list',
              'title',
              'urlize',
              'wordwrap(3)',
              'truncate(4)',
              'e',
              'striptags',
              'pprint',
              'reverse|list',
              'dictsort',
              'map("string")|list',
              'select|list',
              'indent',
              'xmlattr',
              'urlencode',
              'format(1)',
              'default(1)',
              'hash',
              'from_timestamp',
              'to_datetime',
            ),
          )
          .map(([a, name]) => `(${a})|${name}`),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom(
              'items()',
              'split()',
              'format(1)',
              'get(1)',
              'x',
              'index(1)',
              'upper()',
              'strip()',
              'count(1)',
              'join([1])',
            ),
          )
          .map(([a, name]) => `(${a}).${name}`),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a})[${b}]`),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a})[${b}:]`),
      ),
    }));
    fc.assert(
      fc.property(expression, (one) => check(`{{ ${one} }}`)),
      { numRuns: 1500 },
    );
  });

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => check(`{{ ${text}`)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => check(`{% ${text} %}`)),
      { numRuns: 500 },
    );
    expect(known.ends).toBeGreaterThan(100);
  });
});
