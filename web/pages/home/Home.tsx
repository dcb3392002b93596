import { Grid, Stack } from '@mantine/core';
import { Page } from '../../components/index.ts';
import { Feed } from './Feed.tsx';
import { GettingStarted } from './GettingStarted.tsx';
import { Health } from './Health.tsx';

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
            <Feed />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
