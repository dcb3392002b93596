/** A calendar expression as its form shows it; `custom` is anything that the other kinds can't say. */
export type Rhythm =
  | { kind: 'daily' | 'working'; time: string }
  | { kind: 'weekly'; time: string; day: string }
  | { kind: 'monthly'; time: string; day: string }
  | { kind: 'custom'; expression: string };

const PLAIN = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|\d|1-5)$/;
const two = (text: string) => text.padStart(2, '0');

/** The expression taken apart. */
export function rhythmOf(expression: string): Rhythm {
  const found = PLAIN.exec(expression);
  if (!found) return { kind: 'custom', expression };
  const [minute, hour, date, day] = found.slice(1) as [string, string, string, string];
  const time = `${two(hour)}:${two(minute)}`;
  if (date === '*' && day === '*') return { kind: 'daily', time };
  if (date === '*' && day === '1-5') return { kind: 'working', time };
  if (date === '*') return { kind: 'weekly', time, day };
  if (day === '*') return { kind: 'monthly', time, day: date };
  return { kind: 'custom', expression };
}

/** The expression put together: minute, hour, day, month, weekday. */
export function expressionOf(rhythm: Rhythm): string {
  if (rhythm.kind === 'custom') return rhythm.expression;
  const [hour = '0', minute = '0'] = rhythm.time.split(':');
  const at = `${Number(minute)} ${Number(hour)}`;
  switch (rhythm.kind) {
    case 'daily':
      return `${at} * * *`;
    case 'working':
      return `${at} * * 1-5`;
    case 'weekly':
      return `${at} * * ${rhythm.day}`;
    case 'monthly':
      return `${at} ${rhythm.day} * *`;
  }
}

/** Another kind with the same time where it has one. */
export function ofKind(kind: Rhythm['kind'], now: Rhythm): Rhythm {
  const time = now.kind === 'custom' ? '09:00' : now.time;
  if (kind === 'custom') return { kind, expression: expressionOf(now) };
  if (kind === 'weekly' || kind === 'monthly') return { kind, time, day: '1' };
  return { kind, time };
}
