import { expect, test } from 'vitest';
import { statusRules, webhookDefinition } from '../../../shared/webhook.ts';
import { bodyVerdict, verdictOf } from './verdict.ts';

test('verdicts by status', () => {
  for (const status of [200, 201, 204, 299]) expect(verdictOf(status)).toBeNull();
  for (const status of [408, 409, 425, 429, 500, 503, 599]) expect(verdictOf(status)?.class).toBe('retryable');
  for (const status of [300, 301, 304, 307, 400, 401, 404, 410, 422])
    expect(verdictOf(status)?.class).toBe('permanent');
  expect(verdictOf(302)?.message).toContain('redirects are not followed');
});

test('own rules: a status goes before its class; one that stops fails for good and says so', () => {
  const rules = statusRules.parse({ delivered: ['2xx', 404], retry: ['4xx', '5xx'], fail: [501], stop: [410] });
  const kinds = [200, 404, 403, 500, 501, 410, 302].map((status) => verdictOf(status, rules));
  expect(kinds.map((verdict) => verdict && [verdict.class, verdict.stop])).toEqual([
    null,
    null,
    ['retryable', false],
    ['retryable', false],
    ['permanent', false],
    ['permanent', true],
    ['permanent', false],
  ]);
  expect(verdictOf(418, 'bloomreach')?.stop).toBe(true);
  expect(verdictOf(418)?.stop).toBe(false);
  expect(statusRules.safeParse({ retry: [404], stop: [404] }).success).toBe(false);
});

test('a 200 whose body says no is no success', () => {
  const { success } = webhookDefinition.parse({
    url: 'https://example.com/',
    success: { path: 'result.ok', op: 'equals', value: true, otherwise: 'retry' },
  });
  const of = (text: string, cut = false) => bodyVerdict(success, 200, Buffer.from(text), cut)?.class ?? null;
  expect(of('{"result": {"ok": true}}')).toBeNull();
  expect(of('{"result": {"ok": false}}')).toBe('retryable');
  expect(of('{}')).toBe('retryable');
  expect(of('<ok/>')).toBe('retryable');
  expect(of('{"result": {"ok": true}}', true)).toBe('retryable');
  expect(bodyVerdict(undefined, 200, Buffer.from('no'), false)).toBeNull();
});
