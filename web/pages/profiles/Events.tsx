import { Button, Group, Select, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CursorList, Empty, Named, Page, Ref, SearchBox, useFilters, When, Who } from '../../components/index.ts';
import { type GetEventsData, getEvents } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { ask } from '../../data/queries.ts';

const PERIODS: Record<string, number> = { 'last hour': 3_600_000, 'last day': 86_400_000, 'last 7 days': 604_800_000 };

/** What happened, whoever it happened to, newest first; what is filtered stands in the address. */
export default function Events() {
  const [{ name, since }, set] = useFilters();
  useLiveRefresh(['event'], 'events');
  const load = (cursor: string | undefined) => {
    const period = since === undefined ? undefined : PERIODS[since];
    const query = {
      limit: 50,
      ...(cursor !== undefined && { cursor }),
      ...(name && { name }),
      ...(period !== undefined && { from: new Date(Date.now() - period).toISOString() }),
    } satisfies NonNullable<GetEventsData['query']>;
    return ask(getEvents({ query }));
  };
  return (
    <Page title="Events" back={{ to: '/profiles', label: 'Profiles' }}>
      <Group gap="xs">
        <SearchBox
          label="Name of the event"
          placeholder="Name of the event"
          value={name ?? ''}
          change={(text) => set({ name: text || undefined })}
        />
        <Select
          aria-label="Time"
          placeholder="Any time"
          w={140}
          clearable
          data={Object.keys(PERIODS)}
          value={since ?? null}
          onChange={(value) => set({ since: value ?? undefined })}
        />
        {(name || since) && (
          <Button variant="subtle" color="gray" onClick={() => set({ name: undefined, since: undefined })}>
            Clear
          </Button>
        )}
      </Group>
      <CursorList
        key={`${name} ${since}`}
        label="events"
        queryKey={['events', name, since]}
        load={load}
        columns={[
          {
            label: 'Event',
            width: '50%',
            cell: (item) => (
              <Ref to={`/profiles/${item.profile}`}>
                {item.name ?? item.kind}
                {item.name !== null && item.kind !== 'track' && <span className="quiet"> {item.kind}</span>}
                <Text size="xs" truncate hiddenFrom="sm">
                  <Named id={item.profile} />
                </Text>
              </Ref>
            ),
          },
          {
            label: 'Profile',
            width: '34%',
            wideOnly: true,
            cell: (item) => <Who id={item.profile} />,
          },
          { label: 'Received', width: '110px', cell: (item) => <When at={item.received_at} /> },
        ]}
        empty={
          <Empty
            action={
              !(name || since) && (
                <Button variant="default" component={Link} to="/">
                  See how to send one
                </Button>
              )
            }
          >
            {name || since
              ? 'No event matches these filters.'
              : 'Nothing happened yet. Events appear here as soon as a client sends them.'}
          </Empty>
        }
      />
    </Page>
  );
}
