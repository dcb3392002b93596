import { Anchor, Group, SegmentedControl, Select, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getProfilesIdTimeline, getSearch } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { JsonField } from './JsonField.tsx';
import type { TryWith } from './trial.ts';

const TYPED = 'typed';
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** For whom it is tried: a profile found by search, with an event of its history or a typed one; or all typed. */
export function Whom({ with_, setWith }: { with_: TryWith; setWith: (with_: TryWith) => void }) {
  const change = (part: Partial<TryWith>) => setWith({ ...with_, ...part });
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="What is put into the template"
        size="xs"
        value={with_.by}
        onChange={(value) => change({ by: value as TryWith['by'] })}
        data={[
          { value: 'profile', label: 'A profile' },
          { value: 'typed', label: 'Typed values' },
        ]}
      />
      {with_.by === 'typed' ? (
        <JsonField
          label="Values (JSON)"
          description="customer, event, and responses: by step id, each with status and body"
          value={with_.typed}
          change={(typed) => change({ typed })}
        />
      ) : (
        <Profile with_={with_} change={change} />
      )}
    </Stack>
  );
}

function Profile({ with_, change }: { with_: TryWith; change: (part: Partial<TryWith>) => void }) {
  const [text, setText] = useState(with_.profile?.title ?? '');
  const [q] = useDebouncedValue(text.trim(), 200);
  const [responding, setResponding] = useState(with_.responses !== '');
  const { profile, event } = with_;
  const found = useQuery({
    queryKey: ['search', q],
    queryFn: () => ask(getSearch({ query: { q } })),
    enabled: q !== '' && q !== profile?.title,
  });
  const events = useQuery({
    queryKey: ['timeline', profile?.id, 'try'],
    queryFn: () => ask(getProfilesIdTimeline({ path: { id: profile!.id }, query: { limit: 100 } })),
    enabled: profile !== null,
  });
  const tracks = (events.data?.items ?? []).filter((entry) => entry.kind === 'track');
  const people = new Map(
    (found.data?.items ?? []).filter((item) => item.kind === 'profile').map((item) => [item.id, item.title]),
  );
  if (profile) people.set(profile.id, profile.title);
  const choose = (id: string | null) => {
    if (id === null || id === TYPED) return change({ event: id });
    const track = tracks.find((entry) => entry.id === id);
    if (track) change({ event: { id, name: track.name ?? '', body: track.body } });
  };
  return (
    <>
      <Group grow align="flex-start">
        <Select
          label="Profile"
          placeholder="Search by email or id"
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Clear the profile' }}
          data={[...people].map(([value, label]) => ({ value, label }))}
          filter={({ options }) => options}
          value={profile?.id ?? null}
          searchValue={text}
          onSearchChange={setText}
          error={found.isError ? found.error.message : undefined}
          nothingFoundMessage={q === '' ? 'Type an email or an id' : found.isFetching ? 'Searching…' : 'Nobody found'}
          onChange={(id) =>
            change({
              profile: id ? { id, title: people.get(id) ?? id } : null,
              event: event === TYPED ? event : null,
            })
          }
        />
        <Select
          label="Event"
          placeholder="None"
          clearable
          clearButtonProps={{ 'aria-label': 'Clear the event' }}
          data={[
            { value: TYPED, label: 'Type one' },
            ...(tracks.length > 0
              ? [
                  {
                    group: 'From the history',
                    items: tracks.map((entry) => ({
                      value: entry.id,
                      label: `${entry.name} · ${when.format(Date.parse(entry.occurred_at))}`,
                    })),
                  },
                ]
              : []),
          ]}
          value={event === null || event === TYPED ? event : event.id}
          onChange={choose}
        />
      </Group>
      {event === TYPED && (
        <JsonField
          label="Event (JSON)"
          description="Its name and properties"
          value={with_.typedEvent}
          change={(typedEvent) => change({ typedEvent })}
        />
      )}
      {responding ? (
        <JsonField
          label="Answers of earlier steps (JSON)"
          description="By step id, each with status and body"
          placeholder='{ "create_lead": { "status": 200, "body": { "id": 7 } } }'
          mayBeEmpty
          value={with_.responses}
          change={(responses) => change({ responses })}
        />
      ) : (
        <Anchor component="button" type="button" size="sm" ta="left" onClick={() => setResponding(true)}>
          Add answers of earlier steps
        </Anchor>
      )}
    </>
  );
}
