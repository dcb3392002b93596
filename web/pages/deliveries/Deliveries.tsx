import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { CursorList, Empty, Named, Page, Ref, State, useFilters, When, Who } from '../../components/index.ts';
import { type GetDeliveriesResponse, getDeliveries } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';
import { Counts } from './Counts.tsx';
import { FilterBar } from './FilterBar.tsx';
import { type Filters, queryOf } from './filters.ts';
import { ResendPanel } from './ResendPanel.tsx';

type Item = GetDeliveriesResponse['items'][number];

// Tries of one that waits for longer aren't told of by the live stream.
const READ_AGAIN_MS = 15_000;

/** Every delivery, newest first; what is filtered stands in the address. */
export default function Deliveries() {
  const [filters, set] = useFilters() as [Filters, ReturnType<typeof useFilters>[1]];
  const nameOf = useNames();
  const filtered = Object.keys(filters).length > 0;
  const mayResend = useMay('resend');
  const [resending, panel] = useDisclosure();
  return (
    <Page
      title="Deliveries"
      action={
        <>
          <Button component={Link} to="/resends" variant="default">
            Resends
          </Button>
          <Button onClick={panel.open} disabled={!filtered || !mayResend} title={whyResend(filtered, mayResend)}>
            Resend these…
          </Button>
        </>
      }
    >
      {resending && <ResendPanel filters={filters} close={panel.close} />}
      <Counts filters={filters} />
      <FilterBar filters={filters} set={set} />
      <CursorList<Item>
        label="deliveries"
        queryKey={['deliveries', filters]}
        live={['delivery']}
        refetchInterval={READ_AGAIN_MS}
        load={(cursor, limit) =>
          ask(getDeliveries({ query: { ...queryOf(filters, Date.now()), limit, ...(cursor && { cursor }) } }))
        }
        columns={[
          {
            label: 'State',
            width: '150px',
            narrow: '126px',
            cell: (item) => (
              <Ref to={`/deliveries/${item.id}`}>
                <State of={item.state} note={noteOf(item)} />
              </Ref>
            ),
          },
          { label: 'Profile', width: '18%', wideOnly: true, cell: (item) => <Who id={item.profile} /> },
          {
            label: 'Webhook',
            cell: (item) => (
              <>
                <Ref to={`/webhooks/${item.webhook}`}>{nameOf(item.webhook)}</Ref>
                <Text size="xs" truncate hiddenFrom="sm" c="var(--quiet)">
                  <Named id={item.profile} />
                  {item.state === 'failed' && item.reason && `: ${item.reason.message}`}
                </Text>
              </>
            ),
          },
          {
            label: 'Scenario',
            width: '18%',
            wideOnly: true,
            cell: (item) =>
              item.scenario ? (
                <Ref to={`/scenarios/${item.scenario}`} search={{ profile: item.profile }}>
                  {nameOf(item.scenario)}
                </Ref>
              ) : (
                <span className="quiet">–</span>
              ),
          },
          {
            label: 'Reason',
            width: '26%',
            wideOnly: true,
            cell: (item) => (
              <span className="quiet" title={item.reason?.message}>
                {item.reason?.message ?? (item.resend_of ? 'Sent again' : '')}
              </span>
            ),
          },
          { label: 'When', width: '124px', narrow: '84px', cell: when },
        ]}
        empty={
          <Empty
            action={
              filtered ? null : (
                <Button component={Link} to="/scenarios" variant="default">
                  Go to scenarios
                </Button>
              )
            }
          >
            {filtered
              ? 'No delivery matches these filters.'
              : 'Nothing was sent yet. A published scenario with a webhook step sends as soon as its event arrives.'}
          </Empty>
        }
      />
    </Page>
  );
}

function whyResend(filtered: boolean, may: boolean): string {
  if (!may) return 'Your role may not resend';
  return filtered
    ? 'Counts what these filters show, before anything is sent'
    : 'Filter first: everything there ever was is too much';
}

function noteOf(item: Item): string | null {
  if (item.held) return 'held';
  return item.tries > 1 ? `${item.tries} tries` : null;
}

/** When it was queued; of one that waits to be tried again when that will be. */
function when(item: Item) {
  if (item.state !== 'retrying' || !item.next_try_at) return <When at={item.queued_at} />;
  return (
    <span>
      <span className="quiet">next</span> <When at={item.next_try_at} />
    </span>
  );
}
