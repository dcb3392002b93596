import { expect, test } from 'vitest';
import { ExactNumber, parseJson, toJson } from './json.ts';

const KEPT =
  '0 -0 -0.0 1 1.0 1.50 12.5 1e5 1E+5 -1e-7 1.05e5 -0e1 20.0 0.0000001 1e400 9007199254740993 0.1234567890123456 0.30'.split(
    ' ',
  );

test('numbers are printed as they were written, wherever they stand', () => {
  for (const number of KEPT)
    for (const blank of ['', ' ', '\n'])
      for (const [before, after] of [
        ['', ''],
        ['[', ']'],
        ['[1,', ',2]'],
        ['{"a":', ',"b":"x 1"}'],
        ['[[', '],[0]]'],
      ])
        expect(toJson(parseJson(before + blank + number + blank + after))).toBe(before + number + after);
});

test('what has the shape of such a number in a string is left alone, and plain numbers are plain', () => {
  const text = '{"id":"0190-0e5-1.50","at":"2026-01-01T10:00:00.000Z","n":[1,-2.5,123456789012345]}';
  expect(parseJson(text)).toEqual(JSON.parse(text));
  expect(parseJson('1.50')).toBeInstanceOf(ExactNumber);
});

test('a long run of digits takes no square of its length', () => {
  const before = process.cpuUsage();
  parseJson(JSON.stringify(`: ${'1'.repeat(1_000_000)} ${'1.'.repeat(300_000)}`));
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
});
