// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Velocity's
import { describe, expect, test } from 'vitest';
import { type WebhookDefinition, webhookDefinition } from '../../../shared/webhook.ts';
import { prepare, problems } from './program.ts';
import { renderRequest } from './request.ts';

process.env.TZ = 'UTC';
type Given = Partial<Record<keyof WebhookDefinition, unknown>>;
const define = (given: Given) => webhookDefinition.parse({ url: 'https://api.example.com/v1', ...given });

const RESPONSES = { WH5: { status: 200, body: '{"promocode":"SPRING \\"15\\""}' } };
const ATTRIBUTES = {
  email: ['a+b@x.io', 'c@x.io'],
  firstname: ['Ann'],
  surname: ['O\'Hara "&" <Co>'],
  visits: 12,
  TOWN: 'Київ',
};

function contextOf(attributes: unknown): string {
  const event = {
    id: 'evt_1',
    name: 'bought',
    timestamp: '2026-01-02T03:04:05Z',
    properties: { orderId: 'A-1', sum: 12.5 },
  };
  const profile = { id: 'prf_1', attributes };
  return JSON.stringify({ profile, event, responses: RESPONSES, step: 's1', scenario: {}, delivery: {}, now: 0 });
}

function sent(given: Given, attributes: unknown = ATTRIBUTES) {
  const result = renderRequest(prepare(define(given)), contextOf(attributes));
  if (!result.ok) throw new Error(`${result.trouble.code}: ${result.trouble.message}`);
  return { ...result.request, text: Buffer.from(result.request.body ?? []).toString() };
}

describe('Mustache', () => {
  const language = 'mustache';

  test('a request as BlueConic’s users write it', () => {
    const { url, headers, text } = sent({
      language,
      url: 'https://api.example.com/v2/person.json?email={{email.0}}&all={{email}}',
      headers: [{ name: 'X-Visits', value: '{{visits}}' }],
      body: '{"text": "{{#surname}}{{firstname.0}} {{surname.0}}{{/surname}} visited {{visits}} times!\\n", "emails": {{email}}}',
    });
    expect(new URL(url).searchParams.get('email')).toBe('a+b@x.io');
    expect(new URL(url).searchParams.get('all')).toBe('a+b@x.io,c@x.io');
    expect(headers[0]).toEqual(['X-Visits', '12']);
    expect(JSON.parse(text)).toEqual({
      text: 'Ann O\'Hara "&" <Co> visited 12 times!\n',
      emails: ['a+b@x.io', 'c@x.io'],
    });
  });

  test('as the vendor does it: HTML, and braces that leave it', () => {
    const body = '{{surname}}|{{{surname}}}';
    expect(sent({ language, format: 'text', escaping: 'vendor', body }).text).toBe(
      'O&#39;Hara &quot;&amp;&quot; &lt;Co&gt;|O\'Hara "&" <Co>',
    );
  });

  test('problems are placed, in snippets too; abort skips', () => {
    const found = problems(define({ language, body: '{"a":"{{a"}', snippets: { p: '\n{{#b}}' } }));
    expect(found).toMatchObject([
      { field: 'body', line: 1, column: 7 },
      { field: 'snippets.p', line: 2, column: 1 },
    ]);
    const result = renderRequest(
      prepare(define({ language, body: '{{^phone}}{{% abort no phone}}{{/phone}}' })),
      contextOf({}),
    );
    expect(result).toMatchObject({ ok: false, skipped: true, trouble: { code: 'abort' } });
  });

  test('no placeholder in the origin', () => {
    expect(problems(define({ language, url: 'https://{{host}}/x' }))).toHaveLength(1);
  });
});

describe('Velocity', () => {
  const language = 'velocity';

  test('a request as eSputnik’s users write it', () => {
    const { url, headers, text } = sent({
      language,
      url: 'https://api.example.com/promo?town=${TOWN}&order=$!orderId#top',
      query: [{ name: 'q', value: '$TOWN & $5' }],
      headers: [{ name: 'X-Order', value: '$orderId' }],
      body:
        '{"town": "$TOWN", "code": "$data.get(\'WH5\').get(\'promocode\')", "sum": $sum, "emails": $email, "no": $!phone,\n' +
        '#if($email.size() > 1)\n  "more": true,\n#end\n  "text": "$surname.get(0) paid $5 #1"}',
    });
    expect(url).toBe(
      `https://api.example.com/promo?town=${encodeURIComponent('Київ')}&order=A-1&q=${encodeURIComponent('Київ & $5')}`,
    );
    expect(headers[0]).toEqual(['X-Order', 'A-1']);
    expect(JSON.parse(text)).toEqual({
      town: 'Київ',
      code: 'SPRING "15"',
      sum: 12.5,
      emails: ['a+b@x.io', 'c@x.io'],
      no: null,
      more: true,
      text: 'O\'Hara "&" <Co> paid $5 #1',
    });
  });

  test('XML and form bodies', () => {
    expect(sent({ language, format: 'xml', body: '<a b="$surname[0]"/>' }).text).toBe(
      '<a b="O&apos;Hara &quot;&amp;&quot; &lt;Co&gt;"/>',
    );
    const form = sent({ language, format: 'form', body: 'a=$surname[0]&b=$email[0]' }).text;
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({ a: 'O\'Hara "&" <Co>', b: 'a+b@x.io' });
  });

  test('a header with a line break is refused, with its place', () => {
    const headers = [{ name: 'X-A', value: 'v $x' }];
    expect(renderRequest(prepare(define({ language, headers })), contextOf({ x: 'a\r\nb' }))).toMatchObject({
      trouble: { code: 'invalid_header' },
      place: { field: 'headers.0.value', line: 1, column: 3 },
    });
  });

  test('a body that is not JSON is never sent', () => {
    expect(renderRequest(prepare(define({ language, body: '{"a":\n $nope}' })), contextOf({}))).toMatchObject({
      trouble: { code: 'invalid_json' },
      place: { field: 'body', line: 2, column: 2 },
    });
  });

  test('what one field changes, no other field sees; abort skips', () => {
    const { text, url } = sent({
      language,
      format: 'text',
      url: 'https://api.example.com/$email.remove(0)',
      body: '$email.size()',
    });
    expect([url, text]).toEqual(['https://api.example.com/a%2Bb%40x.io', '2']);
    const result = renderRequest(
      prepare(define({ language, body: '#if(!$phone)#abort("no phone")#end' })),
      contextOf({}),
    );
    expect(result).toMatchObject({ ok: false, skipped: true, trouble: { code: 'abort' } });
  });
});
