import { Anchor, Button, Group, Progress, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { CursorList, Empty, Page, When } from '../../components/index.ts';
import { getPolicies } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { limitText, type Policy } from './limit.ts';
import { PolicyForm } from './PolicyForm.tsx';
import { Removal } from './Removal.tsx';

/** Throughput policies: what any number of webhooks may send together, and how it goes just now. */
export default function Policies() {
  const may = useMay('edit_urls');
  const [edited, setEdited] = useState<Policy | 'new' | null>(null);
  const [removed, setRemoved] = useState<Policy | null>(null);
  const make = (variant: 'filled' | 'default') => (
    <Button variant={variant} leftSection={<IconPlus size={16} />} disabled={!may} onClick={() => setEdited('new')}>
      New policy
    </Button>
  );
  return (
    <Page title="Throughput policies" action={make('filled')}>
      {!may && (
        <Text size="sm" c="var(--quiet)">
          Limits are set by developers; your role may look at them.
        </Text>
      )}
      <CursorList<Policy>
        label="throughput policies"
        queryKey={['policies', 'list']}
        load={(cursor) => ask(getPolicies({ query: { limit: 50, ...(cursor && { cursor }) } }))}
        refetchInterval={2_000}
        columns={[
          {
            label: 'Name',
            width: '26%',
            cell: (item) => (
              <Anchor
                component="button"
                size="sm"
                maw="100%"
                truncate
                title={item.name}
                onClick={() => setEdited(item)}
              >
                {item.name}
              </Anchor>
            ),
          },
          { label: 'Limit', width: '22%', wideOnly: true, cell: (item) => <Text size="sm">{limitText(item)}</Text> },
          {
            label: 'Open now',
            width: '16%',
            narrow: '84px',
            cell: (item) => <Share of={item.now.open} most={item.concurrency} />,
          },
          {
            label: 'Begun',
            width: '16%',
            wideOnly: true,
            cell: (item) => <Share of={item.now.spent} most={item.rate} />,
          },
          {
            label: 'Waiting',
            width: '14%',
            narrow: '72px',
            cell: (item) => (
              <Text size="sm" c={item.now.waiting > 0 ? 'var(--wait)' : undefined}>
                {item.now.waiting >= 10_000 ? '10,000 or more' : item.now.waiting.toLocaleString('en')}
                {item.now.next_at && (
                  <Text span size="xs" c="var(--quiet)" component="div">
                    next <When at={item.now.next_at} />
                  </Text>
                )}
              </Text>
            ),
          },
          {
            label: 'Delete',
            width: '110px',
            narrow: '84px',
            cell: (item) => (
              <Button
                size="compact-xs"
                variant="default"
                disabled={!may}
                aria-label={`Delete ${item.name}`}
                onClick={() => setRemoved(item)}
              >
                Delete
              </Button>
            ),
          },
        ]}
        empty={
          <Empty action={may && make('default')}>
            A throughput policy limits how many requests are open at a time, or how many begin in a second, minute, hour
            or day. Any number of webhooks share it, across all processes; the limit is never exceeded.
          </Empty>
        }
      />
      {edited && <PolicyForm policy={edited === 'new' ? null : edited} close={() => setEdited(null)} />}
      {removed && <Removal policy={removed} close={() => setRemoved(null)} />}
    </Page>
  );
}

function Share({ of, most }: { of: number; most: number | null }) {
  if (most === null) return <span className="quiet">–</span>;
  return (
    <Group gap={8} wrap="nowrap">
      <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
        {of.toLocaleString('en')} of {most.toLocaleString('en')}
      </Text>
      <Progress
        value={Math.min(100, (100 * of) / most)}
        size="sm"
        style={{ flex: 1, minWidth: 30 }}
        visibleFrom="md"
        aria-label={`${of} of ${most}`}
      />
    </Group>
  );
}
