import { Group, Stack } from '@mantine/core';
import { Ref, Section, State, When } from '../../components/index.ts';
import { getProfilesIdEnrollments } from '../../data/api/index.ts';
import { usePages } from '../../data/pages.ts';
import { ask } from '../../data/queries.ts';
import { Older } from './Older.tsx';

/** The scenarios that a profile went or goes through, newest first. */
export function Enrollments({ id }: { id: string }) {
  const list = usePages({
    queryKey: ['enrollments', id],
    live: ['event', 'delivery'],
    of: id,
    load: (cursor, limit) =>
      ask(getProfilesIdEnrollments({ path: { id }, query: { limit, ...(cursor && { cursor }) } })),
  });
  return (
    <Section title="Scenarios">
      <Older list={list} of="its scenarios" empty="In none so far.">
        <Stack gap={6}>
          {list.items.map((enrollment) => (
            <Group key={enrollment.id} justify="space-between" gap="xs">
              <Ref to={`/scenarios/${enrollment.scenario}`} search={{ profile: id }}>
                {enrollment.scenario_name}
              </Ref>
              <Group gap="sm" wrap="nowrap">
                <State of={enrollment.state} note={enrollment.step ? `at ${enrollment.step}` : enrollment.reason} />
                <When at={enrollment.started_at} />
              </Group>
            </Group>
          ))}
        </Stack>
      </Older>
    </Section>
  );
}
