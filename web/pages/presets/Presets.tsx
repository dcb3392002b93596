import { Avatar, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Empty, Failure, Page, Reading, Ref, SearchBox, useFilters } from '../../components/index.ts';
import { type GetPresetsResponse, getPresets, postScenarios } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

type Preset = GetPresetsResponse['items'][number];

/** Webhooks that developers prepared: chosen by what they do, filled in by their parameters. */
export default function Presets() {
  const [{ q = '' }, set] = useFilters();
  const found = useQuery({
    queryKey: ['presets', q],
    queryFn: () => ask(getPresets({ query: { limit: 200, ...(q && { q }) } })),
  });
  const mayOffer = useMay('edit_urls');
  const items = found.data?.items ?? [];
  return (
    <Page title="Presets">
      <Group>
        <SearchBox
          label="Search presets"
          placeholder="Search by name or description"
          value={q}
          change={(next) => set({ q: next || undefined })}
        />
      </Group>
      <Reading query={found} of="the presets" rows={4} />
      {found.data && items.length === 0 && (
        <Empty
          action={
            !q &&
            mayOffer && (
              <Button variant="default" component={Link} to="/webhooks">
                Go to webhooks
              </Button>
            )
          }
        >
          {q
            ? `No preset has “${q}” in its name or description.`
            : 'A preset is a webhook that a developer prepared: scenarios fill in its parameters, and need nothing else. A developer offers one in a webhook, under Parameters.'}
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        {items.map((one) => (
          <Card key={one.id} preset={one} />
        ))}
      </SimpleGrid>
    </Page>
  );
}

function Card({ preset }: { preset: Preset }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('edit_scenarios');
  const mayOpen = useMay('edit_urls');
  const use = useMutation({
    mutationFn: () => {
      const steps = [{ id: 'webhook', kind: 'webhook' as const, webhook: preset.id }];
      return ask(postScenarios({ body: { name: preset.name, draft: { start: 'webhook', steps } } }));
    },
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['scenarios'] });
      void navigate({ to: `/scenarios/${id}` as never });
    },
  });
  return (
    <Stack component="section" aria-label={preset.name} className="panel" p="md" gap="sm" justify="space-between">
      <Stack gap="sm">
        <Group gap="sm" wrap="nowrap">
          <Avatar color={preset.color} radius="sm" aria-hidden>
            {preset.icon || preset.name.slice(0, 1).toUpperCase()}
          </Avatar>
          <div style={{ minWidth: 0 }}>
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {mayOpen ? <Ref to={`/webhooks/${preset.id}`}>{preset.name}</Ref> : preset.name}
            </Text>
            {!preset.enabled && (
              <Text size="xs" c="var(--quiet)">
                switched off
              </Text>
            )}
          </div>
        </Group>
        {preset.description && (
          <Text size="sm" lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
            {preset.description}
          </Text>
        )}
        <Text size="sm" c="var(--quiet)">
          {preset.parameters.length === 0
            ? 'Nothing to fill in.'
            : `To fill in: ${preset.parameters.map((one) => one.label || one.name).join(', ')}`}
        </Text>
        {use.isError && <Failure error={use.error} />}
      </Stack>
      <Group>
        <Button
          variant="default"
          disabled={!may}
          loading={use.isPending}
          title={may ? undefined : 'Your role may not make scenarios: ask a marketer or a developer'}
          aria-label={`Make a scenario with ${preset.name}`}
          onClick={() => use.mutate()}
        >
          Make a scenario
        </Button>
      </Group>
    </Stack>
  );
}
