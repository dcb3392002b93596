import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Failure, Ref, State, When } from '../../components/index.ts';
import {
  type GetScenariosIdRunsResponse,
  postRunsIdPause,
  postRunsIdResume,
  postRunsIdStop,
} from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

type One = GetScenariosIdRunsResponse['items'][number];
const n = (count: number) => count.toLocaleString('en');
const TONES: Record<string, string> = { delivered: 'var(--good)', pending: 'var(--wait)', failed: 'var(--bad)' };

/** One run: how far it is, what became of those it let in, and what can be done with it. `held`: the scenario's state, when that holds it. */
export function Run({ run, held }: { run: One; held: string | null }) {
  const client = useQueryClient();
  const may = useMay('publish');
  const path = { id: run.id };
  const change = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () => void client.invalidateQueries({ queryKey: ['runs', run.scenario] }),
  });
  const { state, deliveries, total } = run;
  const sending = state === 'done' && deliveries.pending > 0;
  const open = state === 'waiting' || state === 'queuing' || sending;
  const title = may ? undefined : 'Your role may not change runs';
  const button = (label: string, work: () => Promise<unknown>, ask?: string) => (
    <Button
      variant="default"
      size="compact-sm"
      disabled={!may}
      title={title}
      loading={change.isPending}
      onClick={() => (!ask || window.confirm(ask)) && change.mutate(work)}
    >
      {label}
    </Button>
  );
  return (
    <Stack component="article" className="panel" p="md" gap="xs" aria-label={`Run ${run.id}`}>
      <Group justify="space-between" gap="xs">
        <Group gap="sm">
          <State of={open && run.began_at !== null && held ? held : sending ? 'sending' : state} />
          <Text size="sm">
            {run.began_at ? 'began ' : run.state === 'stopped' ? 'was to begin ' : 'begins '}
            <When at={run.began_at ?? run.starts_at} />
            {run.by_calendar && <span className="quiet"> by the calendar</span>}
            {run.version !== null && <span className="quiet"> · version {run.version}</span>}
          </Text>
        </Group>
        <Group gap="xs">
          {open && button('Pause', () => ask(postRunsIdPause({ path })))}
          {state === 'paused' && button('Resume', () => ask(postRunsIdResume({ path })))}
          {(open || state === 'paused') &&
            button(
              'Stop',
              () => ask(postRunsIdStop({ path })),
              `Stop this run for good? ${n(deliveries.pending)} deliveries that wait are cancelled.`,
            )}
        </Group>
      </Group>
      {run.reason && (
        <Text size="sm" c="var(--quiet)">
          {run.reason}
        </Text>
      )}
      {state !== 'waiting' && run.began_at && (
        <>
          {(state === 'queuing' || state === 'paused') && (
            <Progress
              value={total === null || total === 0 ? 0 : (100 * run.looked_at) / total}
              aria-label="Profiles looked at"
              size="sm"
              color="gray"
            />
          )}
          <Group gap="md">
            <Text size="sm">
              {n(run.looked_at)} {total !== null && total > run.looked_at ? `of ${n(total)} ` : ''}looked at
            </Text>
            <Text size="sm">{n(run.matched)} match</Text>
            <Text size="sm">{n(run.entered)} entered</Text>
            {run.kept_out > 0 && <Text size="sm">{n(run.kept_out)} may not enter again</Text>}
          </Group>
        </>
      )}
      {deliveries.queued > 0 && (
        <Group gap="md">
          <Text size="sm">
            <Ref to="/deliveries" search={{ run: run.id }}>
              {n(deliveries.queued)} {deliveries.queued === 1 ? 'delivery' : 'deliveries'}
            </Ref>
          </Text>
          {(['delivered', 'pending', 'failed', 'skipped', 'cancelled'] as const).map(
            (name) =>
              deliveries[name] > 0 && (
                <Text key={name} size="sm" c={TONES[name] ?? 'var(--quiet)'}>
                  <Ref
                    plain
                    to="/deliveries"
                    search={{ run: run.id, state: name === 'pending' ? 'queued,sending,retrying,halted' : name }}
                  >
                    {n(deliveries[name])} {name === 'pending' ? 'waiting' : name}
                  </Ref>
                </Text>
              ),
          )}
        </Group>
      )}
      {change.error && <Failure error={change.error} />}
    </Stack>
  );
}
