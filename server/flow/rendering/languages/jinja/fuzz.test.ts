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

test('nothing is left behind in JavaScript', () => {
  attempt(
    '{% do customer.update({"__proto__": {"polluted": 1}}) %}{% set d = {"__proto__": {"polluted": 1}} %}{{ d.x }}',
  );
  expect(({} as Record<string, unknown>).polluted).toBe(undefined);
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
