import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { webhookDefinition } from '../../../shared/webhook.ts';
import { prepare } from './program.ts';
import { renderRequest } from './request.ts';

const LANGUAGES = ['liquid', 'jinja', 'mustache', 'velocity'] as const;
const properties = { order_id: 'O', x: '[1]' };
const context = JSON.stringify({
  profile: { id: 'prf_1', attributes: { email: 'E', tags: ['T'], items: ['I'] } },
  event: { id: 'evt_1', name: 'bought', timestamp: '2026-01-02T03:04:05Z', properties },
  responses: { crm: { status: 200, body: '{"id":"R1"}' }, two: { status: 200, body: '{"id":"R2"}' } },
  parameters: { token: 'K' },
  customers: ['{"a":1}', '{"a":2}'],
  now: Date.UTC(2026, 0, 2),
});

/** What each row of the table of names gives, in every language. */
const WANTED: Record<string, RegExp> = {
  'an attribute': /^E$/,
  'a value of a list': /^T$/,
  'an attribute named like a method': /I/,
  "the event's property": /^O$/,
  'the last response': /^R2$/,
  'the response of step `crm`': /^R1$/,
  'the second response on the way': /^R2$/,
  'a parameter': /^K$/,
  'the members of a batch': /^\{"a":1\},\{"a":2\}$/,
  'the time of the delivery': /^2026-01-02/,
  'as it is, without escaping': /^\[1\]$/,
  'as JSON': /^"?\[1\]"?$/,
  'end without sending': /^The template ended this delivery: reason$/,
};

test('the table of names tells the truth', () => {
  const text = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row]) => row!.replaceAll('\\|', '\0').split('|'));
  const seen: string[] = [];
  for (const [first = '', ...cells] of rows) {
    const wanted = WANTED[first.trim()];
    if (wanted === undefined) continue;
    seen.push(first.trim());
    for (const [i, language] of LANGUAGES.entries()) {
      for (const [, code] of cells[i]!.matchAll(/`([^`]+)`/g)) {
        const body = code!.replaceAll('\0', '|');
        const definition = webhookDefinition.parse({ url: 'https://x.io/', format: 'text', language, body });
        const result = renderRequest(prepare(definition), context);
        const made = result.ok ? Buffer.from(result.request.body ?? []).toString() : result.trouble.message;
        expect(made, `${language}: ${body}`).toMatch(wanted);
      }
    }
  }
  expect(seen).toEqual(Object.keys(WANTED));
});
