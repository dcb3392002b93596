import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getProfilesIdTimeline } from '../data/api/index.ts';
import { ask } from '../data/queries.ts';

/** An event of a profile. */
export interface ChosenEvent {
  id: string;
  name: string;
  body: unknown;
}

const TYPED = 'typed';
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** An event of a profile's history (the last 100 entries), or `typed`: one that is typed beside. */
export function EventSelect(props: {
  profile: string | null;
  value: ChosenEvent | typeof TYPED | null;
  change: (event: ChosenEvent | typeof TYPED | null) => void;
  typedLabel: string;
  mayBeNone: boolean;
}) {
  const { profile, value, change } = props;
  const events = useQuery({
    queryKey: ['timeline', profile, 'try'],
    queryFn: () => ask(getProfilesIdTimeline({ path: { id: profile! }, query: { limit: 100 } })),
    enabled: profile !== null,
  });
  const tracks = (events.data?.items ?? []).filter((entry) => entry.kind === 'track');
  const choose = (id: string | null) => {
    if (id === null || id === TYPED) return change(id);
    const track = tracks.find((entry) => entry.id === id);
    if (track) change({ id, name: track.name ?? '', body: track.body });
  };
  const history = tracks.map((entry) => ({
    value: entry.id,
    label: `${entry.name} · ${when.format(Date.parse(entry.occurred_at))}`,
  }));
  return (
    <Select
      label="Event"
      placeholder="None"
      clearable={props.mayBeNone}
      allowDeselect={props.mayBeNone}
      clearButtonProps={{ 'aria-label': 'Clear the event' }}
      data={[
        { value: TYPED, label: props.typedLabel },
        ...(history.length > 0 ? [{ group: 'From the history', items: history }] : []),
      ]}
      error={events.isError ? events.error.message : undefined}
      value={value === null || value === TYPED ? value : value.id}
      onChange={choose}
    />
  );
}
