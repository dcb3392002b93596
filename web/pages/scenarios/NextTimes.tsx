import { List, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getCalendar } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

/** Times as the workspace's clocks show them. */
export function Times({ times, zone }: { times: readonly string[]; zone: string }) {
  const format = new Intl.DateTimeFormat('en', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
    timeZoneName: 'short',
  });
  return (
    <List size="sm" listStyleType="none" aria-label={`Next times, ${zone}`}>
      {times.map((time) => (
        <List.Item key={time}>
          <time dateTime={time}>{format.format(new Date(time))}</time>
        </List.Item>
      ))}
    </List>
  );
}

/** The next five times of a calendar expression, or what is wrong with it. */
export function NextTimes({ expression }: { expression: string }) {
  const [settled] = useDebouncedValue(expression, 300);
  const next = useQuery({
    queryKey: ['calendar', settled],
    queryFn: () => ask(getCalendar({ query: { expression: settled } })),
  });
  if (next.isError)
    return (
      <Text size="sm" c="var(--bad)" role="status">
        {next.error.message}
      </Text>
    );
  if (!next.data) return null;
  return (
    <div>
      <Text size="xs" c="var(--quiet)">
        The next times, in {next.data.time_zone} (the workspace’s time zone)
      </Text>
      <Times times={next.data.next} zone={next.data.time_zone} />
    </div>
  );
}
