import { Text, UnstyledButton } from '@mantine/core';
import { pathOf } from './draft.ts';

const MOST = 200;

/** A JSON answer as a tree; clicking a value gives its JSONPath. Nothing for what isn't JSON. */
export function Tree({ text, pick }: { text: string; pick: (path: string) => void }) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const leaves: { keys: (string | number)[]; value: unknown }[] = [];
  const walk = (at: unknown, keys: (string | number)[]) => {
    if (leaves.length >= MOST || keys.length > 20) return;
    if (typeof at !== 'object' || at === null) leaves.push({ keys, value: at });
    else if (Array.isArray(at)) for (const [i, inner] of at.entries()) walk(inner, [...keys, i]);
    else for (const [key, inner] of Object.entries(at)) walk(inner, [...keys, key]);
  };
  walk(value, []);
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
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
            <span style={{ color: 'var(--mantine-color-anchor)' }}>{JSON.stringify(leaf.value)}</span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
