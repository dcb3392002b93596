import { Grid, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Copy, Failure, Page, Ref, Section, State, When } from '../../components/index.ts';
import { getProfilesId, getProfilesIdEnrollments } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { ask } from '../../data/queries.ts';
import { Attributes } from './Attributes.tsx';
import { titleOf } from './naming.ts';
import { Timeline } from './Timeline.tsx';

/** A person: attributes, identifiers, scenarios, and all that happened. */
export default function Profile() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLiveRefresh(['event', 'delivery'], 'profile', 'timeline', 'enrollments');
  const query = useQuery({ queryKey: ['profile', id], queryFn: () => ask(getProfilesId({ path: { id } })) });
  const back = { to: '/profiles', label: 'Profiles' };
  if (query.isError && !query.data)
    return (
      <Page title="Profile" back={back}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </Page>
    );
  const profile = query.data;
  if (!profile)
    return (
      <Page title="Profile" back={back}>
        <Skeleton height={320} />
      </Page>
    );
  return (
    <Page title={titleOf(profile)} back={back}>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="md">
            <Attributes profile={profile} />
            <Section title="Identifiers">
              <Stack gap={4}>
                {profile.identifiers.length === 0 && <Text c="var(--quiet)">None.</Text>}
                {profile.identifiers.map((identifier) => (
                  <Group key={`${identifier.kind} ${identifier.value}`} justify="space-between" wrap="nowrap">
                    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                      <span className="quiet">{identifier.kind}</span> <span className="mono">{identifier.value}</span>
                    </Text>
                    <Copy text={identifier.value} label={`Copy ${identifier.kind}`} />
                  </Group>
                ))}
                <Group justify="space-between" wrap="nowrap">
                  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                    <span className="quiet">id</span> <span className="mono">{profile.id}</span>
                  </Text>
                  <Copy text={profile.id} label="Copy the id" />
                </Group>
                {profile.merged.map((one) => (
                  <Text key={one.id} size="sm" c="var(--quiet)">
                    <span className="mono">{one.id}</span> was merged in <When at={one.merged_at} />
                  </Text>
                ))}
              </Stack>
            </Section>
            <Enrollments id={profile.id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Timeline id={profile.id} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Enrollments({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['enrollments', id],
    queryFn: () => ask(getProfilesIdEnrollments({ path: { id }, query: { limit: 20 } })),
  });
  return (
    <Section title="Scenarios">
      {query.isError && <Failure error={query.error} />}
      {query.data?.items.length === 0 && <Text c="var(--quiet)">In none so far.</Text>}
      <Stack gap={6}>
        {query.data?.items.map((enrollment) => (
          <Group key={enrollment.id} justify="space-between" gap="xs" wrap="nowrap">
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
    </Section>
  );
}
