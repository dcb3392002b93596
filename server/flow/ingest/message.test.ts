import { expect, test } from 'vitest';
import { parseJson } from '../../platform/json.ts';
import { FACT } from '../../schema/index.ts';
import { cutDeep } from './clean.ts';
import { type Prepared, prepare } from './message.ts';

const AT = Date.UTC(2026, 0, 1, 12);
const kinds = new Set(['email', 'phone', 'tax_id']);
const batch = (message: unknown, times = { receivedAt: AT, sentAt: null as number | null }) =>
  prepare(message, null, times, kinds);
function good(message: object, times?: { receivedAt: number; sentAt: number | null }): Prepared {
  const found = batch({ type: 'track', event: 'E', userId: 'u', ...message }, times);
  if ('reason' in found) throw new Error(found.reason);
  return found;
}
const refusal = (message: unknown) => {
  const found = batch(message);
  return 'reason' in found ? found.reason : null;
};
const nested = (levels: number) => parseJson('['.repeat(levels) + ']'.repeat(levels));

test('types that are names of every object, or no text at all, are refused with a sentence', () => {
  const odd = ['constructor', '__proto__', 'toString', '', 7, null, { toString: 1, valueOf: 1 }, nested(20_000)];
  for (const type of odd) {
    const found = batch({ type, userId: 'u', messageId: 'm' });
    expect(found).toMatchObject({ messageId: 'm', reason: expect.stringMatching(/type|levels|larger/) });
  }
  for (const raw of [null, 1, 'x', [], undefined]) expect(refusal(raw)).toMatch(/not an object/);
});

test('a message of a batch is measured even when it is the only one', () => {
  const big = { type: 'track', userId: 'u', event: 'E', messageId: 'm', properties: { x: 'y'.repeat(33_000) } };
  expect(batch(big)).toEqual({ messageId: 'm', reason: 'The message is larger than 32 KB.' });
});

test('times: corrected for the sender’s clock, late and early ones too; nonsense counts as the arrival, with a note', () => {
  const iso = (ms: number) => new Date(ms).toISOString();
  const hour = 3_600_000;
  // The sender's clock is an hour ahead; the thing happened a minute before it was sent.
  const ahead = { timestamp: iso(AT + hour - 60_000), sentAt: iso(AT + hour) };
  expect(good(ahead).occurredAt).toBe(AT - 60_000);
  const byCall = { receivedAt: AT, sentAt: AT + hour };
  expect(good({ originalTimestamp: iso(AT + hour - 60_000) }, byCall).occurredAt).toBe(AT - 60_000);
  expect(good({ timestamp: iso(AT - 999 * 24 * hour) }).occurredAt).toBe(AT - 999 * 24 * hour);
  expect(good({ timestamp: iso(AT + hour) }).occurredAt).toBe(AT + hour);
  expect(good({})).toMatchObject({ occurredAt: AT, meta: null });
  for (const timestamp of ['yesterday', {}, true, -5, '0001-01-01', 1e300, parseJson('1e400')]) {
    const found = good({ timestamp });
    expect(found.occurredAt).toBe(AT);
    expect(JSON.parse(found.meta!).timeNote).toMatch(/arrival counts/);
  }
});

test('ids that are never a person identify nobody', () => {
  for (const userId of ['null', 'undefined', ' Anonymous ', '0', 0, '', 'NaN', '[object Object]', 'unknown', {}, []])
    expect(refusal({ type: 'track', event: 'E', userId })).toMatch(/names nobody/);
});

test('ids that came as numbers keep every digit', () => {
  const message = parseJson('{"type":"track","event":"E","userId":12345678901234567891,"messageId":9007199254740993}');
  expect(batch(message)).toMatchObject({
    identifiers: [{ kind: 'user_id', value: '12345678901234567891' }],
    messageId: '9007199254740993',
  });
});

test('long message ids stay different, and are never cut through a pair', () => {
  const long = 'm'.repeat(400);
  expect(good({ messageId: `${long}1` }).messageId).not.toBe(good({ messageId: `${long}2` }).messageId);
  expect(good({ messageId: `${'m'.repeat(299)}😀` }).messageId!.isWellFormed()).toBe(true);
  expect(good({ event: `${'e'.repeat(199)}😀` }).name!.isWellFormed()).toBe(true);
});

test('email and phone in one spelling; an unreadable phone stays an attribute; declared attributes identify', () => {
  const traits = { email: ' Ann@Example.COM ', phone: '+41 44 668 18 00', tax_id: 7, other: 'x' };
  expect(good({ type: 'identify', traits })).toMatchObject({
    kind: FACT.identify,
    identifiers: [
      { kind: 'user_id', value: 'u' },
      { kind: 'email', value: 'ann@example.com' },
      { kind: 'phone', value: '+41446681800' },
      { kind: 'tax_id', value: '7' },
    ],
    body: '{"email":"ann@example.com","phone":"+41446681800","tax_id":7,"other":"x"}',
  });
  const local = good({ type: 'identify', traits: { phone: '044 668' } });
  expect(local.identifiers).toHaveLength(1);
  expect(local.body).toBe('{"phone":"044 668"}');
});

test('NUL and lone surrogates become U+FFFD in keys and values; numbers stay as written', () => {
  const message = parseJson(
    String.raw`{"type":"track","userId":"u\u0000","event":"E\ud800","properties":{"a\u0000":["\udc00","😀"],"n":12.50,"i":12345678901234567890,"__proto__":1}}`,
  );
  expect(batch(message)).toMatchObject({
    identifiers: [{ kind: 'user_id', value: 'u\uFFFD' }],
    name: 'E\uFFFD',
    body: '{"a\uFFFD":["\uFFFD","😀"],"n":12.50,"i":12345678901234567890,"__proto__":1}',
  });
});

test('numbers that the database can’t hold and deep nesting are refused; what is just inside is kept', () => {
  for (const n of ['1e301', '1e+301', '1e-301', '1e999999999', '9'.repeat(401)])
    expect(refusal(parseJson(`{"type":"identify","userId":"u","traits":{"n":[${n}]}}`))).toMatch(/10\^300/);
  expect(refusal(parseJson('{"type":"identify","userId":"u","traits":{"n":1e300}}'))).toBeNull();
  expect(good({ properties: { text: '1e999' } }).body).toBe('{"text":"1e999"}');
  expect(refusal({ type: 'track', userId: 'u', event: 'E', properties: { x: nested(62) } })).toBeNull();
  for (const levels of [65, 20_000]) {
    const x = nested(levels);
    for (const place of [{ properties: { x } }, { context: { x } }, { anonymousId: x }])
      expect(refusal({ type: 'track', userId: 'u', event: 'E', ...place })).toMatch(/levels|larger/);
  }
});

test('cutDeep keeps what is shallow and ends what is deep', () => {
  const flat = String.raw`{"a":"[[[\"{{{","b":[[1],{"c":[2]}],"d":[]}`;
  expect(cutDeep(flat, 5)).toBe(flat);
  expect(cutDeep('[[1,[2,[3,"]"],4]],[5,[6]],{"a":{"b":7}}]', 3)).toBe('[[1,[]],[5,[]],{"a":{}}]');
});

test('page and screen without a name, identify without traits, group and alias', () => {
  expect(good({ type: 'page' })).toMatchObject({ kind: FACT.page, name: '', body: '{}' });
  expect(good({ type: 'screen', name: 'Start' })).toMatchObject({ kind: FACT.screen, name: 'Start' });
  expect(good({ type: 'identify' })).toMatchObject({ kind: FACT.identify, body: '{}', meta: null });
  expect(good({ type: 'group', groupId: 5 })).toMatchObject({ kind: FACT.group, name: '5' });
  expect(refusal({ type: 'group', userId: 'u', groupId: 'null' })).toMatch(/groupId/);
  expect(refusal({ type: 'track', userId: 'u', event: ' ' })).toMatch(/name of the event/);
  expect(good({ type: 'alias', previousId: 'before' })).toMatchObject({
    kind: FACT.alias,
    identifiers: [
      { kind: 'user_id', value: 'u' },
      { kind: 'anonymous_id', value: 'before' },
    ],
    meta: '{"previousId":"before"}',
  });
});
