import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../../platform/json.ts';
import { type Target, texts } from '../../escaping/index.ts';
import { Abort, TemplateError } from '../../language.ts';
import { marked } from '../core/index.ts';
import { createMustache } from './index.ts';

const NOW = Date.UTC(2026, 0, 31);

function run(text: string, scope: unknown = {}, snippets: Record<string, string> = {}): string {
  const pieces = createMustache(snippets)
    .parse(text, 'body')
    .run(scope as Record<string, unknown>, { now: NOW, fragments: false, automatic: false });
  return texts(pieces, 'plain').join('');
}

function escaped(text: string, target: Target, customer: unknown, snippets: Record<string, string> = {}): string {
  const options = { now: NOW, fragments: target === 'json', automatic: true };
  const pieces = createMustache(snippets).parse(text, 'body').run({ customer }, options);
  return texts(pieces, target).join('');
}

function failure(text: string, snippets: Record<string, string> = {}): TemplateError {
  try {
    run(text, { a: true }, snippets);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('attributes as lists', () => {
  const scope = { customer: { email: ['a@x.io', 'b@x.io'], name: 'Ann', none: [], visits: 0, empty: '' }, step: 's1' };
  test.each([
    ['{{{email.0}}} {{email.1}}|{{email.2}}|', 'a@x.io b@x.io||'],
    ['{{name.0}}{{name.1}}{{visits.0}}{{none.0}}', 'Ann0'],
    ['{{email}}', 'a@x.io,b@x.io'],
    ['{{#email}}<{{.}}>{{/email}}{{#none}}x{{/none}}{{^none}}none{{/none}}', '<a@x.io><b@x.io>none'],
    ['{{#name}}{{.}}{{/name}} {{#visits}}{{.}}{{/visits}} {{#empty}}x{{/empty}}', 'Ann 0 '],
    ['{{customer.name}} {{step}}', 'Ann s1'],
    [
      '{{customer}}',
      '{&quot;email&quot;:[&quot;a@x.io&quot;,&quot;b@x.io&quot;],&quot;name&quot;:&quot;Ann&quot;,&quot;none&quot;:[],&quot;visits&quot;:0,&quot;empty&quot;:&quot;&quot;}',
    ],
  ])('%s', (template, wanted) => {
    expect(run(template, scope)).toBe(wanted);
  });

  test('an attribute comes before a name of ours', () => {
    expect(run('{{step}}', { step: 's1', customer: { step: 'own' } })).toBe('own');
  });
});

test('tags that stand alone take their line; a snippet is indented as its tag', () => {
  expect(run('a\n  {{#x}}\n b\n{{/x}}\n  {{! no }}\r\nc{{! stays }}\n', { x: true })).toBe('a\n b\nc\n');
  const snippets = { outer: '1\n\n {{> inner}}\n{{x}}\n', inner: 'i\n{{#x}}\nj\n{{/x}}\n' };
  expect(run(' {{> outer}}\nend', { x: 'y\nz' }, snippets)).toBe(' 1\n \n  i\n  j\n y\nz\nend');
});

test('white space after a tag keeps its line where it is, as the engines in Ruby and Python have it', () => {
  expect(run('a\n  {{#x}} \nb\n{{/x}}\r\nc', { x: true })).toBe('a\n   \nb\nc');
  expect(run('a\n  {{! note }}\t\nb')).toBe('a\n  \t\nb');
});

test('vendor escaping is HTML’s, and braces or an ampersand opt out', () => {
  expect(run(`{{x}} {{{x}}} {{& x }}`, { x: `<"&'>` })).toBe(`&lt;&quot;&amp;&#39;&gt; <"&'> <"&'>`);
});

test('numbers print as written', () => {
  expect(run('{{n}} {{p}}', parseJson('{"n":12345678901234567890,"p":1.50}'))).toBe('12345678901234567890 1.50');
});

describe('automatic escaping', () => {
  const nasty = 'a"b\\c\n</x>&\' +%👋';
  test('JSON: strings, values, lists and maps', () => {
    const body =
      '{"s":"<{{x}}>","b":{{x}},"n":{{n}},"t":{{t}},"z":{{none}},"l":{{l}},"m":{{m}},"in":"{{l}}","raw":{{{j}}}}';
    const customer = { x: nasty, n: 1.5, t: true, l: ['1', '"'], m: { k: [1] }, j: '[1]' };
    expect(JSON.parse(escaped(body, 'json', customer))).toEqual({
      s: `<${nasty}>`,
      b: nasty,
      n: 1.5,
      t: true,
      z: null,
      l: ['1', '"'],
      m: { k: [1] },
      in: '1,"',
      raw: [1],
    });
  });

  test('URL, form and XML', () => {
    expect(decodeURIComponent(escaped('{{x}}', 'url', { x: nasty }))).toBe(nasty);
    expect(new URLSearchParams(escaped('a={{x}}&b=1', 'form', { x: nasty })).get('a')).toBe(nasty);
    expect(escaped('<a b="{{x}}">{{{x}}}</a>', 'xml', { x: '<"' })).toBe('<a b="&lt;&quot;"><"</a>');
  });

  test('members of a batch are whole already', () => {
    const customers = [marked('{"a":1}', 'everywhere'), marked('{"a":2}', 'everywhere')];
    const options = { now: NOW, fragments: true, automatic: true };
    const pieces = createMustache({}).parse('[{{customers}}]', 'body').run({ customers }, options);
    expect(texts(pieces, 'json').join('')).toBe('[{"a":1},{"a":2}]');
  });

  test('any data in any place comes back as it was', () => {
    const template = createMustache({ p: '{{x}}' }).parse('{"a":"{{#l}}{{.}}|{{> p}}{{/l}}","b":[{{x}}]}', 'body');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (x, y) => {
        const options = { now: NOW, fragments: true, automatic: true };
        const made = JSON.parse(texts(template.run({ customer: { x, l: [y] } }, options), 'json').join(''));
        expect(made.a).toBe(`${y.toWellFormed()}|${x.toWellFormed()}`);
        expect(made.b).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('errors', () => {
  test.each([
    ['{{a', 'has no end'],
    ['{{{a}}', 'has no end'],
    ['{{#a}}x', 'not closed'],
    ['{{/a}}', 'not open'],
    ['{{#a}}{{#b}}{{/a}}{{/b}}', 'section b should end'],
    ['{{}}', 'no name'],
    ['{"a":{{"b": 1}}}', 'is no name'],
    ['{{=x}}', 'has no end'],
    ['{{=x=}}', 'two signs'],
    ['{{<parent}}{{/parent}}', 'not supported'],
    ['{{% nope}}', 'unknown'],
  ])('%s', (template, wanted) => {
    expect(failure(template).message).toContain(wanted);
  });

  test('have their place, in snippets too', () => {
    expect(failure('one\n  {{#a}}').place).toEqual({ field: 'body', line: 2, column: 3 });
    expect(failure('{{> p}}', { p: '\n {{/x}}' }).place).toEqual({ field: 'snippets.p', line: 2, column: 2 });
  });

  test('abort ends the delivery with its reason', () => {
    expect(() => run('{{^email}}{{% abort no email}}{{/email}}')).toThrow(Abort);
    expect(() => run('{{^email}}{{% abort no email}}{{/email}}')).toThrow('no email');
    expect(run('{{^email}}{{% abort no email}}{{/email}}ok', { email: 'x' })).toBe('ok');
  });
});

test('whatever is thrown at it ends, with output or an error of its own', () => {
  const bit = fc.constantFrom(
    '{{',
    '}}',
    '{{{',
    '}}}',
    '#a',
    '/a',
    '^l',
    '.',
    'l',
    '> p',
    '=<% %>=',
    '<%',
    '%>',
    '\n',
    ' ',
    '!',
    '&',
    'x',
    '% abort',
    '"',
  );
  fc.assert(
    fc.property(fc.array(bit, { maxLength: 40 }), fc.array(bit, { maxLength: 20 }), (text, snippet) => {
      try {
        run(text.join(''), { a: { l: [1, 'x'] }, l: [[], {}] }, { p: snippet.join('') });
      } catch (error) {
        if (!(error instanceof TemplateError || error instanceof Abort)) throw error;
      }
    }),
  );
});
