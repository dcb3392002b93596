import { Button, Center, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Copy, Failure, Ref, Section, State, When } from '../../components/index.ts';
import { type GetProfilesIdTimelineResponse, getProfilesIdTimeline } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { lineOf } from './naming.ts';

type Entry = GetProfilesIdTimelineResponse['items'][number];

/** All that happened to a person, newest first. */
export function Timeline({ id }: { id: string }) {
  const list = useInfiniteQuery({
    queryKey: ['timeline', id],
    queryFn: ({ pageParam }) =>
      ask(getProfilesIdTimeline({ path: { id }, query: { limit: 50, ...(pageParam && { cursor: pageParam }) } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title="Timeline">
      {list.isPending && <Skeleton height={200} />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && <Text c="var(--quiet)">Nothing happened yet.</Text>}
      <Stack gap={0} component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {entries.map((entry) => (
          <li key={entry.id} style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
            <Line entry={entry} />
          </li>
        ))}
      </Stack>
      {list.hasNextPage && (
        <Center>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Older
          </Button>
        </Center>
      )}
    </Section>
  );
}

const WORDS: Record<string, string> = {
  identify: 'Identified',
  page: 'Page',
  screen: 'Screen',
  group: 'Group',
  alias: 'Alias',
  merge: 'Merged with another profile',
  update: 'Changed by a person or the API',
  outcome: 'Delivery',
  attempted: 'First attempt',
};

function Line({ entry }: { entry: Entry }) {
  const body = (typeof entry.body === 'object' && entry.body !== null ? entry.body : {}) as Record<string, unknown>;
  const delivery = typeof body.delivery === 'string' ? body.delivery : null;
  const fields = Object.entries(body);
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" gap="xs" align="baseline">
        <Group gap={8} align="baseline">
          <Text fw={500}>{entry.kind === 'track' ? (entry.name ?? 'Event') : (WORDS[entry.kind] ?? entry.kind)}</Text>
          {delivery ? (
            <Ref to={`/deliveries/${delivery}`}>
              <State of={String(body.state ?? 'ended')} note={body.step ? `step ${body.step}` : null} />
            </Ref>
          ) : (
            entry.name && entry.kind !== 'track' && <Text>{entry.name}</Text>
          )}
          {entry.origin !== 'event' && (
            <Text size="xs" c="var(--quiet)">
              by {entry.origin}
            </Text>
          )}
        </Group>
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="var(--quiet)">
            <When at={entry.occurred_at} />
          </Text>
          {entry.kind === 'track' && <Copy text={entry.id} label="Copy the event's id" />}
        </Group>
      </Group>
      {!delivery && fields.length > 0 && (
        <Text size="sm" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }} lineClamp={4}>
          {fields.map(([name, value]) => `${name}: ${lineOf(value)}`).join(' · ')}
        </Text>
      )}
      {delivery && <Mapped body={body} />}
    </Stack>
  );
}

/** What a response wrote to the profile, and what it could not. */
function Mapped({ body }: { body: Record<string, unknown> }) {
  const changes = (body.changes ?? []) as { attribute: string; value?: unknown }[];
  const refused = (body.refused ?? []) as { attribute: string; reason: string }[];
  const reason = body.reason as { message?: string } | null | undefined;
  return (
    <>
      {reason?.message && (
        <Text size="sm" c="var(--quiet)">
          {reason.message}
        </Text>
      )}
      {changes.length > 0 && (
        <Text size="sm" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
          wrote {changes.map((change) => `${change.attribute}: ${lineOf(change.value)}`).join(' · ')}
        </Text>
      )}
      {refused.map((one) => (
        <Text key={one.attribute} size="sm" c="var(--wait)">
          {one.attribute} not written: {one.reason}
        </Text>
      ))}
    </>
  );
}
