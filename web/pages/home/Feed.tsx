import { Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Ref, Section, State, When } from '../../components/index.ts';
import { type Live, useLive } from '../../data/live.ts';
import { useNames } from '../../data/names.ts';

const MOST = 30;
const WORDS: Record<string, string> = { update: 'Profile changed', merge: 'Profiles merged' };

/** Events and deliveries as they happen, while the page is open. */
export function Feed() {
  const nameOf = useNames();
  const [lines, setLines] = useState<readonly Live[]>([]);
  const [listener] = useState(() => (live: Live) => {
    if (live.kind === 'changed') return;
    setLines((before) => [live, ...before.filter((one) => one.data.id !== live.data.id)].slice(0, MOST));
  });
  useLive(listener);
  return (
    <Section title="Happening now">
      {lines.length === 0 && (
        <Text c="var(--quiet)" size="sm">
          Events and deliveries appear here as they happen. Nothing since you opened this page.
        </Text>
      )}
      <Stack gap={6} aria-live="polite">
        {lines.map(({ kind, data }) => (
          <Group key={data.id} justify="space-between" wrap="nowrap" gap="xs">
            {kind === 'event' ? (
              <Text size="sm" truncate>
                <Ref to={`/profiles/${data.profile}`}>{data.name ?? WORDS[data.kind] ?? data.kind}</Ref>
              </Text>
            ) : (
              <Text size="sm" truncate component="div">
                <Ref to={`/deliveries/${data.id}`}>
                  <State of={data.state} note={nameOf(data.webhook)} />
                </Ref>
              </Text>
            )}
            <Text size="xs" c="var(--quiet)">
              <When at={data.at} />
            </Text>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
