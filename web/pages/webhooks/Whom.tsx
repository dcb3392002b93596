import { Anchor, Group, SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo, useState } from 'react';
import { EventSelect, JsonField, ProfileSelect } from '../../components/index.ts';
import { getAttributes } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { sampleOf } from './sample.ts';
import type { TryWith } from './trial.ts';

/** For whom it is tried: a profile found by search, with an event of its history or a typed one; or all typed. */
export const Whom = memo(function Whom(props: { with_: TryWith; setWith: (with_: TryWith) => void }) {
  const { with_, setWith } = props;
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
      {with_.by === 'typed' ? <Typed {...{ with_, change }} /> : <Profile with_={with_} change={change} />}
    </Stack>
  );
});

/** Values typed by hand, or begun with a sample. */
function Typed({ with_, change }: { with_: TryWith; change: (part: Partial<TryWith>) => void }) {
  const [samples, count] = useState(0);
  const attributes = useQuery({
    queryKey: ['attributes', 'types'],
    queryFn: () => ask(getAttributes({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  return (
    <>
      <JsonField
        key={samples}
        label="Values (JSON)"
        description="customer, event, and responses: by step id, each with status and body"
        value={with_.typed}
        change={(typed) => change({ typed })}
      />
      <Anchor
        component="button"
        type="button"
        size="sm"
        ta="left"
        onClick={() => {
          change({ typed: sampleOf(attributes.data?.items ?? []) });
          count(samples + 1);
        }}
      >
        Fill in a sample with every attribute
      </Anchor>
    </>
  );
}

function Profile({ with_, change }: { with_: TryWith; change: (part: Partial<TryWith>) => void }) {
  const [responding, setResponding] = useState(with_.responses !== '');
  const { profile, event } = with_;
  return (
    <>
      <Group grow align="flex-start">
        <ProfileSelect
          value={profile}
          change={(chosen) => change({ profile: chosen, event: event === 'typed' ? event : null })}
        />
        <EventSelect
          profile={profile?.id ?? null}
          value={event}
          change={(chosen) => change({ event: chosen })}
          typedLabel="Type one"
          mayBeNone
        />
      </Group>
      {event === 'typed' && (
        <JsonField
          label="Event (JSON)"
          description="Its name, which may be one that was never sent, and properties"
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
