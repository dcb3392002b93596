import { expect, test } from 'vitest';
import { follow } from '../../components/templates/names.ts';
import { type Definition, differing, namesOf, pathOf, sameBound, sendable } from './draft.ts';
import { sampleOf } from './sample.ts';
import { parseStatuses } from './statuses.ts';
import { parseWaits, span } from './waits.ts';

const draft: Definition = {
  language: 'liquid',
  escaping: 'automatic',
  method: 'POST',
  url: 'https://example.com/',
  query: [],
  headers: [
    { name: '', value: '', secret: false },
    { name: 'Authorization', value: null, secret: true },
    { name: '', value: 'left over', secret: false },
  ],
  format: 'json',
  body: '',
  snippets: {},
  timeout_ms: 15_000,
  retry: 'none',
  statuses: 'standard',
  signing: { scheme: 'none', header: 'X-Signature-256' },
  parameters: [],
  mapping: [
    { path: '$.a', attribute: '', mode: 'set' },
    { path: '$.b', attribute: 'b', mode: 'set' },
  ],
};

test('rows that were only begun are left out of a preview, and faults still stand at the row that is shown', () => {
  const { definition, place } = sendable(draft, 'drop');
  expect(definition.headers.map((one) => one.name)).toEqual(['Authorization']);
  expect(definition.mapping.map((one) => one.path)).toEqual(['$.b']);
  expect(place('headers.0.value')).toBe('headers.1.value');
  expect(place('mapping.0.path')).toBe('mapping.1.path');
  expect(place('url')).toBe('url');
});

test('a save leaves out only what is wholly empty, so that nothing typed is lost in silence', () => {
  const { definition, place } = sendable(draft, 'keep');
  expect(definition.headers).toHaveLength(2);
  expect(definition.mapping).toHaveLength(2);
  expect(place('headers.1.name')).toBe('headers.2.name');
});

test('where a webhook goes: its URL, method, signing and secret headers; not its body', () => {
  expect(sameBound(draft, { ...draft, body: 'other', headers: [draft.headers[1]!] })).toBe(true);
  expect(sameBound(draft, { ...draft, headers: [] })).toBe(false);
  expect(sameBound(draft, { ...draft, method: 'PUT' })).toBe(false);
  expect(sameBound(draft, { ...draft, headers: [{ ...draft.headers[1]!, value: 'new' }] })).toBe(false);
  expect(differing(draft, { ...draft, body: 'other', timeout_ms: 1 })).toEqual(['body', 'timeout_ms']);
});

test('JSONPath of a place: short where it can be, quoted and escaped where it must be', () => {
  expect(pathOf(['lead', 'ids', 0])).toBe('$.lead.ids[0]');
  expect(pathOf(['odd key', "it's", 'a"b', 'back\\slash', 'new\nline'])).toBe(
    `$['odd key']['it\\'s']['a"b']['back\\\\slash']['new\\nline']`,
  );
});

test('completion: what follows a path, under its other names too, and nothing that no dot can reach', () => {
  const names = namesOf({
    attributes: [
      { name: 'plan', type: 'text' },
      { name: 'odd name', type: 'text' },
    ],
    event: { order: { id: 1, lines: [{ sku: 'A' }] } },
    parameters: [{ name: 'list_id' }],
    responses: [{ step: 'lead', paths: ['lead.id'] }],
  });
  const next = (path: string[]) => follow(names, path).map((one) => one.name);
  expect(next(['customer'])).toEqual(['id', 'plan']);
  expect(next(['profile'])).toEqual(['id', 'plan']);
  expect(next(['event', 'order'])).toEqual(['id', 'lines']);
  expect(next(['responses'])).toEqual(['lead']);
  expect(next(['steps', 'lead', 'response', 'lead'])).toEqual(['id']);
  expect(next(['parameters'])).toEqual(['list_id']);
  expect(next(['cust'])).toEqual([]);
});

test('waits as people write them', () => {
  expect(parseWaits('30, 5m 2h,1d')).toEqual({ waits: [30, 300, 7_200, 86_400] });
  expect(parseWaits('')).toEqual({ waits: [] });
  for (const wrong of ['0', '-5', '8d', 'soon', '5 minutes']) expect(parseWaits(wrong).wrong).toMatch(/wait|longer/);
  expect(parseWaits('1 '.repeat(51)).wrong).toMatch(/At most 50/);
  expect([45, 90, 300, 7_200, 86_400].map(span)).toEqual(['45 s', '90 s', '5 min', '2 h', '1 d']);
});

test('a sample has a value of its type for every attribute', () => {
  const { customer } = JSON.parse(
    sampleOf([
      { name: 'email', type: 'text' },
      { name: 'tags', type: 'list' },
      { name: 'score', type: 'number' },
    ]),
  );
  expect(customer).toMatchObject({ email: 'ada@example.com', tags: ['one', 'two'], score: 12.5 });
});

test('statuses are read by comma, codes and classes', () => {
  expect(parseStatuses('2xx, 404 5XX')).toEqual({ statuses: ['2xx', 404, '5xx'] });
  expect(parseStatuses('')).toEqual({ statuses: [] });
  expect(parseStatuses('200, twelve').wrong).toContain('twelve');
});
