import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Limiter, START_MS, type Ticket } from './limiter.ts';

const most = (starts: readonly number[], windowMs: number) => {
  let best = 0;
  let from = 0;
  for (let to = 0; to < starts.length; to++) {
    while (starts[to]! - starts[from]! >= windowMs) from++;
    best = Math.max(best, to - from + 1);
  }
  return best;
};

test('no sliding window holds more starts than the rate, and never more are open than the concurrency', () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 400 }),
    takes: fc.integer({ min: 0, max: 30 }),
    delay: fc.integer({ min: 0, max: 300 }),
    close: fc.double({ min: 0, max: 1, noNaN: true }),
    heir: fc.integer({ min: 0, max: 30 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(1, 5, 59, 60, 100, 333),
      fc.integer({ min: 1, max: 20 }),
      fc.array(step, { minLength: 1, maxLength: 120 }),
      (rate, concurrency, steps) => {
        const limit = { rate, concurrency, windowMs: 1_000 };
        let limiter = new Limiter(limit);
        let now = 1_000_000;
        const starts: number[] = [];
        let booked: { at: number; starts: number }[] = [];
        let open: { ticket: Ticket; until: number; limiter: Limiter }[] = [];
        let late: { at: number; ticket: Ticket; limiter: Limiter }[] = [];
        for (const one of steps) {
          const end = now + one.wait;
          for (const due of late.filter((l) => l.at <= end).sort((a, b) => a.at - b.at)) {
            due.limiter.start(due.ticket, due.at);
            starts.push(due.at);
          }
          late = late.filter((l) => l.at > end);
          now = end;
          if (one.heir === 0) {
            // Another takes over, and counts what was booked and may be open; the old one starts what it has booked in time.
            limiter = new Limiter(limit);
            limiter.load(
              booked,
              open.map((o) => o.until),
            );
          }
          open = open.filter((o, i) => {
            const over =
              o.until < now || (o.limiter === limiter && o.ticket.started && (i * 7919) % 100 < one.close * 100);
            if (over) o.limiter.close(o.ticket);
            return !over;
          });
          for (let i = 0; i < one.takes; i++) {
            const ticket = limiter.take(now);
            if (!ticket) break;
            booked = [...booked.filter((b) => b.at > now - START_MS - 2_000), { at: now, starts: 1 }];
            late.push({ at: now + one.delay, ticket, limiter });
            open.push({ ticket, until: now + START_MS + 500, limiter });
            expect(open.length).toBeLessThanOrEqual(concurrency);
          }
        }
        starts.sort((a, b) => a - b);
        expect(most(starts, 1_000)).toBeLessThanOrEqual(rate);
      },
    ),
    { numRuns: 300 },
  );
});

test('a rate is used up to nearly all of it, and says when the next may go', () => {
  const limiter = new Limiter({ rate: 100, concurrency: null, windowMs: 1_000 });
  let started = 0;
  for (let now = 0; now < 10_000; now += 5)
    for (;;) {
      const ticket = limiter.take(now);
      if (!ticket) break;
      limiter.start(ticket, now);
      limiter.close(ticket);
      started++;
    }
  expect(started).toBeGreaterThan(960);
  const next = limiter.nextAt(10_000)!;
  expect(limiter.take(next - 1)).toBeNull();
  expect(limiter.take(next)).not.toBeNull();
});

test('a changed limit works at once, and what was spent stays spent', () => {
  const limiter = new Limiter({ rate: 5, concurrency: null, windowMs: 86_400_000 });
  const go = (now: number) => {
    const ticket = limiter.take(now);
    if (ticket) limiter.start(ticket, now);
    return ticket !== null;
  };
  expect([1, 2, 3, 4, 5, 6].map(go)).toEqual([true, true, true, true, true, false]);
  limiter.limit = { rate: 7, concurrency: null, windowMs: 86_400_000 };
  expect([7, 8, 9].map(go)).toEqual([true, true, false]);
  limiter.limit = { rate: 2, concurrency: null, windowMs: 1_000 };
  expect(go(900)).toBe(false);
  expect(go(1_500)).toBe(true);
});

test('one that never started gives its start back', () => {
  const limiter = new Limiter({ rate: 1, concurrency: 1, windowMs: 1_000 });
  const ticket = limiter.take(0)!;
  expect(limiter.take(0)).toBeNull();
  limiter.close(ticket);
  expect(limiter.take(0)).not.toBeNull();
});
