import pino from 'pino';
import { expect, test } from 'vitest';
import { isOutage, Outage } from './outage.ts';

function heard() {
  const lines: { level: number; msg: string; seconds?: number; tries?: number; error?: string }[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  let at = 0;
  const outage = new Outage(log, () => at);
  return { lines, outage, pass: (ms: number) => (at += ms) };
}
const away = (code: string) => Object.assign(new Error('x'), { code });

test('an outage is told once, with its end; another error each time', () => {
  const { lines, outage, pass } = heard();
  for (const code of ['57P01', 'ECONNREFUSED', 'ENOENT', '57P03']) {
    outage.failed(away(code), 'a turn');
    pass(500);
  }
  outage.worked();
  outage.worked();
  outage.failed(away('40P01'), 'a turn');
  outage.failed(away('40P01'), 'a turn');
  outage.worked();
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    [40, 'the database is away: a turn is repeated until it is back'],
    [30, 'the database is back'],
    [50, 'a turn failed and is repeated'],
    [50, 'a turn failed and is repeated'],
  ]);
  expect(lines[1]).toMatchObject({ seconds: 2, tries: 4 });
});

test('a second outage is told again', () => {
  const { lines, outage } = heard();
  for (let i = 0; i < 2; i++) {
    outage.failed(new Error('Connection terminated unexpectedly'), 'a turn');
    outage.worked();
  }
  expect(lines).toHaveLength(4);
});

test('what the database refuses is no outage', () => {
  expect(['22P02', '23505', '42601', '40001'].map((code) => isOutage(away(code)))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(isOutage(new Error('read 3 facts, but could remove 2'))).toBe(false);
});
