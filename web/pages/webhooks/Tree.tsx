import { Text, UnstyledButton } from '@mantine/core';
import { parseExact } from '../../data/exact.ts';
import { pathOf } from './draft.ts';

const MOST = 200;
type Keys = (string | number)[];

/** Every value of a JSON tree that holds no others, with its way; stops at MOST, and says so. */
function leavesOf(value: unknown): { leaves: { keys: Keys; text: string }[]; more: boolean } {
  const leaves: { keys: Keys; text: string }[] = [];
  let more = false;
  const walk = (at: unknown, keys: Keys) => {
    if (leaves.length >= MOST) {
      more = true;
      return;
    }
    const inner: [string | number, unknown][] = Array.isArray(at)
      ? [...at.entries()]
      : plain(at)
        ? Object.entries(at)
        : [];
    if (inner.length === 0 || keys.length >= 20) leaves.push({ keys, text: JSON.stringify(at) });
    else for (const [key, below] of inner) walk(below, [...keys, key]);
  };
  walk(value, []);
  return { leaves, more };
}

/** A map; a number kept as its text (exact.ts) is none. */
const plain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null;

/** A JSON answer as a list of its values; clicking one gives its JSONPath. Nothing for what isn't JSON. */
export function Tree({ text, pick }: { text: string; pick: (path: string) => void }) {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch {
    return null;
  }
  const { leaves, more } = leavesOf(value);
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Click a value to write it to an attribute
      </Text>
      {leaves.map((leaf) => {
        const path = pathOf(leaf.keys);
        return (
          <UnstyledButton
            key={path}
            className="mono"
            display="block"
            py={2}
            onClick={() => pick(path)}
            aria-label={`Map ${path}`}
            style={{ overflowWrap: 'anywhere' }}
          >
            <span className="quiet">{path}</span>{' '}
            <span style={{ color: 'var(--mantine-color-anchor)' }}>{leaf.text.slice(0, 300)}</span>
          </UnstyledButton>
        );
      })}
      {more && (
        <Text size="xs" c="var(--quiet)">
          The first {MOST} values are shown; a path to another can be typed.
        </Text>
      )}
    </div>
  );
}
