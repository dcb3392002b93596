import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Copy, Facts, Failure, Page, Reading, Section, When } from '../../components/index.ts';
import {
  deleteDeliveriesIdBodies,
  type GetDeliveriesIdResponse,
  getDeliveriesId,
  postDeliveriesIdResend,
} from '../../data/api/index.ts';
import { useLiveRefreshOf } from '../../data/live.ts';
import { useMay } from '../../data/me.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';
import { Batch } from './Batch.tsx';
import { CopyCurl } from './CopyCurl.tsx';
import { Attempt, Exchange } from './Exchange.tsx';
import { Sends } from './Sends.tsx';
import { What, Why } from './Standing.tsx';

const ENDED = ['delivered', 'failed', 'skipped', 'cancelled'];
const SOON_MS = 2_000;
const LATER_MS = 30_000;

/** When to look again, in ms: soon while it is under way, after the next try where it waits, no more once it ended. */
function lookAgain(delivery: GetDeliveriesIdResponse | undefined): number | false {
  if (!delivery || ENDED.includes(delivery.state)) return false;
  const left = delivery.next_try_at ? Date.parse(delivery.next_try_at) - Date.now() : 0;
  return delivery.held || delivery.state === 'halted' ? LATER_MS : Math.min(LATER_MS, Math.max(SOON_MS, left + 500));
}

/** One delivery: where it stands and why, its exact request, and every attempt. */
export default function Delivery() {
  const { id } = useParams({ strict: false }) as { id: string };
  const nameOf = useNames();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayResend = useMay('resend');
  const mayErase = useMay('erase');
  useLiveRefreshOf(id, 'delivery');
  const query = useQuery({
    queryKey: ['delivery', id],
    queryFn: () => ask(getDeliveriesId({ path: { id } })),
    refetchInterval: ({ state }) => lookAgain(state.data),
  });
  const resend = useMutation({
    mutationFn: () => ask(postDeliveriesIdResend({ path: { id } })),
    onSuccess: (made) => {
      notifications.show({
        message: made.rendered_anew
          ? 'Sent again alone, rendered anew, under an id and a key of its own.'
          : 'Sent again, with the same bytes, id and key.',
      });
      for (const key of ['deliveries', 'delivery-sends', 'delivery-counts'])
        void client.invalidateQueries({ queryKey: [key] });
      void navigate({ to: `/deliveries/${made.id}` as never });
    },
  });
  const erase = useMutation({
    mutationFn: () => ask(deleteDeliveriesIdBodies({ path: { id } })),
    onSuccess: () => {
      notifications.show({ message: 'The bodies are erased. The record of what was sent stays.' });
      void client.invalidateQueries({ queryKey: ['delivery', id] });
    },
  });
  const delivery = query.data;
  const back = { to: '/deliveries', label: 'Deliveries' };
  if (!delivery)
    return (
      <Page title="Delivery" back={back}>
        <Reading query={query} of="the delivery" rows={10} rowHeight={32} lead />
      </Page>
    );
  const { request } = delivery;
  const ended = ENDED.includes(delivery.state);
  const erased = request?.erased_at ?? null;
  const cannot = !mayResend
    ? 'Your role may not resend'
    : !ended
      ? 'It has not ended yet'
      : request === null
        ? 'There is no request to send again'
        : erased !== null
          ? 'Its body was erased'
          : null;
  return (
    <Page
      title={`Delivery ${delivery.id}`}
      heading={nameOf(delivery.webhook)}
      back={back}
      action={
        <Button
          onClick={() => resend.mutate()}
          loading={resend.isPending}
          disabled={cannot !== null}
          title={
            cannot ??
            (request?.members == null
              ? 'Sends the same bytes with the same id and key'
              : 'Sends this profile alone, rendered anew, under an id and a key of its own')
          }
        >
          Resend
        </Button>
      }
    >
      {resend.isError && <Failure error={resend.error} />}
      {erase.isError && <Failure error={erase.error} />}
      <Why delivery={delivery} />
      <What delivery={delivery} />
      {request?.members != null && <Batch delivery={delivery} members={request.members} />}
      {request && <Sends delivery={delivery} idempotencyKey={request.idempotency_key} />}
      {request ? (
        <Section
          title="Request, as every attempt sends it"
          action={
            erased === null && (
              <Group gap="xs">
                <CopyCurl
                  request={{ ...request, headers: request.headers ?? [], body: request.body?.content ?? null }}
                  encoding={request.body?.encoding}
                />
                <Button
                  variant="default"
                  size="xs"
                  loading={erase.isPending}
                  disabled={!ended || !mayErase}
                  title={mayErase ? (ended ? undefined : 'It has not ended yet') : 'Your role may not erase'}
                  onClick={() => {
                    if (
                      window.confirm("Erase this request's body and the answers' bodies? They can't be brought back.")
                    )
                      erase.mutate();
                  }}
                >
                  Erase bodies
                </Button>
              </Group>
            )
          }
        >
          {erased !== null && (
            <Text>
              The bodies of this request and of its answers were erased <When at={erased} />, so it can't be sent again.
            </Text>
          )}
          <Facts
            rows={[
              ['Idempotency-Key', <Copied key="k" text={request.idempotency_key} label="Copy the key" />],
              ['webhook-id', <Copied key="m" text={request.message_id} label="Copy the webhook-id" />],
            ]}
          />
          <Exchange
            first={`${request.method} ${request.url}`}
            headers={request.headers}
            body={request.body}
            cut={false}
            label="the request's body"
          />
        </Section>
      ) : (
        <Text c="var(--quiet)">
          {delivery.tries > 0
            ? 'The request and its answers are past their retention and are gone. How long they are kept stands in Settings.'
            : ended
              ? 'No request was made for it.'
              : 'The request is not rendered yet.'}
        </Text>
      )}
      <Stack gap="sm">
        {[...delivery.attempts].reverse().map((attempt) => (
          <Attempt key={attempt.id} attempt={attempt} />
        ))}
      </Stack>
    </Page>
  );
}

function Copied({ text, label }: { text: string; label: string }) {
  return (
    <span className="mono">
      {text} <Copy text={text} label={label} />
    </span>
  );
}
