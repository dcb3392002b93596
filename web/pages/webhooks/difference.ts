import { presentableDiff } from '@codemirror/merge';

/** A stretch of two texts: in both, in the one alone, or in the other alone. `cut`: characters of it that aren't shown. */
export interface Stretch {
  in: 'both' | 'one' | 'other';
  text: string;
  cut?: number;
}

const MOST = 100_000;
const LIMITS = { scanLimit: 500, timeout: 50 };

/** Two texts as stretches, in order; null when they are too long to be compared. */
export function difference(one: string, other: string): Stretch[] | null {
  if (one === other) return one === '' ? [] : [{ in: 'both', text: one }];
  if (one.length + other.length > MOST) return null;
  const stretches: Stretch[] = [];
  const add = (where: Stretch['in'], text: string) => {
    if (text !== '') stretches.push({ in: where, text });
  };
  let at = 0;
  for (const change of presentableDiff(one, other, LIMITS)) {
    add('both', one.slice(at, change.fromA));
    add('one', one.slice(change.fromA, change.toA));
    add('other', other.slice(change.fromB, change.toB));
    at = change.toA;
  }
  add('both', one.slice(at));
  return stretches;
}

const AROUND = 60;

/** The same with long stretches that are in both cut to what stands beside a difference. */
export function folded(stretches: readonly Stretch[]): Stretch[] {
  const last = stretches.length - 1;
  return stretches.flatMap((one, i): Stretch[] => {
    const head = i === 0 ? 0 : AROUND;
    const tail = i === last ? 0 : AROUND;
    const cut = one.text.length - head - tail;
    if (one.in !== 'both' || cut < AROUND) return [one];
    return [
      ...(head > 0 ? [{ in: 'both' as const, text: one.text.slice(0, head) }] : []),
      { in: 'both', text: '', cut },
      ...(tail > 0 ? [{ in: 'both' as const, text: one.text.slice(-tail) }] : []),
    ];
  });
}
