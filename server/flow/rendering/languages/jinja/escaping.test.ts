import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type WebhookDefinition, webhookDefinition } from '../../../../../shared/webhook.ts';
import type { RenderResult } from '../../job.ts';
import { prepare } from '../../program.ts';
import { renderRequest } from '../../request.ts';

process.env.TZ = 'UTC';
type Given = Partial<Record<keyof WebhookDefinition, unknown>>;

function render(given: Given, attributes: object, more: object = {}): RenderResult {
  const definition = webhookDefinition.parse({ url: 'https://api.example.com/v1', language: 'jinja', ...given });
  const context = { profile: { id: 'prf_1', attributes }, event: null, responses: {}, now: 0, ...more };
  return renderRequest(prepare(definition), JSON.stringify(context));
}

function body(given: Given, attributes: object, more: object = {}): string {
  const result = render(given, attributes, more);
  if (!result.ok) throw new Error(result.trouble.message);
  return Buffer.from(result.request.body ?? []).toString();
}

const json = (template: string, attributes: object, more: object = {}) => body({ body: template }, attributes, more);

/** Ways for a text to come into a JSON string of its own; all must give the text back. */
const WAYS = [
  '"{{ customer.x }}"',
  '{{ customer.x | tojson }}',
  '"{{ customer.x | replace("\u0001none", "") }}"',
  '"{{ [customer.x] | first }}{{ "" }}"',
  '{% macro m(a) %}"{{ a }}"{% endmacro %}{{ m(customer.x) }}',
  '{% set s %}"{{ customer.x }}"{% endset %}{{ s }}',
  "{{ '\"' ~ customer.x ~ '\"' }}",
  '{{ \'"%s"\' | format(customer.x) }}',
  '{{ \'"{}"\'.format(customer.x) }}',
  "{{ ['\"', '\"'] | join(customer.x) }}",
  '{% for c in customer.x %}{% if loop.first %}"{% endif %}{{ c }}{% if loop.last %}"{% endif %}{% else %}""{% endfor %}',
  '{% call(a) q(customer.x) %}{{ a }}{% endcall %}',
];
const MACRO = '{% macro q(a) %}"{{ caller(a) }}"{% endmacro %}';

describe('automatic', () => {
  test('empty data beside the author’s text is a value, what is not there or left out is nothing', () => {
    const made = json(
      '{"a": [{{ customer.all | join(", ") }}], "b": {{ "Hello " ~ customer.x }}, "c": {{ "Hello " + customer.x }}, ' +
        '"d": [{{ "1" ~ (", 2" if false) ~ customer.none }}], "e": "{{ customer.x ~ "-" ~ customer.x }}"}',
      { all: ['z', '', ''], x: '' },
    );
    expect(JSON.parse(made)).toEqual({ a: ['z', '', ''], b: 'Hello ', c: 'Hello ', d: [1], e: '-' });
  });

  test('an empty text of the author’s is a value where a member needs one', () => {
    const made = json('{"a": {{ customer.x | e }}, "b": {{ customer.nope | default("") }}, "c": [{{ "" }}]}', {
      x: '',
    });
    expect(JSON.parse(made)).toEqual({ a: '', b: '', c: [] });
  });

  test('a header that can’t hold what a filter block gives says where', () => {
    const headers = [{ name: 'X-A', value: '{% filter upper %}{{ customer.x }}{% endfilter %}' }];
    expect(render({ headers, format: 'text', body: 'x' }, { x: 'a\nb' })).toMatchObject({
      ok: false,
      place: { line: 1 },
    });
  });

  test('a text comes through every way into a JSON string as it was', () => {
    const all = WAYS.map((way, i) => `"${i}": ${way}`).join(',\n');
    const program = prepare(
      webhookDefinition.parse({ url: 'https://api.example.com/', language: 'jinja', body: `${MACRO}{${all}}` }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (x) => {
        const context = { profile: { id: 'p', attributes: { x } }, event: null, now: 0 };
        const result = renderRequest(program, JSON.stringify(context));
        if (!result.ok) throw new Error(result.trouble.message);
        const made = JSON.parse(Buffer.from(result.request.body!).toString()) as Record<string, string>;
        const wanted = x.toWellFormed();
        WAYS.forEach((_way, i) => {
          expect(made[i]).toBe(wanted);
        });
      }),
    );
  });

  test('values of their own keep their types, and lists and maps are JSON', () => {
    const attributes = { n: 5, f: 1.5, t: true, z: null, s: 'x"', l: ['a"', 1], m: { k: null } };
    const template =
      '{"n":{{ customer.n }},"f":{{ customer.f + 0.5 }},"t":{{ customer.t }},"z":{{ customer.z }},"no":{{ customer.no }},' +
      '"s":{{ customer.s }},"l":{{ customer.l }},"m":{{ customer.m }},"g":{{ customer.l | map("string") }},"q":"{{ customer.l }}"}';
    expect(JSON.parse(json(template, attributes))).toEqual({
      ...attributes,
      f: 2,
      no: null,
      g: ['a"', '1'],
      q: '["a\\"",1]',
    });
  });

  test("the author's text is structure, wherever it comes from", () => {
    const attributes = { tags: ['a"', 'b'], ids: [1, 2], name: 'Al' };
    expect(json('["{{ customer.tags | join(\'","\') }}"]', attributes)).toBe('["a\\"","b"]');
    expect(json('[{{ customer.ids | join(", ") }}]', attributes)).toBe('[1, 2]');
    expect(json('{% set j = joiner(",") %}[{% for i in customer.ids %}{{ j() }}{{ i }}{% endfor %}]', attributes)).toBe(
      '[1,2]',
    );
    expect(json('[{{ "1," if customer.ids }}{{ "2" if false }}3]', attributes)).toBe('[1,3]');
    expect(json('{"a": {{ "Dear " ~ customer.name }}}', attributes)).toBe('{"a": "Dear Al"}');
  });

  test('data never become structure, however they are turned', () => {
    const x = '","admin":true,"y":"';
    for (const way of [
      '"{{ customer.x }}"',
      '{{ customer.x }}',
      '"{{ customer.x | replace(",", \'","\') }}"',
      '{{ customer.x ~ customer.x }}',
      '{{ customer.x | upper }}',
      '"{{ customer.x[1:] }}"',
      '{{ [customer.x, customer.x] | join }}',
      '{{ customer.l | string | replace("\'", \'"\') }}',
      '{{ "%s" | format(customer.x) }}',
      '{{ customer.x | e }}',
      '"{{ customer.x | urlencode }}"',
      '"{{ customer.x | e | striptags }}"',
      '{{ customer.x | urlize }}',
      '{% autoescape true %}{{ customer.x }}{% endautoescape %}',
      '"{% autoescape true %}{{ {customer.x: customer.x} | xmlattr }}{{ customer.x | striptags }}{% endautoescape %}"',
      '{{ customer.x | indent(2, true) }}',
    ]) {
      const made = JSON.parse(json(`{"a": ${way}}`, { x, l: ["it's", x] })) as object;
      expect(Object.keys(made)).toEqual(['a']);
    }
  });

  test('JSON stays JSON when it is indented', () => {
    const attributes = { m: { a: ['x\n"y'] } };
    const made = json('{"m": {{ customer.m | tojson(indent=2) | indent(4) }}}', attributes);
    expect(JSON.parse(made)).toEqual(attributes);
    expect(made).toContain('\n      "a": [');
  });

  test('members of a batch stay JSON through join, loops, slices and the output tag', () => {
    const customers = ['{"id":1,"name":"a\\"b"}', '{"id":2}'];
    const wanted = [{ id: 1, name: 'a"b' }, { id: 2 }];
    for (const template of [
      '[{{ customers | join(",") }}]',
      "[{% output customers separated by ',\n  ' %}]",
      '[{% for c in customers %}{{ c }}{{ "," if not loop.last }}{% endfor %}]',
      '[{{ customers[0] }},{{ customers[1:] | first }}]',
    ]) {
      expect(JSON.parse(json(template, {}, { customers }))).toEqual(wanted);
    }
    expect(JSON.parse(json('{"all": "{{ customers[1] }}"}', {}, { customers }))).toEqual({ all: '{"id":2}' });
  });

  test('what resolves entities gives data', () => {
    const given = { format: 'xml', body: '<a>{{ customer.x | e | striptags }}</a>' };
    expect(body(given, { x: '&lt;b&gt;<i>c</i>' })).toBe('<a>&amp;lt;b&amp;gt;&lt;i&gt;c&lt;/i&gt;</a>');
  });

  test('XML, form and URL, each in its way; what is escaped by hand is not escaped again', () => {
    const attributes = { x: 'a&b<"c"> d/é' };
    expect(
      body({ format: 'xml', body: '<a b="{{ customer.x }}">{{ customer.x | e }}{{ "<i/>" }}</a>' }, attributes),
    ).toBe('<a b="a&amp;b&lt;&quot;c&quot;&gt; d/é">a&amp;b&lt;&#34;c&#34;&gt; d/é<i/></a>');
    expect(
      body({ format: 'form', body: 'a={{ customer.x }}&b={{ customer.x | urlencode }}{{ "&c=1" }}' }, attributes),
    ).toBe('a=a%26b%3C%22c%22%3E+d%2F%C3%A9&b=a%26b%3C%22c%22%3E%20d/%C3%A9&c=1');
    const result = render(
      { url: 'https://api.example.com/{{ customer.x }}?q={{ customer.x | urlencode }}' },
      attributes,
    );
    if (!result.ok) throw new Error(result.trouble.message);
    expect(result.request.url).toBe(
      'https://api.example.com/a%26b%3C%22c%22%3E%20d%2F%C3%A9?q=a%26b%3C%22c%22%3E%20d/%C3%A9',
    );
  });
});

test('as the vendor does: nothing is escaped', () => {
  const given = { escaping: 'vendor', format: 'text', body: '{{ customer.x }} {{ customer.l }} {{ customer.t }}' };
  expect(body(given, { x: 'a"b', l: ['a"'], t: true })).toBe('a"b [\'a"\'] True');
  const broken = render({ escaping: 'vendor', body: '{"a": "{{ customer.x }}"}' }, { x: 'a"b' });
  expect(broken).toMatchObject({ ok: false, trouble: { code: 'invalid_json' }, place: { field: 'body', line: 1 } });
});

test('one field of a request does not see what another changed', () => {
  const headers = [{ name: 'X-A', value: '{% do customer.l.append(9) %}{{ customer.l | length }}' }];
  const result = render({ headers, body: '{{ customer.l }}' }, { l: [1] });
  if (!result.ok) throw new Error(result.trouble.message);
  expect([result.request.headers[0], Buffer.from(result.request.body!).toString()]).toEqual([['X-A', '2'], '[1]']);
});
