import { Grid, Stack } from '@mantine/core';
import { Loading, Page } from '../../components/index.ts';
import { Feed, useFeed } from './Feed.tsx';
import { GettingStarted, useSteps } from './GettingStarted.tsx';
import { Health } from './Health.tsx';
import { Sample } from './Sample.tsx';
import { Wrong } from './Wrong.tsx';

/**
 * Where one begins, and what one looks at every day: health at a glance, first steps, what happens now. Once the first
 * steps are made, what happens has the room.
 */
export default function Home() {
  const { all, steps, isPending } = useSteps();
  // Until the steps are known, nobody is told that none was made.
  const early = steps !== undefined && !all;
  const lines = useFeed();
  return (
    <Page title="Home">
      <Health />
      <Wrong />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          {isPending ? (
            <Loading label="the first steps" rows={6} lead />
          ) : early ? (
            <GettingStarted />
          ) : (
            <Feed lines={lines} />
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="md">
            <Sample />
            {early && <Feed lines={lines} />}
            {all && <GettingStarted />}
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
