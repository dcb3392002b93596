import { Text } from '@mantine/core';
import { difference, folded } from './difference.ts';

const SHOWN = {
  both: {},
  one: {
    background: 'color-mix(in srgb, var(--mantine-primary-color-filled) 16%, transparent)',
    textDecoration: 'line-through',
  },
  other: {
    background: 'color-mix(in srgb, var(--mantine-primary-color-filled) 28%, transparent)',
    textDecoration: 'none',
    fontWeight: 600,
  },
};

/** What differs between two texts, with what stands around it: what goes is struck out, what comes is bold. */
export default function Difference({ one, other, label }: { one: string; other: string; label: string }) {
  const parts = difference(one, other);
  if (parts === null) return <Text size="sm">They differ, and are too long to be shown beside one another.</Text>;
  return (
    <section aria-label={label}>
      <pre
        className="mono panel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        style={{
          margin: 0,
          padding: 10,
          maxHeight: 300,
          overflow: 'auto',
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
        }}
      >
        {folded(parts).map((part, i) => {
          const key = `${i} ${part.in}`;
          if (part.cut)
            return (
              <span key={key} className="quiet">
                {` … ${part.cut.toLocaleString('en')} characters the same … `}
              </span>
            );
          if (part.in === 'both') return <span key={key}>{part.text}</span>;
          const Tag = part.in === 'one' ? 'del' : 'ins';
          return (
            <Tag key={key} style={SHOWN[part.in]}>
              {part.text}
            </Tag>
          );
        })}
      </pre>
    </section>
  );
}
