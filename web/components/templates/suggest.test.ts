import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TemplateLanguage } from './languages.ts';
import { scan } from './scan.ts';
import { placeholder, suggest } from './suggest.ts';

const names = [
  { name: 'customer.email', says: 'attribute, text' },
  { name: 'event.order.id', says: 'property of the event' },
  { name: 'parameters.list_id', says: 'parameter' },
];

/** What is offered where the bar `¦` stands: labels, or what is written for the first of them. */
function at(language: TemplateLanguage, marked: string, asked = false) {
  const place = marked.indexOf('¦');
  const text = marked.replace('¦', '');
  const found = suggest({ language, text, at: place, names, snippets: ['card'], asked });
  return found?.options.map((one) => one.label) ?? null;
}
function written(language: TemplateLanguage, marked: string, label: string) {
  const place = marked.indexOf('¦');
  const text = marked.replace('¦', '');
  const found = suggest({ language, text, at: place, names, snippets: ['card'], asked: true })!;
  const option = found.options.find((one) => one.label === label)!;
  return text.slice(0, found.from) + (option.apply ?? option.label) + text.slice(place);
}

test('within a placeholder names are offered, after a bar filters, in a tag tags, each in its language', () => {
  expect(at('liquid', '{"a": "{{ cust¦')).toContain('customer');
  expect(at('liquid', '{"a": "{{ customer.¦ }}"}')).toEqual(['email']);
  expect(at('liquid', '{{ customer.email | up¦')).toContain('upcase');
  expect(at('liquid', '{% i¦')).toContain('if');
  expect(at('jinja', '{{ customer.email | ¦')).toContain('tojson');
  expect(at('jinja', '{% if customer.email is ¦')).toContain('defined');
  expect(at('jinja', 'x [[l¦')).toEqual(['list_id']);
  expect(at('mustache', '{{{em¦')).toContain('email');
  expect(at('mustache', '{{> ¦')).toEqual(['card']);
  expect(at('velocity', 'Dear $!{em¦')).toContain('email');
  expect(at('velocity', '$mathTool.¦')).toContain('roundTo');
  expect(at('velocity', '#fo¦')).toContain('foreach');
});

test('outside of placeholders, in quotes and in comments nothing is offered unless asked for', () => {
  expect(at('liquid', '{"a": ¦')).toBeNull();
  expect(at('liquid', "{{ customer.email | default: 'cust¦")).toBeNull();
  expect(at('liquid', '{{ x }} customer.¦')).toBeNull();
  expect(at('mustache', '{{! customer.¦')).toBeNull();
  expect(at('velocity', 'it costs 5$ ¦')).toBeNull();
  expect(at('velocity', '{"a": ¦', true)).toContain('customer.email');
});

test('what is chosen stands in the syntax of the language, closed where it was not', () => {
  expect(written('liquid', '{{ customer.em¦', 'email')).toBe('{{ customer.email }}');
  expect(written('liquid', '{{ customer.em¦ }} {{ now }}', 'email')).toBe('{{ customer.email }} {{ now }}');
  expect(written('liquid', '{{ customer.em¦ {{ now }}', 'email')).toBe('{{ customer.email }} {{ now }}');
  expect(written('mustache', '{{{em¦', 'email')).toBe('{{{email}}}');
  expect(written('velocity', '$!{customer.¦', 'email')).toBe('$!{customer.email}');
  expect(written('velocity', 'a ¦', 'event.order.id')).toBe('a $!{event.order.id}');
  expect(written('jinja', '[[¦', 'list_id')).toBe('[[list_id]]');
});

test('placeholders of odd names: in brackets where the language has them, else none', () => {
  expect(placeholder('jinja', ['customer', 'odd name', '0'])).toBe('{{ customer["odd name"][0] }}');
  expect(placeholder('mustache', ['customer', 'tags', '0'], true)).toBe('{{{customer.tags.0}}}');
  expect(placeholder('mustache', ['customer', 'odd name'])).toBeNull();
  expect(placeholder('velocity', ['customer', 'x'], true)).toBe('$esc.none($customer.x)');
});

test('a text is cut without gaps, whatever stands in it', () => {
  const bits = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    ' x ',
    '"',
    "'",
    '$',
    '$x.y(',
    ')',
    '#if(',
    '#end',
    '##',
    '#*',
    '[[',
    ']]',
    '\n',
    '{',
    '}',
    'raw',
  );
  fc.assert(
    fc.property(
      fc.constantFrom<TemplateLanguage>('liquid', 'jinja', 'mustache', 'velocity'),
      fc.array(bits, { maxLength: 20 }),
      (language, all) => {
        const text = all.join('');
        const parts = scan(language, text);
        expect(parts.map((part) => text.slice(part.from, part.to)).join('')).toBe(text);
        expect(parts.every((part) => part.to > part.from)).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('what a language acts on, and what it leaves alone', () => {
  const kinds = (language: TemplateLanguage, text: string) => scan(language, text).map((part) => part.kind);
  expect(kinds('liquid', '{% raw %}{{ x }}{% endraw %}{{ y }}')).toEqual(['verbatim', 'value']);
  expect(kinds('jinja', '{{ "}}" }}[[name]]')).toEqual(['value', 'value']);
  expect(kinds('mustache', '{{=<% %>=}}<% x %>{{ y }}')).toEqual(['tag', 'value', 'text']);
  expect(kinds('velocity', '$5 \\$x $!{a.b(1)}c #notOne ## more')).toEqual([
    'text',
    'verbatim',
    'text',
    'value',
    'text',
    'comment',
  ]);
  expect(kinds('velocity', '{"a":"#if($x)1#else 2#end"}')).toEqual([
    'text',
    'tag',
    'text',
    'tag',
    'text',
    'tag',
    'text',
  ]);
});
