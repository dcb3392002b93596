import { Drawer, Group, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Ref, useFilters, When } from '../../components/index.ts';
import {
  type GetProfilesIdHistoryResponse,
  type GetProfilesIdResponse,
  getProfilesIdHistory,
} from '../../data/api/index.ts';
import { useNames } from '../../data/names.ts';
import { usePages } from '../../data/pages.ts';
import { askExact } from '../../data/queries.ts';
import { lineOf } from './naming.ts';
import { Older } from './Older.tsx';

type Entry = GetProfilesIdHistoryResponse['items'][number];

/** What stands in the address for the history of all attributes; no attribute can be called so. */
export const ALL = ' ';

/** Who or what changed an attribute (or any), newest first, with a link to the cause; open while the address says so. */
export function History({ profile }: { profile: GetProfilesIdResponse }) {
  const [{ history }, set] = useFilters();
  const close = () => set({ history: undefined });
  return (
    <Drawer.Root opened={history !== undefined} onClose={close} position="right" size="md">
      <Drawer.Overlay />
      <Drawer.Content>
        <Drawer.Body p="md">
          <Group justify="space-between" wrap="nowrap" mb="sm">
            <Drawer.Title fw={600} style={{ overflowWrap: 'anywhere' }}>
              {history === ALL ? 'History of all attributes' : `History of ${history ?? ''}`}
            </Drawer.Title>
            <Drawer.CloseButton aria-label="Close" />
          </Group>
          {history !== undefined && <Entries profile={profile} attribute={history === ALL ? undefined : history} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Entries({ profile, attribute }: { profile: GetProfilesIdResponse; attribute: string | undefined }) {
  const { id } = profile;
  const list = usePages<Entry>({
    queryKey: ['history', id, attribute],
    live: ['event', 'delivery'],
    of: id,
    load: (cursor, limit) => {
      const query = { limit, ...(cursor && { cursor }), ...(attribute !== undefined && { attribute }) };
      return askExact(getProfilesIdHistory({ path: { id }, query, parseAs: 'text' }));
    },
  });
  const { items, hasMore, busy, failed, asks, more } = list;
  useEffect(() => {
    if (items.length === 0 && hasMore && !busy && !failed && !asks) more();
  });
  const last = attribute === undefined ? undefined : profile.changes[attribute];
  return (
    <Stack gap="md">
      {last && (
        <div className="panel" style={{ padding: 10 }}>
          <Text style={{ overflowWrap: 'anywhere' }}>{lineOf(profile.attributes[attribute!]) || 'empty'}</Text>
          <Text size="xs" c="var(--quiet)">
            {last.origin === 'scenario' ? 'Written by a step of a scenario' : 'As it is'} since{' '}
            <When at={last.at} both />
          </Text>
        </div>
      )}
      <Older
        list={list}
        of="the history"
        empty="Nothing that is kept has changed it. What a step of a scenario writes is not listed."
      >
        <Stack gap={0} component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {items.map((entry) => (
            <li key={entry.id} style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
              <Line entry={entry} named={attribute === undefined} />
            </li>
          ))}
        </Stack>
      </Older>
    </Stack>
  );
}

function Line({ entry, named }: { entry: Entry; named: boolean }) {
  return (
    <Stack gap={2}>
      {entry.changes.map((change, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one fact may change an attribute twice, and it never changes
        <Text key={i} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {named && <span className="quiet">{change.attribute} </span>}
          {valueIn(change)}
        </Text>
      ))}
      <Group gap={6} justify="space-between" align="baseline">
        <Text size="xs" c="var(--quiet)">
          <Cause entry={entry} />
        </Text>
        <Text size="xs" c="var(--quiet)">
          <When at={entry.at} />
        </Text>
      </Group>
    </Stack>
  );
}

function valueIn({ mode, value }: Entry['changes'][number]): string {
  const line = lineOf(value);
  switch (mode) {
    case 'remove':
      return 'removed';
    case 'add_to_list':
      return `${line} was added to the list`;
    case 'sum':
      return `${line} was added to the number`;
    case 'set_if_empty':
      return `${line}, as it was empty`;
    default:
      return line || 'empty';
  }
}

/** Who or what it was, as a link where there is something behind it. */
function Cause({ entry }: { entry: Entry }) {
  const nameOf = useNames();
  const { kind, by, delivery, merged } = entry;
  if (by) return <>{by.kind === 'key' ? `API key “${by.name}”` : by.name}</>;
  if (delivery)
    return (
      <>
        <Ref to={`/deliveries/${delivery}`}>The answer to {entry.webhook ? nameOf(entry.webhook) : 'a delivery'}</Ref>
        {entry.scenario && (
          <>
            {' '}
            in <Ref to={`/scenarios/${entry.scenario}`}>{nameOf(entry.scenario)}</Ref>
          </>
        )}
      </>
    );
  if (merged)
    return (
      <>
        Merged from <span className="mono">{merged}</span>
      </>
    );
  if (kind === 'identify') return <>An identify call</>;
  return <>{entry.origin === 'person' ? 'A person or the API' : entry.origin}</>;
}
