import { Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Ref, Section, State, When, Who } from '../../components/index.ts';
import { type Live, useLive } from '../../data/live.ts';

const MOST = 30;
const WORDS: Record<string, string> = { update: 'Profile changed', merge: 'Profiles merged' };

/** The newest events and deliveries since the page was opened. */
export function useFeed(): readonly Live[] {
  const [lines, setLines] = useState<readonly Live[]>([]);
  const [listener] = useState(() => (live: Live) => {
    if (live.kind !== 'event' && live.kind !== 'delivery') return;
    // A delivery keeps its place while its state changes, so that nothing jumps under the pointer.
    setLines((before) =>
      before.some((one) => one.data.id === live.data.id)
        ? before.map((one) => (one.data.id === live.data.id ? live : one))
        : [live, ...before].slice(0, MOST),
    );
  });
  useLive(listener);
  return lines;
}

/** Events and deliveries as they happen, while the page is open. */
export function Feed({ lines }: { lines: readonly Live[] }) {
  return (
    <Section title="Happening now" action={<Ref to="/events">All events</Ref>}>
      {lines.length === 0 && (
        <Text c="var(--quiet)" size="sm">
          Events and deliveries appear here as they happen. Nothing since you opened this page.
        </Text>
      )}
      <Stack gap={6} component="ul" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
        {lines.map(({ kind, data }) => (
          <Group key={data.id} component="li" justify="space-between" wrap="nowrap" gap="xs">
            {kind === 'event' ? (
              <Text size="sm" truncate>
                <Ref to={`/profiles/${data.profile}`}>{data.name ?? WORDS[data.kind] ?? data.kind}</Ref>{' '}
                <span className="quiet">
                  <Who id={data.profile} />
                </span>
              </Text>
            ) : (
              <Text size="sm" truncate component="div" title={data.reason ?? undefined}>
                <Ref to={`/deliveries/${data.id}`}>
                  <State
                    of={data.state}
                    note={[data.webhook_name ?? data.webhook, data.status].filter(Boolean).join(', ')}
                  />
                </Ref>
              </Text>
            )}
            <Text size="xs" c="var(--quiet)" style={{ flex: 'none' }}>
              <When at={data.at} />
            </Text>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
