import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Abort, TemplateError } from '../../language.ts';
import { filters } from './filters/index.ts';
import { createLiquid } from './index.ts';

const scope = { a: { b: [1, 'x', null, { c: 2.5 }] }, s: 'te<x>t', n: 3, t: true };
const word = fc.constantFrom(
  'a',
  'a.b',
  'a.b[1]',
  's',
  'n',
  '"x"',
  "'",
  '1',
  '2.5',
  '(1..3)',
  '(n..',
  'nil',
  'blank',
  '-',
  'forloop.index',
  '[',
  ']',
  'constructor',
  '__proto__',
);
const operator = fc.constantFrom(
  '==',
  '!=',
  '<',
  'contains',
  'and',
  'or',
  'in',
  '=',
  '=>',
  ':',
  ',',
  '|',
  'limit: 1',
  'reversed',
  'with',
  'as',
  'not',
);
const markup = fc
  .array(
    fc.oneof(
      word,
      operator,
      fc.constantFrom(...filters.keys()).map((name) => `| ${name}`),
    ),
    { maxLength: 7 },
  )
  .map((parts) => parts.join(' '));
const name = fc.constantFrom(
  'if',
  'elsif',
  'else',
  'endif',
  'for',
  'endfor',
  'case',
  'when',
  'endcase',
  'unless',
  'endunless',
  'assign x =',
  'capture x',
  'endcapture',
  'cycle',
  'tablerow i in',
  'endtablerow',
  'increment',
  'liquid',
  'render "s"',
  'include "s"',
  'comment',
  'endcomment',
  'raw',
  'endraw',
  'break',
  'ifchanged',
  'endifchanged',
  'echo',
  '#',
  'abort',
  'doc',
  'enddoc',
);
const part = fc.oneof(
  fc.tuple(name, markup).map(([tag, text]) => `{% ${tag} ${text} %}`),
  markup.map((text) => `{{ ${text} }}`),
  markup.map((text) => `{%- if ${text} -%} x {{- ${text} -}} {%- endif -%}`),
  markup.map((text) => `{% for i in ${text} %}{{ i }}{{ ${text} }}{% endfor %}`),
  fc.string(),
  fc.constantFrom('{{', '{%', '}}', '%}', '-%}', '{%-', '\n'),
);

test('any template ends in a text, an abort, or an error of its own with a place', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, automatic) => {
      const text = parts.join('');
      try {
        const template = createLiquid({ s: '{{ s }}{% break %}' }).parse(text, 'body');
        for (const { value } of template.run(scope, { now: 0, fragments: automatic, automatic })) {
          expect(String(value)).not.toMatch(/native code|\[object/);
        }
      } catch (error) {
        if (!(error instanceof TemplateError) && !(error instanceof Abort)) throw error;
        expect(error.place).not.toBeNull();
        expect(error.message).not.toMatch(/undefined|is not a function|Cannot read|of null/);
      }
    }),
    { numRuns: 3000 },
  );
  expect(scope).toEqual({ a: { b: [1, 'x', null, { c: 2.5 }] }, s: 'te<x>t', n: 3, t: true });
});
