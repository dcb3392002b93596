import { expect, test } from 'vitest';
import { expressionOf, ofKind, rhythmOf } from './calendar.ts';

test.each([
  ['0 9 * * *', 'daily'],
  ['30 8 * * 1-5', 'working'],
  ['5 23 * * 0', 'weekly'],
  ['0 0 31 * *', 'monthly'],
  ['0 9 1 1 *', 'custom'],
  ['0 9 1 * 1', 'custom'],
  ['*/5 * * * *', 'custom'],
])('%s is %s, and comes back as it was', (expression, kind) => {
  expect(rhythmOf(expression).kind).toBe(kind);
  expect(expressionOf(rhythmOf(expression))).toBe(expression);
});

test('another kind keeps the time', () => {
  expect(expressionOf(ofKind('weekly', rhythmOf('30 8 * * *')))).toBe('30 8 * * 1');
  expect(expressionOf(ofKind('custom', rhythmOf('30 8 * * *')))).toBe('30 8 * * *');
  expect(expressionOf(ofKind('daily', { kind: 'custom', expression: 'x' }))).toBe('0 9 * * *');
});
