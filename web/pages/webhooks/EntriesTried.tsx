import { Text } from '@mantine/core';
import type { Definition } from './draft.ts';
import { useTried } from './tried.ts';

const SAID = { delivered: 'delivered', retry: 'tried again', failed: 'failed' } as const;
const TONE = { delivered: 'var(--good)', retry: 'var(--wait)', failed: 'var(--bad)' } as const;
const MOST = 10;

/** What each entry of the answer below would make of its profile. */
export function EntriesTried({ draft, answer }: { draft: Definition; answer: string }) {
  const tried = useTried(draft, answer);
  if (answer.trim() === '')
    return (
      <Text size="sm" c="var(--quiet)">
        Send a test, or type an answer below, to see what its entries say.
      </Text>
    );
  const { entries, trouble } = tried.data ?? {};
  if (!entries) return null;
  return (
    <div aria-live="polite">
      {trouble && (
        <Text size="sm" c="var(--wait)">
          {trouble}
        </Text>
      )}
      {entries.slice(0, MOST).map(({ state, reason }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
        <Text key={i} size="sm" style={{ overflowWrap: 'anywhere' }}>
          <span className="quiet">Entry {i + 1}: </span>
          <span style={{ color: TONE[state] }}>{SAID[state]}</span>
          {reason && <span className="quiet"> · {reason}</span>}
        </Text>
      ))}
      {entries.length > MOST && (
        <Text size="sm" c="var(--quiet)">
          and more: the first {MOST} are shown
        </Text>
      )}
    </div>
  );
}
