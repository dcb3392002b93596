import { expect, test } from 'vitest';
import { rowsOf } from './builder.ts';
import { enveloped } from './envelope.ts';
import { insertionAt, type Style, valueFor } from './insertion.ts';

const style: Style = { language: 'liquid', escaping: 'automatic', format: 'json' };
const email = { name: 'customer.email', says: '', type: 'text' };
const age = { name: 'customer.age', says: '', type: 'number' };
const put = (marked: string, named: typeof email, of: Style = style) => {
  const text = marked.replace('¦', '');
  const { from, to, insert } = insertionAt(text, marked.indexOf('¦'), of, named)!;
  return text.slice(0, from) + insert + text.slice(to);
};

test('a field is written for where it stands: within a text, as a value, as a field of its own', () => {
  expect(put('{"a": "Dear ¦"}', email)).toBe('{"a": "Dear {{ customer.email }}"}');
  expect(put('{"a": ¦}', email)).toBe('{"a": "{{ customer.email }}"}');
  expect(put('{"a": ¦}', age)).toBe('{"a": {{ customer.age }}}');
  expect(put('{¦}', age)).toBe('{"age": {{ customer.age }}}');
  expect(put('{"a": 1¦}', age)).toBe('{"a": 1, "age": {{ customer.age }}}');
  expect(put('{ ¦"a": 1}', age)).toBe('{ "age": {{ customer.age }}, "a": 1}');
  expect(put('{"a": [1, ¦]}', age)).toBe('{"a": [1, {{ customer.age }}]}');
  expect(put('{"a": {{ x¦ }}}', age)).toBe('{"a": {{ x }}, "age": {{ customer.age }}}');
  expect(put('', age)).toBe('{ "age": {{ customer.age }} }');
  expect(put('a=1&¦', email, { ...style, format: 'form' })).toBe('a=1&email={{ customer.email }}');
  expect(put('<a>¦</a>', email, { ...style, format: 'xml' })).toBe('<a>{{ customer.email }}</a>');
});

test('where nothing is escaped, a value keeps its type by the words of its language', () => {
  const value = (language: Style['language'], named = age) =>
    valueFor({ ...style, language, escaping: 'vendor' }, named)!.value;
  expect(value('liquid')).toBe('{{ customer.age | json }}');
  expect(value('jinja')).toBe('{{ customer.age | tojson }}');
  expect(value('velocity')).toBe('$esc.json($customer.age)');
  expect(value('mustache')).toBe('{{{customer.age}}}');
});

test('an envelope goes around what there is, once', () => {
  const { body } = enveloped('{"a": {{ x }}}', style) as { body: string };
  expect(
    (rowsOf(body, style) as { rows: { key: string; depth: number }[] }).rows.map((row) => `${row.depth}${row.key}`),
  ).toEqual(['0id', '0event', '0timestamp', '0data', '1a']);
  expect(body).toContain('"id": "{{ delivery.envelope_id }}"');
  expect(enveloped(body, style)).toHaveProperty('why');
  expect(enveloped('[1]', style)).toHaveProperty('why');
  expect(enveloped('', { ...style, language: 'velocity' })).toMatchObject({
    body: expect.stringContaining('"email": "$!{customer.email}"'),
  });
});
