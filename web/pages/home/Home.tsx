import { Grid, Stack } from '@mantine/core';
import { Page } from '../../components/index.ts';
import { Feed } from './Feed.tsx';
import { GettingStarted } from './GettingStarted.tsx';
import { Health } from './Health.tsx';
import { Sample } from './Sample.tsx';

/** Where one begins, and what one looks at every day: health at a glance, first steps, what happens now. */
export default function Home() {
  return (
    <Page title="Home">
      <Health />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <GettingStarted />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="md">
            <Sample />
            <Feed />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
