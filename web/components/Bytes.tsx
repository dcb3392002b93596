import { Group, SegmentedControl, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Copy } from './Copy.tsx';

/** JSON with two blanks a level, its numbers and keys as they were written; null when it isn't JSON. */
function pretty(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let out = '';
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g)) {
    if (token === '}' || token === ']') {
      depth--;
      out = /[[{]$/.test(out.trimEnd()) ? out.trimEnd() : `${out}\n${'  '.repeat(depth)}`;
    } else if (/\n$/.test(out)) out += '';
    if (/[[{,]$/.test(out)) out += `\n${'  '.repeat(depth)}`;
    out += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth++;
  }
  return out;
}

/** The exact bytes of a body, shown as text alone: pretty when it is JSON, or raw. `cut`: it was longer. */
export function Bytes({ text, cut = false, label }: { text: string | null; cut?: boolean; label: string }) {
  const nice = useMemo(() => (text === null || text.length > 200_000 ? null : pretty(text)), [text]);
  const size = useMemo(() => new TextEncoder().encode(text ?? '').length, [text]);
  const [raw, setRaw] = useState(false);
  if (text === null || text === '') return <Text c="var(--quiet)">No body.</Text>;
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="xs" c="var(--quiet)">
          {size.toLocaleString('en')} bytes{cut ? ' shown; the rest was cut' : ''}
        </Text>
        <Group gap="xs">
          {nice !== null && (
            <SegmentedControl
              size="xs"
              aria-label={`How ${label} is shown`}
              value={raw ? 'raw' : 'pretty'}
              onChange={(value) => setRaw(value === 'raw')}
              data={[
                { value: 'pretty', label: 'Pretty' },
                { value: 'raw', label: 'Raw' },
              ]}
            />
          )}
          <Copy text={text} label={`Copy ${label}`} />
        </Group>
      </Group>
      <pre
        className="mono panel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        style={{
          margin: 0,
          padding: 12,
          overflow: 'auto',
          maxHeight: 420,
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
          wordBreak: raw || !nice ? 'break-all' : undefined,
        }}
      >
        {raw || nice === null ? text : nice}
      </pre>
    </div>
  );
}
