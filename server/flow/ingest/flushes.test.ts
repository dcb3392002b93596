import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Flushes } from './flushes.ts';

interface Entry {
  n: number;
  owner: string | null;
}

/** Flushes whose commits end when the test says so. */
function start(most = 10) {
  const open: { entries: Entry[]; end: () => void }[] = [];
  const committed: Entry[] = [];
  const flushes = new Flushes<Entry>({
    most,
    atOnce: 2,
    ownerOf: (entry) => entry.owner,
    commit: (entries) =>
      new Promise((resolve) => {
        const flush = {
          entries,
          end: () => {
            open.splice(open.indexOf(flush), 1);
            committed.push(...entries);
            resolve();
          },
        };
        open.push(flush);
      }),
  });
  const round = () => new Promise((resolve) => setImmediate(resolve));
  return { flushes, open, committed, round };
}
const names = (entries: Entry[]) => entries.map(({ n }) => n);

test('what arrives in one round goes together; a second flush goes beside it when it is about others', async () => {
  const { flushes, open, round } = start();
  flushes.add([{ n: 1, owner: 'a' }]);
  flushes.add([{ n: 2, owner: 'b' }]);
  await round();
  flushes.add([
    { n: 3, owner: 'a' },
    { n: 4, owner: 'c' },
    { n: 5, owner: 'a' },
  ]);
  flushes.add([{ n: 6, owner: 'd' }]);
  await round();
  expect(open.map(({ entries }) => names(entries))).toEqual([
    [1, 2],
    [4, 6],
  ]);
  open[0]!.end();
  await round();
  expect(open.map(({ entries }) => names(entries))).toEqual([
    [4, 6],
    [3, 5],
  ]);
  expect(flushes.size).toBe(0);
});

test('an entry that could be about anyone goes when nothing else is under way, and nothing passes it', async () => {
  const { flushes, open, round } = start();
  flushes.add([{ n: 1, owner: 'a' }]);
  await round();
  flushes.add([
    { n: 2, owner: null },
    { n: 3, owner: 'b' },
  ]);
  await round();
  expect(open.map(({ entries }) => names(entries))).toEqual([[1]]);
  open[0]!.end();
  await round();
  expect(open.map(({ entries }) => names(entries))).toEqual([[2, 3]]);
  flushes.add([{ n: 4, owner: 'c' }]);
  await round();
  expect(open).toHaveLength(1);
  open[0]!.end();
  await round();
  expect(open.map(({ entries }) => names(entries))).toEqual([[4]]);
});

test('everything is committed, two flushes at most at a time, and what is about one person in its order', async () => {
  const owner = fc.constantFrom('a', 'b', 'c', 'd', null);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(owner, { maxLength: 6 }), { maxLength: 12 }), fc.nat(), async (calls, seed) => {
      const { flushes, open, committed, round } = start(3);
      let n = 0;
      let random = seed;
      const drain = async (most: number) => {
        for (let i = 0; i < most && open.length > 0; i++) {
          expect(open.length).toBeLessThanOrEqual(2);
          random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
          open[random % open.length]!.end();
          await round();
        }
      };
      for (const call of calls) {
        flushes.add(call.map((owner) => ({ n: n++, owner })));
        await round();
        await drain(random % 3);
      }
      await drain(1_000);
      expect(committed).toHaveLength(n);
      for (const [i, entry] of committed.entries())
        for (const later of committed.slice(i + 1))
          if (entry.owner === later.owner || entry.owner === null || later.owner === null)
            expect(entry.n).toBeLessThan(later.n);
    }),
    { numRuns: 100 },
  );
});
