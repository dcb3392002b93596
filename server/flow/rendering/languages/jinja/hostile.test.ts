import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { texts } from '../../escaping/index.ts';
import { Abort, type Scope, TemplateError } from '../../language.ts';
import { createJinja } from './index.ts';

const language = createJinja();
const nested = (open: string, close: string, count: number) => open.repeat(count) + close.repeat(count);

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

/** Time of the processor that a template takes, ms. */
function timed(text: string): number {
  const before = process.cpuUsage();
  attempt(text);
  const { user } = process.cpuUsage(before);
  return user / 1000;
}

const GROW = (start: string, step: string, end = '') =>
  `{% set ns = namespace(s=${start}) %}{% for i in range(60) %}{% set ns.s = ${step} %}{% endfor %}${end}`;

const ENDLESS = [
  '{% for i in range(1000000000) %}x{% endfor %}',
  '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}',
  '{{ range(1000000000) | list }}',
  '{{ range(1000000000) | join }}',
  '{{ range(1000000000) | sum }}',
  '{{ "x" * 1000000000 }}',
  '{{ [1] * 1000000000 }}',
  '{{ 10 ** (10 ** 10) }}',
  '{{ 9 ** (9 ** 9) }}',
  '{{ "%1000000000d" % 5 }}',
  '{{ "%.1000000000f" % 5 }}',
  '{{ "{:1000000000}".format(5) }}',
  '{{ "{0:{1}}".format(1, 1000000000) }}',
  '{{ "x".center(1000000000) }}',
  '{{ "x".zfill(1000000000) }}',
  '{{ "a\tb".expandtabs(1000000000) }}',
  '{{ "x" | indent(1000000000, true) }}',
  '{{ [1, 2] | batch(1000000000, "x") | list }}',
  '{{ [1, 2] | slice(1000000000) | list | length }}',
  '{{ lipsum(1000000) }}',
  GROW('"ab"', 'ns.s + ns.s'),
  GROW('"ab"', 'ns.s ~ ns.s', '{{ ns.s }}'),
  GROW('"ab"', 'ns.s | replace("a", ns.s)'),
  GROW('[1]', 'ns.s + ns.s'),
  GROW('[1]', '[ns.s, ns.s]', '{{ ns.s }}'),
  GROW('[1]', '[ns.s, ns.s]', '{{ ns.s | tojson }}'),
  GROW('[1]', '[ns.s, ns.s]', '{{ ns.s | pprint }}'),
  '{% set l = [1] %}{% do l.append(l) %}{{ l }}',
  '{% set l = [1] %}{% do l.append(l) %}{{ l | tojson }}',
  '{% set l = [1] %}{% do l.append(l) %}{% set m = [1] %}{% do m.append(m) %}{{ l == m }}',
  '{% set l = [1] %}{% for x in l %}{% do l.append(1) %}{% endfor %}',
  '{% set l = [1] %}{% for i in range(100) %}{% do l.extend(l) %}{% endfor %}',
  '{% set d = {} %}{% for i in range(10000000) %}{% do d.update({i: i}) %}{% endfor %}',
  '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
  '{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}',
  '{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}',
  '{% block a %}{{ self.a() }}{% endblock %}',
  '{{ "{0}" * 300000 | string }}{{ ("{0}" * 300000).format("xxxxxxxxxx") }}',
  '{{ ("a " * 400000) | wordwrap(1) | length }}',
  '{{ ("a" * 400000) | wordwrap(1) | length }}',
  '{{ 0 | strftime("%100d" * 100000) | length }}',
  '{{ ("a" * 100000) | replace("", "b" * 1000) }}',
  '{% for c in range(10000) %}{{ "x" * 1000 }}{% endfor %}',
  '{{ ("[" * 100000) | from_json }}',
  `{{ ${nested('(', ')', 5000)} }}`,
  `{{ ${nested('[', ']', 5000)} }}`,
  `{{ ${'-'.repeat(100_000)}1 }}`,
  `{{ ${'not '.repeat(50_000)}1 }}`,
  `{{ 1${'+1'.repeat(80_000)} }}`,
  `{{ a${'.b'.repeat(80_000)} }}`,
  `{{ a${'|list'.repeat(40_000)} }}`,
  `{{ 1${' if 1 else 1'.repeat(15_000)} }}`,
  nested('{% if 1 %}', '{% endif %}', 5000),
  '{#'.repeat(100_000),
  '{{ 5 | nofilter }}',
  '{{ "abc".nomethod() }}',
];

describe('hostile templates end', () => {
  test.each(ENDLESS.map((text) => [text.slice(0, 80), text]))('%s', (_name, text) => {
    expect(attempt(text)).toMatch(/^template_(budget|error)$/);
    expect(timed(text)).toBeLessThan(1000); // both ways together
  });
});

/** Slow if anything in them were not linear; they may end in either way. */
const SLOW = [
  '{{ ("a-" * 300000) | wordwrap(3) | length }}',
  '{{ ("a" * 400000 ~ "-") | wordwrap(3) | length }}',
  '{{ ("<" * 400000) | striptags | length }}',
  '{{ ("&#" * 200000) | striptags | length }}',
  '{{ ("." * 400000 ~ "a") | urlize | length }}',
  '{{ ("www." * 100000) | urlize | length }}',
  '{{ ("a@" * 200000) | urlize | length }}',
  '{{ ("1_" * 200000) | int }}',
  '{{ ("1" * 400000) | float }}',
  '{{ ("a," * 200000).split(",") | length }}',
  '{{ ("ab" * 90000).rsplit("b") | length }}',
  '{{ range(190000) | unique | list | length }}',
  '{{ (" " * 400000 ~ "x") | trim | length }}',
  '{{ range(20000) | join(",") | replace(",", ";") | length }}',
  `{{ "a" }}[[a${' '.repeat(200_000)}`,
  `{{ "${'\\\\'.repeat(60_000)}" | length }}`,
];

test.each(SLOW.map((text) => [text.slice(0, 80), text]))('nothing takes long: %s', (_name, text) => {
  expect(timed(text)).toBeLessThan(1200);
});

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
