import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type WebhookDefinition, webhookDefinition } from '../../../shared/webhook.ts';
import { jsonErrorAt } from './escaping/json-error.ts';
import { failureText, type RenderedRequest, type RenderResult } from './job.ts';
import { prepare, problems } from './program.ts';
import { renderRequest } from './request.ts';

process.env.TZ = 'UTC';
type Given = Partial<Record<keyof WebhookDefinition, unknown>>;
const define = (given: Given) => webhookDefinition.parse({ url: 'https://api.example.com/v1', ...given });

function contextOf(attributes: unknown, more: object = {}): string {
  const event = { id: 'evt_1', name: 'bought', timestamp: '2026-01-02T03:04:05Z', properties: { total: 9 } };
  const profile = { id: 'prf_1', attributes };
  return JSON.stringify({ profile, event, responses: {}, step: 's1', scenario: {}, delivery: {}, now: 0, ...more });
}

function render(given: Given, attributes: unknown = {}, more: object = {}): RenderResult {
  return renderRequest(prepare(define(given)), contextOf(attributes, more));
}

function sent(given: Given, attributes: unknown = {}, more: object = {}): RenderedRequest & { text: string } {
  const result = render(given, attributes, more);
  if (!result.ok) throw new Error(result.trouble.message);
  return { ...result.request, text: Buffer.from(result.request.body ?? []).toString() };
}

function code(given: Given, attributes: unknown = {}): string {
  const result = render(given, attributes);
  return result.ok ? 'ok' : result.trouble.code;
}

const NASTY = 'a"b\\c\nd\u2028e</x>&\'👋\u0000\t%';

describe('JSON', () => {
  test('any text in a string position comes back as it was', () => {
    const program = prepare(
      define({ body: '{"a": "{{ customer.x }}", "b": {"c": "<{{ customer.x }}>"}, "d": [{{ customer.y }}]}' }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (x, y) => {
        const result = renderRequest(program, contextOf({ x, y }));
        if (!result.ok) throw new Error(result.trouble.message);
        const parsed = JSON.parse(Buffer.from(result.request.body!).toString());
        expect(parsed.a).toBe(x.toWellFormed());
        expect(parsed.b.c).toBe(`<${x.toWellFormed()}>`);
        expect(parsed.d).toHaveLength(1);
      }),
    );
  });

  test('values of their own keep their type', () => {
    const y = (value: unknown) => sent({ body: '{"y": {{ customer.y }}}' }, { y: value }).text;
    expect(y(null)).toBe('{"y": null}');
    expect(y('42')).toBe('{"y": 42}');
    expect(y('007')).toBe('{"y": "007"}');
    expect(y('x')).toBe('{"y": "x"}');
    expect(y(true)).toBe('{"y": true}');
    expect(y([1, 'a', { b: '"' }])).toBe('{"y": [1,"a",{"b":"\\""}]}');
    expect(y('1, "admin": true')).toBe('{"y": "1, \\"admin\\": true"}');
  });

  test('literals and raw are the author’s; captures are data', () => {
    expect(sent({ body: '{"a": {{ "[1]" }}, "b": {{ customer.j | raw }}}' }, { j: '{"c":1}' }).text).toBe(
      '{"a": [1], "b": {"c":1}}',
    );
    const body = '{% capture q %}<{{ customer.x }}>{% endcapture %}{"a": "{{ q }}", "n": {{ q | size }}}';
    expect(sent({ body }, { x: '"' }).text).toBe('{"a": "<\\">", "n": 3}');
  });

  test('numbers leave as they arrived', () => {
    const context = contextOf({}).replace('"attributes":{}', '"attributes":{"n":12345678901234567890,"p":1.50}');
    const result = renderRequest(
      prepare(define({ body: '{"n":{{ customer.n }},"p":"{{ customer.p }}","all":{{ customer }}}' })),
      context,
    );
    expect(result.ok && Buffer.from(result.request.body!).toString()).toBe(
      '{"n":12345678901234567890,"p":"1.50","all":{"n":12345678901234567890,"p":1.50,"id":"prf_1"}}',
    );
  });

  test('what is not JSON fails, with the place', () => {
    const result = render({ body: '{\n "a": {{ customer.x | raw }}\n}' }, { x: 'oops' });
    expect(result).toMatchObject({ ok: false, trouble: { class: 'permanent', code: 'invalid_json' } });
    expect(result).toMatchObject({ place: { field: 'body', line: 2, column: 7 } });
    // The place stands once, whoever puts it into words.
    expect(!result.ok && failureText(result)).toMatch(
      /^The rendered body is not JSON near [^(]*\(body, line 2, column 7\)$/,
    );
  });
});

test('the place where JSON ends is found as JSON.parse has it', () => {
  const texts = fc
    .json()
    .chain((json) =>
      fc
        .tuple(fc.nat(json.length), fc.constantFrom('', '}', ',', '"', 'x'))
        .map(([at, more]) => json.slice(0, at) + more + json.slice(at + 1)),
    );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        JSON.parse(text);
      } catch (error) {
        const said = / at position (\d+)/.exec((error as Error).message);
        const start = text.slice(0, jsonErrorAt(text));
        if (said !== null) expect(start.length).toBeLessThanOrEqual(Number(said[1]));
        expect(jsonErrorAt(start)).toBe(start.length);
      }
    }),
  );
});

describe('other formats', () => {
  test('form', () => {
    const { text, headers } = sent({ format: 'form', body: 'a={{ customer.x }}&b=1' }, { x: `${NASTY} +` });
    expect(Object.fromEntries(new URLSearchParams(text))).toEqual({ a: `${NASTY} +`, b: '1' });
    expect(headers).toContainEqual(['content-type', 'application/x-www-form-urlencoded']);
  });

  test('text, and vendor escaping, change nothing', () => {
    expect(sent({ format: 'text', body: '{{ customer.x }}' }, { x: NASTY }).text).toBe(NASTY);
    expect(sent({ escaping: 'vendor', format: 'form', body: '{{ customer.x }}' }, { x: NASTY }).text).toBe(NASTY);
  });
});

describe('URL', () => {
  test('data is encoded in path and query; pairs are appended', () => {
    const { url } = sent(
      {
        url: 'https://api.example.com/u/{{ customer.x }}?a={{ customer.x }}',
        query: [{ name: 'q', value: '{{ customer.x }}' }],
      },
      { x: '/../?#&é👋 "' },
    );
    const parsed = new URL(url);
    expect(parsed.origin).toBe('https://api.example.com');
    expect(decodeURIComponent(parsed.pathname)).toBe('/u//../?#&é👋 "');
    expect(parsed.searchParams.getAll('a').concat(parsed.searchParams.getAll('q'))).toEqual(
      Array(2).fill('/../?#&é👋 "'),
    );
  });

  test('data changes no resource and no origin', () => {
    expect(code({ url: 'https://api.example.com/u/{{ customer.x }}/y' }, { x: '..' })).toBe('invalid_url');
    expect(code({ url: 'https://api.example.com/{{ customer.x | raw }}' }, { x: 'a/../..' })).toBe('invalid_url');
  });

  test.each([
    ['https://{{ customer.host }}/x', 'placeholders'],
    ['{{ customer.url }}', 'begin with'],
    ['https://api.example.com{{ customer.x }}', 'placeholders'],
    ['https://api.example.com:{{ customer.port }}/', 'placeholders'],
    ['ftp://api.example.com/', 'begin with'],
    ['https://user:pass@api.example.com/', 'credential'],
    ['https://api.example.com\\{{ customer.x }}', 'ok'],
  ])('%s', (url, wanted) => {
    const found = problems(define({ url })).map(({ field, message }) => `${field}: ${message}`);
    expect(found.join() || 'ok').toContain(wanted);
  });
});

describe('headers and method', () => {
  const headers = [{ name: 'X-A', value: 'v {{ customer.x }}' }];

  test('line breaks and NUL are refused, with the place', () => {
    for (const x of ['a\r\nX-B: 1', 'a\n', '\0']) {
      const result = render({ headers }, { x });
      expect(result).toMatchObject({ ok: false, trouble: { code: 'invalid_header' } });
      expect(result).toMatchObject({ place: { field: 'headers.0.value', line: 1, column: 3 } });
    }
  });

  test('beyond ASCII they are UTF-8; empty ones are sent; secret ones are not', () => {
    const all = [...headers, { name: 'X-E', value: '' }, { name: 'X-S', value: '{{ customer.x }}', secret: true }];
    const out = sent({ headers: all }, { x: 'é' }).headers;
    expect(out).toEqual([
      ['X-A', Buffer.from('v é').toString('latin1')],
      ['X-E', ''],
    ]);
  });

  test('a content type of the author’s stands; GET has no body', () => {
    const own = [{ name: 'Content-Type', value: 'application/vnd.api+json' }];
    expect(sent({ headers: own, body: '{}' }).headers).toEqual([['Content-Type', 'application/vnd.api+json']]);
    expect(sent({ method: 'GET', body: '{}' })).toMatchObject({ body: null, headers: [] });
  });
});

describe('context', () => {
  test('names for the profile, the event and earlier responses', () => {
    const responses = { one: { status: 200, body: '{"lead":{"id":1.0}}' }, two: { status: 500, body: 'down' } };
    const body =
      '{{ profile.id }} {{ customer.a }} {{ event.name }} {{ trigger.total }} {{ event.id }} {{ responses.one.lead.id }} ' +
      '{{ steps.one.response.lead.id }} {{ steps.two.status }} {{ response }} {{ step }} {{ now }}';
    expect(sent({ format: 'text', body }, { a: 1 }, { responses }).text).toBe(
      'prf_1 1 bought 9 evt_1 1.0 1.0 500 down s1 1970-01-01T00:00:00.000Z',
    );
  });

  test('attributes come before names of ours', () => {
    expect(sent({ format: 'text', body: '{{ customer.id }}' }, { id: 7 }).text).toBe('7');
  });

  test('counters of one template are not seen by another', () => {
    const { text, headers } = sent({
      format: 'text',
      headers: [{ name: 'X-N', value: '{% increment n %}' }],
      body: '{% increment n %}{% increment n %}',
    });
    expect([text, headers[0]]).toEqual(['01', ['X-N', '0']]);
  });

  test('abort skips', () => {
    expect(render({ body: '{% abort "not now" %}' })).toMatchObject({
      ok: false,
      skipped: true,
      trouble: { code: 'abort', message: 'The template ended this delivery: not now' },
    });
  });
});
