import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import {
  CursorList,
  Empty,
  Facts,
  Failure,
  Page,
  Reading,
  Ref,
  Section,
  State,
  useFilters,
  When,
} from '../../components/index.ts';
import {
  type GetResendsIdDeliveriesResponse,
  type GetResendsIdResponse,
  getResendsId,
  getResendsIdDeliveries,
  postResendsIdStop,
} from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';
import { FilterWords } from '../deliveries/FilterWords.tsx';
import { filtersOf } from '../deliveries/filters.ts';
import { isOpen, shareOf } from './progress.ts';

type Job = GetResendsIdResponse;
type Made = GetResendsIdDeliveriesResponse['items'][number];
const LIVE_MS = 1_000;
const BACK = { to: '/resends', label: 'Resends' };
const waits = (job: Job) => ['queued', 'sending', 'retrying'].some((state) => (job.by_state[state] ?? 0) > 0);

/** One resend: how far it is, what it made and what became of it, what it left out and why. */
export default function Resend() {
  const { id } = useParams({ strict: false }) as { id: string };
  const client = useQueryClient();
  const may = useMay('resend');
  const query = useQuery({
    queryKey: ['resend', id],
    queryFn: () => ask(getResendsId({ path: { id } })),
    refetchInterval: ({ state: { data } }) => (data && (isOpen(data.state) || waits(data)) ? LIVE_MS : false),
  });
  const stop = useMutation({
    mutationFn: () => ask(postResendsIdStop({ path: { id } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['resend', id] }),
  });
  const job = query.data;
  if (!job)
    return (
      <Page title="Resend" back={BACK}>
        <Reading query={query} of="the resend" rows={4} lead />
      </Page>
    );
  return (
    <Page
      title="Resend"
      back={BACK}
      action={
        isOpen(job.state) && (
          <Button
            color="gray"
            onClick={() => stop.mutate()}
            loading={stop.isPending || job.state === 'stopping'}
            disabled={!may}
            title={may ? 'Makes no more, and takes back what has not left' : 'Your role may not stop a resend'}
          >
            Stop
          </Button>
        )
      }
    >
      {stop.isError && <Failure error={stop.error} />}
      {job.trouble && (
        <Alert color="red" title="It failed">
          {job.trouble}
        </Alert>
      )}
      <Standing job={job} />
      <Section title="What it is">
        <Facts
          rows={[
            [
              'What',
              <Ref key="w" to="/deliveries" search={filtersOf(job.filter)}>
                <FilterWords filter={job.filter} />
              </Ref>,
            ],
            [
              'Sent as',
              job.mode === 'same_bytes'
                ? 'the same bytes, under the same id and key'
                : 'rendered anew, under an id and a key of its own',
            ],
            ['At most', `${job.per_second.toLocaleString('en')} a second`],
            ['Made', <When key="c" at={job.created_at} />],
            ['By', job.made_by],
            ...(job.ended_at ? [['Ended', <When key="e" at={job.ended_at} />] as const] : []),
          ]}
        />
      </Section>
      {job.skipped.length > 0 && (
        <Section title="Left out">
          {job.skipped.map((one) => (
            <Text key={one.code} size="sm">
              <b>{one.count.toLocaleString('en')}</b> {one.message}
            </Text>
          ))}
        </Section>
      )}
      <Deliveries job={job} />
    </Page>
  );
}

/** How far it is, and what became of what it made. */
function Standing({ job }: { job: Job }) {
  const of = `${job.expected_more ? 'more than ' : ''}${job.expected.toLocaleString('en')}`;
  const skipped = job.found - job.made;
  const [{ state: shown }] = useFilters();
  return (
    <Section title="Progress" action={<State of={job.state} />}>
      <Progress value={shareOf(job) * 100} size="lg" aria-label="Progress" animated={job.state === 'running'} />
      <Text aria-live="polite">
        {job.found.toLocaleString('en')} of {of} looked at: {job.made.toLocaleString('en')} sent again
        {skipped > 0 && `, ${skipped.toLocaleString('en')} left out`}
        {job.cancelled > 0 && `, ${job.cancelled.toLocaleString('en')} taken back by the stop`}.
      </Text>
      <Group gap="lg">
        {Object.entries(job.by_state).map(([state, n]) => (
          <Ref key={state} to={`/resends/${job.id}`} search={shown === state ? {} : { state }}>
            <State of={state} note={n.toLocaleString('en')} />
          </Ref>
        ))}
        {shown && (
          <Ref to={`/resends/${job.id}`} search={{}}>
            Show all
          </Ref>
        )}
      </Group>
    </Section>
  );
}

/** What it made, newest first; of one state, when the address names it. */
function Deliveries({ job }: { job: Job }) {
  const [{ state }] = useFilters();
  const nameOf = useNames();
  const live = isOpen(job.state) || waits(job);
  return (
    <CursorList<Made>
      label="deliveries of this resend"
      queryKey={['resend', job.id, 'deliveries', state]}
      load={(cursor, limit) =>
        ask(
          getResendsIdDeliveries({
            path: { id: job.id },
            query: { limit, ...(cursor && { cursor }), ...(state && { state: state as Made['state'] }) },
          }),
        )
      }
      {...(live && { refetchInterval: 2 * LIVE_MS })}
      columns={[
        {
          label: 'State',
          width: '150px',
          narrow: '108px',
          cell: (item) => (
            <Ref to={`/deliveries/${item.id}`}>
              <State of={item.state} note={item.tries > 1 ? `${item.tries} tries` : null} />
            </Ref>
          ),
        },
        {
          label: 'Webhook',
          cell: (item) => <Ref to={`/webhooks/${item.webhook}`}>{nameOf(item.webhook)}</Ref>,
        },
        {
          label: 'First delivery',
          width: '24%',
          wideOnly: true,
          cell: (item) => item.resend_of && <Ref to={`/deliveries/${item.resend_of}`}>{item.resend_of}</Ref>,
        },
        {
          label: 'Reason',
          width: '26%',
          wideOnly: true,
          cell: (item) => <span className="quiet">{item.reason?.message ?? ''}</span>,
        },
        { label: 'Queued', width: '124px', narrow: '84px', cell: (item) => <When at={item.queued_at} /> },
      ]}
      empty={
        <Empty>
          {state
            ? `None of it is ${state}.`
            : live
              ? 'It has sent nothing yet.'
              : 'It sent nothing: everything was left out.'}
        </Empty>
      }
    />
  );
}
