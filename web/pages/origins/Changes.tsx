import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Reading, Section, When } from '../../components/index.ts';
import { type GetOriginsChangesResponse, getOriginsChanges } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

type Change = GetOriginsChangesResponse['items'][number];

const WORDS: Record<Change['change'], string> = {
  opened: 'did not answer and was paused',
  closed: 'answers again',
  paused: 'was paused by hand',
  resumed: 'was resumed by hand',
};
const TONES: Partial<Record<Change['change'], string>> = { opened: 'var(--bad)', closed: 'var(--good)' };

/** What happened to origins lately. */
export function Changes() {
  const query = useQuery({
    queryKey: ['origins', 'changes'],
    queryFn: () => ask(getOriginsChanges({ query: { limit: 50 } })),
    refetchInterval: 5_000,
  });
  if (!query.data) return <Reading query={query} of="what happened to origins" rows={2} lead />;
  if (query.data.items.length === 0) return null;
  return (
    <Section title="What happened">
      <Stack gap={6}>
        {query.data.items.map((change) => (
          <Text key={change.id} size="sm" style={{ overflowWrap: 'anywhere' }}>
            <When at={change.at} /> <span className="mono">{change.origin}</span>{' '}
            <span style={{ color: TONES[change.change] }}>{WORDS[change.change]}</span>
            {change.reason && <span className="quiet"> {change.reason}</span>}
          </Text>
        ))}
      </Stack>
    </Section>
  );
}
