import { Button, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { ScenarioDefinition } from '../../canvas/definition.ts';
import { Empty, Failure, Loading, Page, Section } from '../../components/index.ts';
import { getScenariosId, getScenariosIdRuns, getScenariosIdVersionsVersion } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { Halted } from './Halted.tsx';
import { Times } from './NextTimes.tsx';
import { Run } from './Run.tsx';
import { StartRun } from './StartRun.tsx';

const LIVE = ['waiting', 'queuing', 'paused'];

/** The runs of a campaign: started here, watched, paused and stopped. */
export default function Runs() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [starting, setStarting] = useState(false);
  const mayStart = useMay('publish');
  const scenario = useQuery({ queryKey: ['scenario', id], queryFn: () => ask(getScenariosId({ path: { id } })) });
  const version = scenario.data?.version ?? null;
  const published = useQuery({
    queryKey: ['scenario', id, 'version', version],
    queryFn: () => ask(getScenariosIdVersionsVersion({ path: { id, version: String(version) } } as never)),
    enabled: version !== null,
  });
  const runs = useInfiniteQuery({
    queryKey: ['runs', id],
    queryFn: ({ pageParam }) =>
      ask(getScenariosIdRuns({ path: { id }, query: { limit: 20, ...(pageParam && { cursor: pageParam }) } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Once a second while something moves, now and then else (a calendar may start one).
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((run) => LIVE.includes(run.state) || run.deliveries.pending > 0))
        ? 1_000
        : 10_000,
  });
  const failure = scenario.error ?? runs.error;
  const name = scenario.data?.name ?? 'a scenario';
  const back = { to: `/scenarios/${id}`, label: 'Scenario' };
  const title = `Runs of ${name}`;
  if (failure && !(scenario.data && runs.data))
    return (
      <Page title={title} back={back}>
        <Failure error={failure} of="the runs" retry={() => void Promise.all([scenario.refetch(), runs.refetch()])} />
      </Page>
    );
  if (!scenario.data || !runs.data)
    return (
      <Page title={title} back={back}>
        <Loading label="the runs" rows={3} rowHeight={72} />
      </Page>
    );
  const trigger = (published.data?.definition as ScenarioDefinition | undefined)?.trigger;
  const campaign = trigger?.kind === 'campaign' ? trigger : null;
  const { state, halted } = scenario.data;
  const held = halted ? 'halted' : state === 'paused' ? state : null;
  const items = runs.data.pages.flatMap((page) => page.items);
  const [first] = runs.data.pages;
  const whyNot = whyNotStart(state, version, published.data ? campaign !== null : true, mayStart);
  return (
    <Page
      title={title}
      back={back}
      action={
        <Button disabled={whyNot !== null} title={whyNot ?? undefined} onClick={() => setStarting(true)}>
          Start a run
        </Button>
      }
    >
      <Halted scenario={scenario.data} />
      {whyNot && mayStart && (
        <Text size="sm" c="var(--quiet)">
          {whyNot}
        </Text>
      )}
      {starting && campaign && <StartRun scenario={id} filter={campaign.filter} close={() => setStarting(false)} />}
      {first && first.next_by_calendar.length > 0 && (
        <Section title="Next by the calendar">
          <Times times={first.next_by_calendar} zone={first.time_zone} />
        </Section>
      )}
      {items.length === 0 ? (
        <Empty>Nothing ran yet. A run looks at every profile and lets in those that the campaign is for.</Empty>
      ) : (
        <Stack gap="sm">
          {items.map((run) => (
            <Run key={run.id} run={run} held={held} />
          ))}
        </Stack>
      )}
      {runs.hasNextPage && (
        <Button variant="default" onClick={() => void runs.fetchNextPage()} loading={runs.isFetchingNextPage}>
          Earlier runs
        </Button>
      )}
    </Page>
  );
}

function whyNotStart(state: string, version: number | null, campaign: boolean, may: boolean): string | null {
  if (!may) return 'Your role may not start campaigns';
  if (version === null) return 'Publish the scenario first, then start it here.';
  if (state === 'archived') return 'The scenario is archived.';
  if (state === 'paused') return 'The scenario is paused. Resume it, then start it here.';
  return campaign ? null : 'The published version is started by an event. Make it a campaign and publish it.';
}
