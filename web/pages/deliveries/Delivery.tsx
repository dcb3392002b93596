import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Copy, Facts, Failure, Page, Ref, Section, State, When } from '../../components/index.ts';
import { getDeliveriesId, postDeliveriesIdResend } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { useMay } from '../../data/me.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';
import { Attempt, Exchange } from './Exchange.tsx';

const ENDED = ['delivered', 'failed', 'skipped', 'cancelled'];

/** One delivery: where it stands and why, its exact request, and every attempt. */
export default function Delivery() {
  const { id } = useParams({ strict: false }) as { id: string };
  const nameOf = useNames();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayResend = useMay('resend');
  useLiveRefresh(['delivery'], 'delivery');
  const query = useQuery({ queryKey: ['delivery', id], queryFn: () => ask(getDeliveriesId({ path: { id } })) });
  const resend = useMutation({
    mutationFn: () => ask(postDeliveriesIdResend({ path: { id } })),
    onSuccess: (made) => {
      notifications.show({ message: 'Sent again, with the same bytes, id and key.' });
      void client.invalidateQueries({ queryKey: ['deliveries'] });
      void navigate({ to: `/deliveries/${made.id}` as never });
    },
  });
  const delivery = query.data;
  const back = { to: '/deliveries', label: 'Deliveries' };
  if (query.isError && !query.data)
    return (
      <Page title="Delivery" back={back}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </Page>
    );
  if (!delivery)
    return (
      <Page title="Delivery" back={back}>
        <Skeleton height={160} />
        <Skeleton height={320} />
      </Page>
    );
  const ended = ENDED.includes(delivery.state);
  return (
    <Page
      title={`Delivery ${delivery.id}`}
      heading={nameOf(delivery.webhook)}
      back={back}
      action={
        <Button
          onClick={() => resend.mutate()}
          loading={resend.isPending}
          disabled={!ended || !mayResend || delivery.request === null}
          title={
            mayResend
              ? ended
                ? 'Sends the same bytes with the same id and key'
                : 'It has not ended yet'
              : 'Your role may not resend'
          }
        >
          Resend
        </Button>
      }
    >
      {resend.isError && <Failure error={resend.error} />}
      {delivery.reason && (
        <Alert
          color={delivery.state === 'failed' ? 'red' : 'gray'}
          title={`${delivery.state}: ${delivery.reason.code}`}
        >
          {delivery.reason.message}
        </Alert>
      )}
      <Section title="What it is">
        <Facts
          rows={[
            [
              'State',
              <State key="s" of={delivery.state} note={delivery.held ? 'held until the scenario is resumed' : null} />,
            ],
            ...(delivery.next_try_at ? [['Next try', <When key="n" at={delivery.next_try_at} />] as const] : []),
            [
              'Webhook',
              <Ref key="w" to={`/webhooks/${delivery.webhook}`}>
                {nameOf(delivery.webhook)}
              </Ref>,
            ],
            [
              'Scenario',
              delivery.scenario ? (
                <Ref key="c" to={`/scenarios/${delivery.scenario}`} search={{ profile: delivery.profile }}>
                  {nameOf(delivery.scenario)}, step {delivery.step}
                </Ref>
              ) : (
                '–'
              ),
            ],
            [
              'Profile',
              <Ref key="p" to={`/profiles/${delivery.profile}`}>
                {delivery.profile}
              </Ref>,
            ],
            ['Queued', <When key="q" at={delivery.queued_at} />],
            ['Ended', <When key="e" at={delivery.ended_at} />],
            ['Tries', delivery.tries],
            ...(delivery.resend_of
              ? [
                  [
                    'Resend of',
                    <Ref key="r" to={`/deliveries/${delivery.resend_of}`}>
                      {delivery.resend_of}
                    </Ref>,
                  ] as const,
                ]
              : []),
            [
              'Id',
              <Group key="i" gap={4}>
                <span className="mono">{delivery.id}</span>
                <Copy text={delivery.id} label="Copy the id" />
              </Group>,
            ],
          ]}
        />
      </Section>
      {delivery.request ? (
        <Section title="Request, as every attempt sends it">
          <Facts
            rows={[
              [
                'Idempotency-Key',
                <span key="k" className="mono">
                  {delivery.request.idempotency_key}
                </span>,
              ],
              [
                'webhook-id',
                <span key="m" className="mono">
                  {delivery.request.message_id}
                </span>,
              ],
            ]}
          />
          <Exchange
            first={`${delivery.request.method} ${delivery.request.url}`}
            headers={delivery.request.headers}
            body={delivery.request.body}
            cut={false}
            label="the request's body"
          />
        </Section>
      ) : (
        <Text c="var(--quiet)">The request is not rendered yet.</Text>
      )}
      <Stack gap="sm">
        {[...delivery.attempts].reverse().map((attempt) => (
          <Attempt key={attempt.id} attempt={attempt} />
        ))}
      </Stack>
    </Page>
  );
}
