import { Group } from '@mantine/core';

/** What colour a state has. */
export const TONE: Record<string, string> = {
  delivered: 'var(--good)',
  active: 'var(--good)',
  queued: 'var(--wait)',
  sending: 'var(--wait)',
  retrying: 'var(--wait)',
  halted: 'var(--wait)',
  paused: 'var(--wait)',
  failed: 'var(--bad)',
};

/** A state: a dot in green, amber or red (delivered, waiting, failed; grey else) and its word. */
export function State({ of, note }: { of: string; note?: string | null }) {
  const tone = TONE[of] ?? 'var(--quiet)';
  return (
    <Group gap={6} wrap="nowrap" component="span" style={{ color: tone, whiteSpace: 'nowrap' }}>
      <span
        aria-hidden
        style={{ width: 8, height: 8, borderRadius: 4, background: tone, display: 'inline-block', flex: 'none' }}
      />
      <span>{of}</span>
      {note && <span className="quiet">{note}</span>}
    </Group>
  );
}
