import { Button, Group, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CursorList, Empty, Page, Ref, State, useFilters, When } from '../../components/index.ts';
import { type GetDeliveriesData, getDeliveries, getScenarios, getWebhooks } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';

const STATES = ['queued', 'sending', 'retrying', 'halted', 'delivered', 'failed', 'skipped', 'cancelled'];
const PERIODS: Record<string, number> = { 'last hour': 3_600_000, 'last day': 86_400_000, 'last 7 days': 604_800_000 };

/** Every delivery, newest first; what is filtered stands in the address. */
export default function Deliveries() {
  const [filters, set] = useFilters();
  const nameOf = useNames();
  useLiveRefresh(['delivery'], 'deliveries');
  const webhooks = useQuery({
    queryKey: ['webhooks', 'names'],
    queryFn: () => ask(getWebhooks({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const scenarios = useQuery({
    queryKey: ['scenarios', 'names'],
    queryFn: () => ask(getScenarios({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const { state, webhook, scenario, run, profile, since } = filters;
  const load = (cursor: string | undefined) => {
    const period = since === undefined ? undefined : PERIODS[since];
    const query = {
      limit: 50,
      ...(cursor !== undefined && { cursor }),
      ...(state && { state }),
      ...(webhook && { webhook }),
      ...(scenario && { scenario }),
      ...(run && { run }),
      ...(profile && { profile }),
      ...(period !== undefined && { from: new Date(Date.now() - period).toISOString() }),
    } as NonNullable<GetDeliveriesData['query']>;
    return ask(getDeliveries({ query }));
  };
  const filtered = Boolean(state || webhook || scenario || run || profile || since);
  const choices = (items: { id: string; name: string }[] | undefined) =>
    (items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Page title="Deliveries">
      <Group gap="xs">
        <Select
          aria-label="State"
          placeholder="Any state"
          w={140}
          clearable
          data={STATES}
          value={state ?? null}
          onChange={(value) => set({ state: value ?? undefined })}
        />
        <Select
          aria-label="Webhook"
          placeholder="Any webhook"
          w={190}
          clearable
          searchable
          data={choices(webhooks.data?.items)}
          value={webhook ?? null}
          onChange={(value) => set({ webhook: value ?? undefined })}
        />
        <Select
          aria-label="Scenario"
          placeholder="Any scenario"
          w={190}
          clearable
          searchable
          data={choices(scenarios.data?.items)}
          value={scenario ?? null}
          onChange={(value) => set({ scenario: value ?? undefined })}
        />
        <Select
          aria-label="Time"
          placeholder="Any time"
          w={140}
          clearable
          data={Object.keys(PERIODS)}
          value={since ?? null}
          onChange={(value) => set({ since: value ?? undefined })}
        />
        <TextInput
          aria-label="Profile id"
          placeholder="Profile id"
          w={190}
          defaultValue={profile ?? ''}
          key={profile ?? ''}
          onBlur={(event) => set({ profile: event.currentTarget.value.trim() || undefined })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') set({ profile: event.currentTarget.value.trim() || undefined });
          }}
        />
        {run && (
          <Button variant="default" onClick={() => set({ run: undefined })} aria-label="Show deliveries of every run">
            One run ×
          </Button>
        )}
        {filtered && (
          <Button
            variant="subtle"
            color="gray"
            onClick={() =>
              set({
                state: undefined,
                webhook: undefined,
                scenario: undefined,
                run: undefined,
                profile: undefined,
                since: undefined,
              })
            }
          >
            Clear
          </Button>
        )}
      </Group>
      <CursorList
        label="deliveries"
        queryKey={['deliveries', state, webhook, scenario, run, profile, since]}
        load={load}
        columns={[
          {
            label: 'State',
            width: '150px',
            cell: (item) => (
              <Ref to={`/deliveries/${item.id}`}>
                <State of={item.state} note={item.held ? 'held' : item.tries > 1 ? `${item.tries} tries` : null} />
              </Ref>
            ),
          },
          {
            label: 'Webhook',
            width: '26%',
            cell: (item) => <Ref to={`/webhooks/${item.webhook}`}>{nameOf(item.webhook)}</Ref>,
          },
          {
            label: 'Scenario',
            width: '20%',
            wideOnly: true,
            cell: (item) =>
              item.scenario ? (
                <Ref to={`/scenarios/${item.scenario}`}>{nameOf(item.scenario)}</Ref>
              ) : (
                <span className="quiet">{item.resend_of ? 'resent' : '–'}</span>
              ),
          },
          {
            label: 'Reason',
            width: '30%',
            wideOnly: true,
            cell: (item) => <span className="quiet">{item.reason?.message ?? ''}</span>,
          },
          { label: 'Queued', width: '110px', cell: (item) => <When at={item.queued_at} /> },
        ]}
        empty={
          <Empty
            action={
              filtered ? null : (
                <Button component="a" href="/webhooks" variant="default">
                  Go to webhooks
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
