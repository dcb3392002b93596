import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference, folded } from './difference.ts';

test('what is in both and in the one gives the one, what is in both and in the other gives the other', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\\', '\n', ' '), maxLength: 60 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const all = difference(one, other)!;
      const of = (side: string) =>
        all
          .filter((part) => part.in === 'both' || part.in === side)
          .map((part) => part.text)
          .join('');
      expect(of('one')).toBe(one);
      expect(of('other')).toBe(other);
    }),
  );
});

test('long stretches that are the same are cut to what stands beside a difference', () => {
  const parts = folded(
    difference(`${'a'.repeat(500)}"x"${'b'.repeat(500)}`, `${'a'.repeat(500)}\\"x\\"${'b'.repeat(500)}`)!,
  );
  expect(parts[0]).toMatchObject({ text: '', cut: 440 });
  expect(parts.at(-1)).toMatchObject({ text: '', cut: 441 });
  expect(difference('a'.repeat(100_000), 'b')).toBeNull();
});
