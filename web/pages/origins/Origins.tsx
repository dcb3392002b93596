import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CursorList, Empty, Failure, Page, When } from '../../components/index.ts';
import { type GetOriginsResponse, getOrigins, postOriginsPause, postOriginsResume } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { Changes } from './Changes.tsx';

type Origin = GetOriginsResponse['items'][number] & { id: string };

/** Origins that webhooks call: which answer, which are paused, and what happened to them. */
export default function Origins() {
  const client = useQueryClient();
  const may = useMay('publish');
  const turn = useMutation({
    mutationFn: ({ origin, state }: Origin) =>
      ask(state === 'paused' ? postOriginsResume({ body: { origin } }) : postOriginsPause({ body: { origin } })),
    onSettled: () => void client.invalidateQueries({ queryKey: ['origins'] }),
  });
  return (
    <Page title="Origins">
      {turn.isError && <Failure error={turn.error} />}
      <CursorList<Origin>
        label="origins"
        queryKey={['origins', 'list']}
        refetchInterval={2_000}
        load={async (cursor) => {
          const { items, next_cursor } = await ask(getOrigins({ query: { limit: 50, ...(cursor && { cursor }) } }));
          return { items: items.map((item) => ({ ...item, id: item.origin })), next_cursor };
        }}
        columns={[
          {
            label: 'Origin',
            width: '36%',
            cell: (item) => (
              <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
                {item.origin}
              </Text>
            ),
          },
          {
            label: 'State',
            width: '32%',
            cell: (item) => (
              <>
                <Standing of={item} />
                {item.waiting > 0 && (
                  <Text size="xs" c="var(--wait)" hiddenFrom="sm">
                    {item.waiting.toLocaleString('en')} waiting
                  </Text>
                )}
              </>
            ),
          },
          {
            label: 'Webhooks',
            width: '90px',
            wideOnly: true,
            cell: (item) => <Text size="sm">{item.webhooks.toLocaleString('en')}</Text>,
          },
          {
            label: 'Waiting',
            width: '90px',
            wideOnly: true,
            cell: (item) => (
              <Text size="sm" c={item.waiting > 0 ? 'var(--wait)' : undefined}>
                {item.waiting.toLocaleString('en')}
              </Text>
            ),
          },
          {
            label: 'Pause',
            width: '100px',
            cell: (item) => (
              <Button
                size="compact-xs"
                variant="default"
                disabled={!may}
                title={may ? undefined : 'Your role may not pause origins'}
                aria-label={`${item.state === 'paused' ? 'Resume' : 'Pause'} ${item.origin}`}
                onClick={() => turn.mutate(item)}
              >
                {item.state === 'paused' ? 'Resume' : 'Pause'}
              </Button>
            ),
          },
        ]}
        empty={
          <Empty
            action={
              <Button variant="default" component={Link} to="/webhooks">
                Go to webhooks
              </Button>
            }
          >
            Origins are the servers that webhooks call. One that doesn’t answer is paused here by itself, tried now and
            then, and resumed; nothing is lost, and nothing else slows down.
          </Empty>
        }
      />
      <Changes />
    </Page>
  );
}

const WORDS = { calling: 'answers', broken: 'does not answer', paused: 'paused by hand' };
const TONES = { calling: undefined, broken: 'var(--bad)', paused: 'var(--wait)' };

function Standing({ of }: { of: Origin }) {
  return (
    <Text size="sm" c={TONES[of.state]} component="div" style={{ whiteSpace: 'normal' }}>
      {WORDS[of.state]}
      {of.state !== 'calling' && (
        <Text span visibleFrom="sm">
          {' '}
          since <When at={of.changed_at} />
        </Text>
      )}
      {of.state === 'broken' && (
        <Text span visibleFrom="sm">
          , tried again <When at={of.probe_at} />
        </Text>
      )}
      {of.reason && (
        <Text size="xs" c="var(--quiet)" visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
          {of.reason}
        </Text>
      )}
    </Text>
  );
}
