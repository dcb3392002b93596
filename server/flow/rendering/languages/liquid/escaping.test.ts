import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { texts } from '../../escaping/index.ts';
import { createLiquid } from './index.ts';

const options = { now: 0, fragments: true, automatic: true };
const json = (text: string, scope: object) =>
  texts(
    createLiquid({})
      .parse(text, 'body')
      .run(scope as Record<string, unknown>, options),
    'json',
  ).join('');

const NASTY = 'a"b\\c\n=>nil\u2028👋';

describe('into JSON', () => {
  const scope = {
    x: NASTY,
    list: [1, NASTY, { b: null }],
    map: { a: NASTY, n: null },
    vip: true,
    n: 1.5,
    blank: '',
    gaps: ['', 'a', ''],
  };
  test.each<[string, unknown]>([
    ['{{ map | replace: "=>", ":" }}', scope.map],
    ['{{ map | replace: "=>", ": " | replace: "nil", "null" }}', scope.map],
    ['{{ map }}', scope.map],
    ['[{{ list | join: "," }}]', scope.list],
    ['[{{ gaps | join: ", " }}]', scope.gaps],
    ['{"a": {{ "Hello " | append: blank }}, "b": [{{ nothing | append: "1" }}]}', { a: 'Hello ', b: [1] }],
    ['{"a": "{{ x | upcase | prepend: "<" }}"}', { a: `<${NASTY.toUpperCase()}` }],
    ['{"a": {{ x }}, "b": "{{ map }}"}', { a: NASTY, b: JSON.stringify(scope.map) }],
    [
      '{"a": {{ x | json }}, "b": {{ list | first }}, "c": {{ vip }}, "d": {{ nothing }}}',
      { a: NASTY, b: 1, c: true, d: null },
    ],
    ['{"a": {{ vip | append: "" }}, "n": {{ n | plus: 1 }}, "f": {{ 2 | times: 1.0 }}}', { a: true, n: 2.5, f: 2 }],
    ['{% capture c %}"k": "{{ x }}"{% endcapture %}{ {{ c }} }', { k: NASTY }],
    [
      '{% assign rows = "" %}{% for i in list %}{% capture row %}{"i": {{ i }}}{% endcapture %}{% assign rows = rows | append: row %}{% unless forloop.last %}{% assign rows = rows | append: "," %}{% endunless %}{% endfor %}[{{ rows }}]',
      scope.list.map((i) => ({ i })),
    ],
    [
      '{"a": {{ none | default: "" }}, "b":\n{% if true %}{{ "" }}{% endif %} , "c": [{{ "" }}], "d": {{ "" }}{{ n }}, "e": "{{ "" }}"}',
      { a: '', b: '', c: [], d: 1.5, e: '' },
    ],
    ['{"a": "{{ x | replace: "b", "\\" }}"}', { a: NASTY.replace('b', '\\') }],
  ])('%s', (template, wanted) => expect(JSON.parse(json(template, scope))).toEqual(wanted));

  test('no data leaves its string, whatever filters it goes through', () => {
    const filters = fc.constantFrom(
      'upcase',
      'escape',
      'url_encode',
      'strip',
      'truncate: 7',
      'slice: 1, 5',
      'append: x',
      'prepend: x',
      'replace: "a", x',
      'replace_last: "a", "b"',
      'split: "" | join: "-"',
      'newline_to_br',
      'capitalize',
      'squish',
      'strip_html',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(filters, { maxLength: 4 }), (x, chain) => {
        const text = json(`{"a": "{{ ${['x', ...chain].join(' | ')} }}", "b": {{ ${['x', ...chain].join(' | ')} }}}`, {
          x,
        });
        expect(Object.keys(JSON.parse(text))).toEqual(['a', 'b']);
      }),
    );
  });
});

describe('into XML and URLs', () => {
  const out = (text: string, target: 'xml' | 'url') =>
    texts(
      createLiquid({})
        .parse(text, 'body')
        .run({ x: '<a & b>\n' }, { ...options, fragments: false }),
      target,
    ).join('');
  test('what is escaped by hand is not escaped again', () => {
    expect(out('<p>{{ x | escape }}{{ x }}</p>', 'xml')).toBe('<p>&lt;a &amp; b&gt;\n&lt;a &amp; b&gt;\n</p>');
    expect(out('{{ x | strip | newline_to_br }}{{ "<br>" }}', 'xml')).toBe('&lt;a &amp; b&gt;<br>');
    expect(out('/p?q={{ x | url_encode }}&r={{ x | strip }}', 'url')).toBe('/p?q=%3Ca+%26+b%3E%0A&r=%3Ca%20%26%20b%3E');
  });
});
