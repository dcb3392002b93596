import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLiquid } from './index.ts';

const options = { now: 0, fragments: false, automatic: false };
const run = (text: string, scope: object = {}) =>
  createLiquid({})
    .parse(text, 'body')
    .run(scope as Record<string, unknown>, options)
    .map(({ value }) => value)
    .join('');

test.each([
  [
    '{{ 7 | divided_by: 2 }} {{ -7 | divided_by: 2 }} {{ 7 | divided_by: 2.0 }} {{ 1 | divided_by: 3.0 }}',
    '3 -4 3.5 0.3333333333333333',
  ],
  ['{{ -7 | modulo: 3 }} {{ 7.5 | modulo: 2 }} {{ 7 | modulo: -3 }}', '2 1.5 -2'],
  ['{{ 0.1 | plus: 0.2 }} {{ 1.1 | times: 3 }} {{ 4.5 | minus: 0.5 }}', '0.3 3.3 4.0'],
  [
    '{{ "3.5kg" | plus: 1 }} {{ " 2 " | times: 2 }} {{ "x" | plus: 1 }} {{ nil | plus: 1 }} {{ "1_000" | plus: 1 }}',
    '4 4 1 1 1001',
  ],
  [
    '{{ 2.5 | round }} {{ -2.5 | round }} {{ 2.345 | round: 2 }} {{ 155 | round: -1 }} {{ 2 | round: 2 }}',
    '3 -3 2.35 160 2',
  ],
  ['{{ 1.2 | ceil }} {{ -1.2 | floor }} {{ "1.2" | ceil }} {{ -1.5 | abs }}', '2 -2 2 1.5'],
  ['{{ 3 | at_least: 5 }} {{ 3 | at_most: 2.5 }} {{ "9" | at_most: 5 }}', '5 2.5 5'],
  ['{{ 9007199254740993 | plus: 1 }} {{ 5.0 | divided_by: 0 }}', '9007199254740994 Infinity'],
  ['{{ 10 | times: 1.0 }} {{ 12345678.9 | times: 100000000000 }}', '10.0 1.23456789e+18'],
  [
    '{{ 1000000000000000 | times: 1.0 }} {{ 123456789012345.6 }} {{ 1234567890123456.5 }}',
    '1.0e+15 123456789012345.6 1234567890123456.5',
  ],
])('%s', (template, wanted) => expect(run(template)).toBe(wanted));

test('integers divide and leave rests as Ruby has them', () => {
  fc.assert(
    fc.property(
      fc.bigInt(),
      fc.bigInt().filter((b) => b !== 0n),
      (a, b) => {
        const [quotient, rest] = run(`{{ ${a} | divided_by: ${b} }} {{ ${a} | modulo: ${b} }}`).split(' ').map(BigInt);
        expect(quotient! * b + rest!).toBe(a);
        expect(rest === 0n || rest! < 0n === b < 0n).toBe(true);
      },
    ),
  );
});

test('sums of cents are exact', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }), (cents) => {
      const list = cents.map((cent) => cent / 100);
      expect(Number(run('{{ list | sum }}', { list }))).toBe(cents.reduce((a, b) => a + b) / 100);
    }),
  );
});
