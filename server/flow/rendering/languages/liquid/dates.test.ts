import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget, Moment, strftime } from '../core/index.ts';
import { parseDate } from './dates/parse.ts';

const NOW = Date.UTC(2026, 0, 31, 10, 20, 30);
const show = (moment: Moment | null, format: string) => moment && strftime(moment, format, new Budget());

describe('formats', () => {
  const moment = new Moment(Date.UTC(2024, 0, 5, 3, 4, 5) + 67);
  test.each([
    ['%Y-%m-%d %H:%M:%S.%L', '2024-01-05 03:04:05.067'],
    ['%-d/%-m/%y %e %k %l %j', '5/1/24  5  3  3 005'],
    ['%^a %#p %P %10A|%-10A|%^10b|', 'FRI am am     Friday|Friday|       JAN|'],
    ['%3N|%N', '067|067000000'],
    ['%05d %_5d %-H %3N %6N', '00005     5 3 067 067000'],
    ['%s %u %w %U %W %V %G %g %C', '1704423845 5 5 00 01 01 2024 24 20'],
    [
      '%c|%x|%X|%D|%F|%T|%R|%r|%v',
      'Fri Jan  5 03:04:05 2024|01/05/24|03:04:05|01/05/24|2024-01-05|03:04:05|03:04|03:04:05 AM| 5-JAN-2024',
    ],
    ['%z %:z %::z %Z %% %n %q %', '+0000 +00:00 +00:00:00 UTC % \n %q %'],
  ])('%s', (format, wanted) => expect(show(moment, format)).toBe(wanted));

  test('zones', () => {
    const summer = new Moment(Date.UTC(2024, 6, 1, 12), 'America/New_York');
    expect(show(summer, '%H %z %Z')).toBe('08 -0400 EDT');
  });
});

describe('texts', () => {
  test.each([
    ['2024-01-31', '2024-01-31 00:00:00 +00:00'],
    ['2024-01-31T10:20:30Z', '2024-01-31 10:20:30 +00:00'],
    ['2024-01-31T10:20:30.5+02:00', '2024-01-31 10:20:30 +02:00'],
    ['2023-12-05 18:05:09 -0500', '2023-12-05 18:05:09 -05:00'],
    ['March 14, 2016', '2016-03-14 00:00:00 +00:00'],
    ['Mon, 14 Mar 2016 15:04:05 GMT', '2016-03-14 15:04:05 +00:00'],
    ['14 Mar 2016 3:04 PM', '2016-03-14 15:04:00 +00:00'],
    ['14th of', null],
    ['2016/03/14', '2016-03-14 00:00:00 +00:00'],
    ['14/03/2016', '2016-03-14 00:00:00 +00:00'],
    ['03/14/2016', null],
    ['14.03.2016 08:00', '2016-03-14 08:00:00 +00:00'],
    ['20160314', '2016-03-14 00:00:00 +00:00'],
    ['20160314T150405Z', '2016-03-14 15:04:05 +00:00'],
    ['Mon Mar 14 2016 15:04:05 GMT+0100', '2016-03-14 15:04:05 +01:00'],
    ['10:30', '2026-01-31 10:30:00 +00:00'],
    ['May', '2026-05-01 00:00:00 +00:00'],
    ['14 Mar 2016 3pm +02:00', '2016-03-14 15:00:00 +02:00'],
    ['3:04 PM Mar 14, 2016', '2016-03-14 15:04:00 +00:00'],
    ['14-3-2016 7h05', '2016-03-14 07:05:00 +00:00'],
    ['2016-074 10:30', '2016-03-14 10:30:00 +00:00'],
    ['2016/03', '2016-03-01 00:00:00 +00:00'],
    ['2016-W11-1', null],
    ['14/Mar/2016:15:04:05 +0000', null],
    ['2016-13-01', null],
    ['nonsense', null],
    ['', null],
  ])('%s', (text, wanted) => expect(show(parseDate(text, NOW), '%F %T %:z')).toBe(wanted));

  test('what is printed is read back', () => {
    const formats = fc.constantFrom(
      '%F %T %:z',
      '%a, %d %b %Y %H:%M:%S %z',
      '%d %B %Y %I:%M:%S %p %z',
      '%Y/%m/%d %T %z',
    );
    const zones = fc.constantFrom('UTC', '+05:30', '-08:00');
    const seconds = fc.integer({ min: Date.UTC(1000, 0, 1) / 1000, max: Date.UTC(9000, 0, 1) / 1000 });
    fc.assert(
      fc.property(seconds, zones, formats, (second, zone, format) => {
        const text = show(new Moment(second * 1000, zone), format)!;
        expect(parseDate(text, NOW)?.ms).toBe(second * 1000);
      }),
    );
  });

  test('any text ends', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."0123456789-/:.,+ tzampjanfeb'") }),
        (text) => void parseDate(text, NOW),
      ),
    );
  });
});
