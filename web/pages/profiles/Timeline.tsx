import { Group, Stack, Text } from '@mantine/core';
import { Copy, Ref, Section, State, When } from '../../components/index.ts';
import { type GetProfilesIdTimelineResponse, getProfilesIdTimeline } from '../../data/api/index.ts';
import { usePages } from '../../data/pages.ts';
import { askExact } from '../../data/queries.ts';
import { lineOf } from './naming.ts';
import { Older } from './Older.tsx';

type Entry = GetProfilesIdTimelineResponse['items'][number];

/** All that happened to a person, newest first. */
export function Timeline({ id }: { id: string }) {
  const list = usePages<Entry>({
    queryKey: ['timeline', id],
    live: ['event', 'delivery'],
    of: id,
    load: (cursor, limit) =>
      askExact(
        getProfilesIdTimeline({
          path: { id },
          query: { limit, ...(cursor && { cursor }) },
          parseAs: 'text',
        }),
      ),
  });
  return (
    <Section title="Timeline">
      <Older list={list} of="its timeline" empty="Nothing happened yet.">
        <Stack gap={0} component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {list.items.map((entry) => (
            <li key={entry.id} style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
              <Line entry={entry} />
            </li>
          ))}
        </Stack>
      </Older>
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
  outcome: 'Delivery',
  attempted: 'First attempt',
};

function Line({ entry }: { entry: Entry }) {
  const body = (typeof entry.body === 'object' && entry.body !== null ? entry.body : {}) as Record<string, unknown>;
  const delivery = typeof body.delivery === 'string' ? body.delivery : null;
  const meta = (entry.meta ?? {}) as { by?: { kind: string; name: string }; refused?: Refused[] };
  const fields = entry.kind === 'update' ? written(body) : Object.entries(body);
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" gap="xs" align="baseline">
        <Group gap={8} align="baseline">
          <Text fw={600}>{titleOf(entry, meta.by)}</Text>
          {delivery ? (
            <Ref to={`/deliveries/${delivery}`}>
              <State of={String(body.state ?? 'ended')} note={body.step ? `step ${body.step}` : null} />
            </Ref>
          ) : (
            entry.name && entry.kind !== 'track' && <Text>{entry.name}</Text>
          )}
          {entry.origin !== 'event' && entry.kind !== 'update' && (
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
      {!delivery && <NotWritten refused={meta.refused ?? []} />}
    </Stack>
  );
}

type Refused = { attribute: string; reason: string };

function titleOf(entry: Entry, by: { kind: string; name: string } | undefined): string {
  if (entry.kind === 'track') return entry.name ?? 'Event';
  if (entry.kind !== 'update') return WORDS[entry.kind] ?? entry.kind;
  if (!by) return 'Changed by a person or the API';
  return by.kind === 'key' ? `Changed by API key “${by.name}”` : `Changed by ${by.name}`;
}

/** What an update wrote: names and values. */
function written(body: Record<string, unknown>): [string, unknown][] {
  const changed = new Set((body.changed ?? []) as string[]);
  return ((body.changes ?? []) as { attribute: string; mode: string; value?: unknown }[])
    .filter((one) => changed.has(one.attribute))
    .map((one) => [one.attribute, one.mode === 'remove' ? 'removed' : one.value]);
}

function NotWritten({ refused }: { refused: readonly Refused[] }) {
  return refused.map((one) => (
    <Text key={one.attribute} size="sm" c="var(--wait)" style={{ overflowWrap: 'anywhere' }}>
      {one.attribute} not written: {one.reason}
    </Text>
  ));
}

/** What a response wrote to the profile, and what it could not. */
function Mapped({ body }: { body: Record<string, unknown> }) {
  const changes = (body.changes ?? []) as { attribute: string; value?: unknown }[];
  const refused = (body.refused ?? []) as Refused[];
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
      <NotWritten refused={refused} />
    </>
  );
}
