import { Button, Grid, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CopyBlock, Empty, Failure, Reading, useFilters, When } from '../../components/index.ts';
import {
  deleteInspectorsInspectorRequests,
  type GetInspectorsInspectorRequestsResponse,
  type GetInspectorsInspectorResponse,
  getInspectorsInspectorRequests,
} from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { Arrival } from './Arrival.tsx';
import classes from './arrivals.module.css';

type Item = GetInspectorsInspectorRequestsResponse['items'][number];

// Whoever looks at it waits for what arrives; a page in the background doesn't ask.
const REFRESH_MS = 1_000;

/** What arrived, newest first, live; the chosen one whole beside it. Which one is in the address. */
export function Arrivals({ inspector, mayEmpty }: { inspector: GetInspectorsInspectorResponse; mayEmpty: boolean }) {
  const client = useQueryClient();
  const [filters, set] = useFilters();
  const key = ['inspector-requests', inspector.id];
  const query = useQuery({
    queryKey: key,
    queryFn: () => ask(getInspectorsInspectorRequests({ path: { inspector: inspector.id }, query: { limit: 100 } })),
    refetchInterval: REFRESH_MS,
  });
  const empty = useMutation({
    mutationFn: () => ask(deleteInspectorsInspectorRequests({ path: { inspector: inspector.id } })),
    onSettled: () => void client.invalidateQueries({ queryKey: key }),
  });
  if (!query.data) return <Reading query={query} of="what arrived" rows={5} rowHeight={54} />;
  const { items } = query.data;
  if (items.length === 0)
    return (
      <Empty
        action={
          <div style={{ width: '100%', maxWidth: 640 }}>
            <CopyBlock
              text={`curl -d '{"hello":"world"}' -H 'content-type: application/json' ${inspector.url}`}
              label="Copy the command"
            />
          </div>
        }
      >
        Nothing has arrived yet. It appears here the moment it does; try it:
      </Empty>
    );
  const chosen = items.find((item) => item.id === filters.request) ?? items[0]!;
  return (
    <Stack gap="sm">
      {empty.isError && <Failure error={empty.error} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Group justify="space-between" mb="xs">
            <Text size="sm" c="var(--quiet)" aria-live="polite">
              {items.length === 1 ? '1 request' : `${items.length} requests`}
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              disabled={!mayEmpty}
              loading={empty.isPending}
              onClick={() => empty.mutate()}
            >
              Forget all
            </Button>
          </Group>
          <ul className={`panel ${classes.list}`} aria-label="Requests">
            {items.map((item) => (
              <li key={item.id}>
                <UnstyledButton
                  className={classes.item}
                  aria-current={item === chosen}
                  onClick={() => set({ request: item.id })}
                >
                  <Line item={item} />
                </UnstyledButton>
              </li>
            ))}
          </ul>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Arrival item={chosen} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Line({ item }: { item: Item }) {
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" className="mono" truncate>
          {item.method} {item.path || '/'}
        </Text>
        <Text size="xs" c="var(--quiet)" style={{ whiteSpace: 'nowrap' }}>
          <When at={item.at} />
        </Text>
      </Group>
      <Text size="xs" c="var(--quiet)">
        {item.size.toLocaleString('en')} bytes
        {item.signature.checked && (
          <>
            {' · '}
            <span style={{ color: item.signature.valid ? 'var(--good)' : 'var(--bad)' }}>
              {item.signature.valid ? 'signature right' : 'signature wrong'}
            </span>
          </>
        )}
      </Text>
    </>
  );
}
