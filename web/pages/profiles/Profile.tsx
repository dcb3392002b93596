import { Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Copy, Page, Reading, Section, When } from '../../components/index.ts';
import { getProfilesId } from '../../data/api/index.ts';
import { useLiveRefreshOf } from '../../data/live.ts';
import { askExact } from '../../data/queries.ts';
import { Attributes } from './Attributes.tsx';
import { Enrollments } from './Enrollments.tsx';
import { History } from './History.tsx';
import { titleOf } from './naming.ts';
import { Timeline } from './Timeline.tsx';

/** A person: attributes, identifiers, scenarios, and all that happened. */
export default function Profile() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['profile', id],
    queryFn: () => askExact(getProfilesId({ path: { id }, parseAs: 'text' })),
    // Numbers that keep their text (exact.ts) would not survive it.
    structuralSharing: false,
  });
  const profile = query.data;
  // The address may hold the id of one that was merged into it.
  useLiveRefreshOf(profile?.id ?? id, 'profile');
  const back = { to: '/profiles', label: 'Profiles' };
  if (!profile)
    return (
      <Page title="Profile" back={back}>
        <Reading query={query} of="the profile" rows={8} lead />
      </Page>
    );
  return (
    <Page
      title={titleOf(profile)}
      back={back}
      action={
        <Button component={Link} to="/deliveries" search={{ profile: profile.id } as never} variant="default">
          All deliveries
        </Button>
      }
    >
      <History profile={profile} />
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
