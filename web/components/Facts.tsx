import type { ReactNode } from 'react';

/** Names and values in two columns; one on narrow screens. */
export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl
      style={{
        display: 'grid',
        gridTemplateColumns: 'minmax(90px, max-content) 1fr',
        gap: '6px 16px',
        margin: 0,
        alignItems: 'baseline',
      }}
    >
      {rows.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt className="quiet" style={{ fontSize: 'var(--mantine-font-size-sm)' }}>
            {name}
          </dt>
          <dd style={{ margin: 0, minWidth: 0, overflowWrap: 'anywhere' }}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
