import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTimes, wrongCalendar } from './calendar.ts';

const iso = (times: number[]) => times.map((time) => new Date(time).toISOString().slice(0, 16));
const at = (text: string) => Date.parse(text);

describe('the next times', () => {
  it.each<[string, string, string, string[]]>([
    [
      'keeps the hour over the change to summer time',
      '0 9 * * *',
      '2026-03-28T00:00Z',
      ['2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00'],
    ],
    [
      'keeps it over the change back',
      '0 9 * * *',
      '2026-10-24T00:00Z',
      ['2026-10-24T07:00', '2026-10-25T08:00', '2026-10-26T08:00'],
    ],
    [
      'comes right after an hour that is left out',
      '30 2 * * *',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'comes once in an hour that happens twice',
      '30 2 * * *',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    ['and so in a list of hours', '30 2,14 * * *', '2026-03-28T20:00Z', ['2026-03-29T01:00', '2026-03-29T12:30']],
    ['working days', '0 9 * * 1-5', '2026-06-05T10:00Z', ['2026-06-08T07:00', '2026-06-09T07:00']],
    ['29 February', '0 0 29 2 *', '2026-01-01T00:00Z', ['2028-02-28T23:00']],
  ])('%s', (_name, expression, after, wanted) => {
    expect(iso(nextTimes(expression, 'Europe/Berlin', at(after), wanted.length))).toEqual(wanted);
  });

  it('rise, lie after the time given, and a later one is what comes next after the one before', () => {
    const field = (low: number, high: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: low, max: high }).map(String),
        fc
          .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      );
    fc.assert(
      fc.property(
        fc.tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)).map((parts) => parts.join(' ')),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
        fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2028-01-01T00:00Z') }),
        (expression, zone, after) => {
          expect(wrongCalendar(expression)).toBeNull();
          const times = nextTimes(expression, zone, after, 5);
          expect(times).toHaveLength(5);
          for (const [i, time] of times.entries()) {
            expect(time).toBeGreaterThan(i === 0 ? after - 1_000 : times[i - 1]!);
            expect(nextTimes(expression, zone, i === 0 ? after : times[i - 1]!, 1)).toEqual([time]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

it.each([
  '',
  '9',
  'often',
  '0 9 * *',
  '* * * * * *',
  '61 * * * *',
  '0 0 30 2 *',
  '@daily',
  '2026-01-01T00:00:00',
  '0 9 * * x',
  `${'1,'.repeat(40)}1 * * * *x`,
])('refuses "%s" with a sentence', (expression) => {
  expect(wrongCalendar(expression)).toMatch(/such as "0 9 \* \* 1-5"/);
});
