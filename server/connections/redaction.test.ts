import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, REDACTED } from './redaction.ts';

const SECRET = 's3cr3t/T0ken+"\\ é%😀=';
const hexJson = (text: string) =>
  [...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
const allPercent = (text: string) => [...Buffer.from(text)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('');
const FORMS: [string, (secret: string) => string][] = [
  ['itself', (s) => s],
  ['JSON', (s) => JSON.stringify(s).slice(1, -1)],
  ['JSON with escaped slashes', (s) => JSON.stringify(s).slice(1, -1).replaceAll('/', '\\/')],
  ['JSON in ASCII', hexJson],
  ['JSON in ASCII, upper case', (s) => hexJson(s).replace(/[a-f]/g, (c) => c.toUpperCase())],
  ['percent', encodeURIComponent],
  ['percent, lower case', (s) => encodeURIComponent(s).replace(/%[0-9A-F]{2}/g, (c) => c.toLowerCase())],
  ['percent, every byte', allPercent],
  ['form', (s) => new URLSearchParams({ s }).toString().slice(2)],
];

describe('a secret is found', () => {
  const redactor = createRedactor(['another-secret', SECRET]);

  test.each(FORMS)('as %s', (_, form) => {
    const body = `{"echo":"${form(SECRET)}","é":1}`;
    expect(redactor.text(body)).toBe(`{"echo":"${REDACTED}","é":1}`);
    expect(redactor.bytes(Buffer.from(body)).toString()).toBe(`{"echo":"${REDACTED}","é":1}`);
  });

  test.each(['base64', 'base64url'] as const)('in %s at every alignment', (encoding) => {
    for (const before of ['', 'a', 'ab', 'user:']) {
      for (const after of ['', 'z', 'zz']) {
        const text = Buffer.from(before + SECRET + after).toString(encoding);
        const hidden = redactor.text(text);
        expect(hidden).toContain(REDACTED);
        expect(hidden.length - REDACTED.length).toBeLessThanOrEqual(14);
        expect(redactor.bytes(Buffer.from(text)).toString()).toBe(hidden);
      }
    }
  });

  test('whatever it is (property)', () => {
    const anySecret = fc.string({ minLength: 8, maxLength: 60, unit: 'grapheme' });
    const form = fc.constantFrom(...FORMS.map(([, make]) => make));
    fc.assert(
      fc.property(anySecret, form, (secret, make) => {
        const redactor = createRedactor([secret]);
        const body = `<<${make(secret)}>>`;
        expect(redactor.text(body)).toBe(`<<${REDACTED}>>`);
        expect(redactor.bytes(Buffer.from(body)).toString()).toBe(`<<${REDACTED}>>`);
      }),
      { numRuns: 500 },
    );
  });
});

test('the longer of two secrets is hidden whole', () => {
  expect(createRedactor(['12345678', '12345678abc']).text('12345678abc 12345678')).toBe(`${REDACTED} ${REDACTED}`);
});

test('other bytes stay as they were, UTF-8 or not', () => {
  const redactor = createRedactor(['long-secret']);
  const binary = Buffer.from([0xff, 0xfe, 0, 1, 0x80, 0xc3]);
  expect(redactor.bytes(binary)).toBe(binary);
  expect(redactor.bytes(Buffer.concat([binary, Buffer.from('long-secret'), binary]))).toEqual(
    Buffer.concat([binary, Buffer.from(REDACTED), binary]),
  );
});

test('at the end of a cut body no part of a secret stays', () => {
  const redactor = createRedactor(['long-secret-value']);
  const body = Buffer.from(`${'x'.repeat(1000)}%6cong-secret-val`);
  expect(redactor.bytes(body, true).toString()).toMatch(/^x{500,1000}$/);
  expect(redactor.bytes(body)).toBe(body);
});

test('short secrets: the body is not recorded, and equal values are not mapped', () => {
  const redactor = createRedactor(['1234567', 'long-enough', '']);
  expect(redactor.tooShort).toBe(true);
  expect(redactor.isSecret('1234567')).toBe(true);
  expect(redactor.isSecret('12345678')).toBe(false);
  expect(redactor.isSecret('')).toBe(false);
  expect(redactor.text('long-enough')).toBe(REDACTED);
});

test('without secrets nothing is touched', () => {
  const redactor = createRedactor(['']);
  const body = Buffer.from('x');
  expect(redactor.bytes(body, true)).toBe(body);
  expect(redactor.tooShort).toBe(false);
});

test('hostile bodies and secrets take no backtracking', () => {
  const redactor = createRedactor(['\\'.repeat(40), '%'.repeat(40), 'aaaaaaaaaaaaaaaaaaaaaaaab']);
  const body = Buffer.from('\\'.repeat(21_000) + '%25'.repeat(7_000) + 'a'.repeat(21_000));
  const start = performance.now();
  redactor.bytes(body);
  expect(performance.now() - start).toBeLessThan(500);
});
