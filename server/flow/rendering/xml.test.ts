import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { webhookDefinition } from '../../../shared/webhook.ts';
import { xmlError } from './escaping/xml-error.ts';
import { prepare } from './program.ts';
import { renderRequest } from './request.ts';

function render(body: string, x: unknown, escaping = 'automatic') {
  const definition = webhookDefinition.parse({ url: 'https://api.example.com/', format: 'xml', body, escaping });
  const context = JSON.stringify({ profile: { id: 'prf_1', attributes: { x } }, event: null, now: 0 });
  return renderRequest(prepare(definition), context);
}

function sent(body: string, x: unknown): string {
  const result = render(body, x);
  if (!result.ok) throw new Error(result.trouble.message);
  return Buffer.from(result.request.body!).toString();
}

/** All texts and attribute values that a reader of XML finds, and whether it takes the document. */
function readBack(text: string): { texts: string; attributes: string[] } {
  const found = { texts: '', attributes: [] as string[] };
  const parser = new SaxesParser();
  parser.on('text', (part) => (found.texts += part));
  parser.on('cdata', (part) => (found.texts += part));
  parser.on('attribute', ({ value }) => found.attributes.push(value));
  parser.write(text).close();
  return found;
}

const X = '{{ customer.x }}';

describe('data arrive as they were', () => {
  const xmlText = fc
    .string({
      unit: fc.oneof(fc.constantFrom(...']]>&<>"\'\r\n\t -?!'), fc.string({ unit: 'grapheme', maxLength: 1 })),
    })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML can't hold
    .map((text) => text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '').toWellFormed());

  test.each([
    ['text', `<a>${X}</a>`],
    ['CDATA', `<a><![CDATA[${X}]]></a>`],
    ['text behind a comment and an instruction', `<?xml version="1.0"?><!-- ' " > --><a b='"'>${X}</a>`],
  ])('in %s', (_name, body) => {
    fc.assert(
      fc.property(xmlText, (x) => {
        expect(readBack(sent(body, x)).texts).toBe(x);
      }),
    );
  });

  test('in attributes', () => {
    fc.assert(
      fc.property(xmlText, (x) => {
        expect(readBack(sent(`<a b="${X}" c='${X}'/>`, x)).attributes).toEqual([x, x]);
      }),
    );
  });

  test('in CDATA between the author’s brackets', () => {
    expect(readBack(sent(`<a><![CDATA[]]${X}]]></a>`, '>]')).texts).toBe(']]>]');
  });

  test('what the author opted out for is markup', () => {
    expect(sent('<a>{{ customer.x | raw }}</a>', '<b/>')).toBe('<a><b/></a>');
  });
});

test.each<[string, string, unknown, number, string]>([
  ['<a>\n<b>{{ customer.x | raw }}</b></a>', 'a tag of the data’s', '</b>', 2, 'unexpected close tag'],
  ['<a>a & b</a>', 'a bare &', 1, 1, 'an & that begins no entity'],
  ['<a>{{ customer.x }}', 'no end', 1, 1, 'unclosed tag: a'],
  ['<a>&nbsp;</a>', 'an unknown entity', 1, 1, 'undefined entity'],
  ['<a/>{{ customer.x }}', 'text behind the root', 'x', 1, 'text data outside of root node'],
  ['<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', 'an entity of its own', 1, 1, 'undefined entity'],
  ['<a b="1" b="2"/>', 'an attribute twice', 1, 1, 'duplicate attribute'],
  ['{"a": 1}', 'JSON', 1, 1, 'text data outside of root node'],
  ['<a>\n{{ customer.x }}</a>', 'a character that XML has not', 'a\u0001', 2, "can't hold the character U+0001"],
])('%s is not sent: %s', (body, _why, x, line, says) => {
  for (const escaping of ['automatic', 'vendor']) {
    expect(render(body, x, escaping)).toMatchObject({
      ok: false,
      trouble: { class: 'permanent', code: 'invalid_xml', message: expect.stringContaining(says) },
      place: { field: 'body', line },
    });
  }
});

test.each<[string, string]>([
  ['deep', '<a>'.repeat(150_000)],
  ['ampersands', `<a>${'&'.repeat(500_000)}`],
  ['a long name', `<${'a'.repeat(500_000)}`],
  ['attributes', `<a ${Array.from({ length: 40_000 }, (_, i) => `a${i}="1"`).join(' ')}`],
  ['a document type without end', `<!DOCTYPE a [${'['.repeat(500_000)}`],
  ['sections', `<a>${'<![CDATA[]]>'.repeat(40_000)}`],
])('hostile XML is refused soon: %s', (_name, text) => {
  const before = process.cpuUsage();
  expect(xmlError(text)).not.toBeNull();
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
});
