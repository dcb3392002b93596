import { expect, test } from 'vitest';
import type { TemplateLanguage } from '../../../components/templates/languages.ts';
import type { Definition } from '../draft.ts';
import { switching } from './switching.ts';

const definition = (language: TemplateLanguage, body: string, more: Partial<Definition> = {}) =>
  ({
    language,
    escaping: 'automatic',
    url: 'https://example.com',
    query: [],
    headers: [],
    body,
    snippets: {},
    ...more,
  }) as unknown as Definition;
const to = (language: TemplateLanguage, from: TemplateLanguage, body: string, more: Partial<Definition> = {}) =>
  switching(definition(from, body, more), language);

test('plain placeholders are said in each of the other languages', () => {
  const liquid = '{"a": "{{ customer.email }}", "b": {{ event.lines[0].sku }}, "c": "{{customer.html | raw}}"}';
  expect(to('velocity', 'liquid', liquid).rewritten.body).toBe(
    '{"a": "$!{customer.email}", "b": $!{event.lines[0].sku}, "c": "$esc.none($customer.html)"}',
  );
  expect(to('mustache', 'liquid', liquid).rewritten.body).toBe(
    '{"a": "{{ customer.email }}", "b": {{event.lines.0.sku}}, "c": "{{{customer.html}}}"}',
  );
  const jinja = to('jinja', 'liquid', liquid);
  expect(jinja.rewritten.body).toContain('{{ customer.html | safe }}');
  expect(jinja.carried).toHaveLength(1);
  expect(to('liquid', 'mustache', '{{email}} {{{customer.x}}} {{&y}}').rewritten.body).toBe(
    '{{ customer.email }} {{ customer.x | raw }} {{ customer.y | raw }}',
  );
  expect(to('jinja', 'velocity', '$!email $!{customer.name} $esc.json($event.lines)').rewritten.body).toBe(
    '{{ customer.email }} {{ customer.name }} {{ event.lines | tojson }}',
  );
  expect(to('mustache', 'jinja', '[[list]] {{ webhook.id }}').rewritten.body).toBe(
    '{{parameters.list}} {{response.id}}',
  );
});

test("where nothing else escapes, Mustache's own escaping is kept", () => {
  const vendor = { escaping: 'vendor' } as const;
  expect(to('liquid', 'mustache', '{{email}}{{{email}}}', vendor).rewritten.body).toBe(
    '{{ customer.email | escape }}{{ customer.email | raw }}',
  );
  expect(to('mustache', 'liquid', '{{ customer.email }}', vendor).rewritten.body).toBe('{{{customer.email}}}');
});

test('a block is carried as a whole, or left as a whole with each of its tags named', () => {
  const body = '{% if customer.plan == "pro" and customer.age != 3 %}a{% else %}b{% endif %}';
  expect(to('velocity', 'liquid', body).rewritten.body).toBe(
    '#if($customer.plan == "pro" && $customer.age != 3)a#{else}b#{end}',
  );
  const truth = to('jinja', 'liquid', '{% if customer.plan %}a{% endif %}{{ customer.email }}');
  expect(truth.left.map((one) => one.text)).toEqual(['{% if customer.plan %}', '{% endif %}']);
  expect(truth.carried).toEqual([]);
  const loop = to('mustache', 'liquid', '{% for x in customer.tags %}{{ x }}{% endfor %}');
  expect(loop.left).toHaveLength(3);
  expect(to('jinja', 'liquid', '{% for x in customer.tags %}{{ x }}{% endfor %}').left).toEqual([]);
  expect(to('liquid', 'mustache', '{{#tags}}{{name}}{{/tags}}').carried).toEqual([]);
  expect(to('liquid', 'velocity', '#set($email = 1)$email').carried).toEqual([]);
});

test('text that the other language would act on is told, with its place', () => {
  const found = to('velocity', 'liquid', '{\n  "note": "pay $amount #if(now)", "x": "{{ customer.x }}"}');
  expect(found.left.map(({ text, line }) => [text, line])).toEqual([
    ['$amount', 2],
    ['#if(now)', 2],
  ]);
  expect(to('liquid', 'velocity', '{{ $x }}').left.map((one) => one.text)).toContain('{{ ');
});

test('every field is looked at, but for the values of secret headers', () => {
  const found = to('velocity', 'liquid', '', {
    url: 'https://example.com/{{ customer.id }}',
    query: [{ name: 'q', value: '{{ event.name | upcase }}' }],
    headers: [
      { name: 'A', value: '{{ customer.email }}', secret: false },
      { name: 'B', value: '{{ secret }}', secret: true },
    ],
    snippets: { card: '{{ customer.x }}' },
  });
  expect(found.carried.map((one) => one.field)).toEqual(['url', 'headers.0.value', 'snippets.card']);
  expect(found.left.map((one) => one.field)).toEqual(['query.0.value']);
  expect(found.rewritten.headers![1]!.value).toBe('{{ secret }}');
});
