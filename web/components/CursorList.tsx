import { Button, Center, Group, Loader, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { type Paging, usePages } from '../data/pages.ts';
import { Failure } from './Failure.tsx';
import { Loading } from './Loading.tsx';
import { type Column, VirtualTable } from './VirtualTable.tsx';

/**
 * A list by cursor: loads more as one scrolls, shows only the rows in view (smooth at 100,000), and says that there is
 * nothing only once all was looked at. `live`: what happens while one looks is shown without loading anew.
 * `few`: it is short as a rule.
 */
export function CursorList<Item extends { id: string }>(
  props: Paging<Item> & { columns: Column<Item>[]; label: string; empty: ReactNode; rowHeight?: number; few?: boolean },
) {
  const list = usePages(props);
  const { items, hasMore, busy, failed, asks, more } = list;
  const scroller = useRef<HTMLElement>(null);
  const idle = hasMore && !busy && !failed && !asks;
  const nothing = items.length === 0;
  useEffect(() => {
    if (nothing && idle) more();
  });

  if (list.error) return <Failure error={list.error} of={`the list of ${props.label}`} retry={list.retry} />;
  if (list.isPending) return <Loading label={props.label} rowHeight={props.rowHeight ?? 44} rows={props.few ? 1 : 8} />;
  const foot = <Foot {...list} />;
  if (nothing) return hasMore ? <div className="panel">{foot}</div> : props.empty;
  return (
    <div style={{ position: 'relative' }}>
      {list.newer && (
        <Center role="status" style={{ position: 'absolute', top: 44, left: 0, right: 0, zIndex: 3, height: 0 }}>
          <Button
            size="compact-sm"
            onClick={() => {
              scroller.current?.scrollTo({ top: 0 });
              list.showNewer();
            }}
          >
            There is something newer. Show it
          </Button>
        </Center>
      )}
      <VirtualTable
        key={JSON.stringify(props.queryKey)}
        scroller={scroller}
        items={items}
        columns={props.columns}
        label={props.label}
        rowHeight={props.rowHeight ?? 44}
        complete={!hasMore}
        nearEnd={() => idle && more()}
      >
        {foot}
      </VirtualTable>
    </div>
  );
}

/** What stands under the rows while there is more: it is being read, it failed, or one is asked whether to go on. */
function Foot(props: {
  items: readonly unknown[];
  hasMore: boolean;
  busy: boolean;
  failed: boolean;
  asks: boolean;
  why: string | undefined;
  more: () => void;
  lookFurther: () => void;
}) {
  if (!props.hasMore) return null;
  const nothing = props.items.length === 0;
  if (props.failed)
    return (
      <Group p="sm" justify="center" gap="sm" role="alert">
        <Text size="sm">Loading more failed.</Text>
        <Button size="compact-sm" variant="default" onClick={props.more}>
          Try again
        </Button>
      </Group>
    );
  if (props.asks && !props.busy)
    return (
      <Group p="sm" justify="center" gap="sm" role="status">
        <Text size="sm" c="var(--quiet)" maw={560}>
          {props.why ?? (nothing ? 'Nothing found so far.' : 'No more found so far.')}
        </Text>
        <Button size="compact-sm" variant="default" onClick={props.lookFurther}>
          Look further
        </Button>
      </Group>
    );
  return (
    <Group p="sm" justify="center" gap="sm" role="status" mih={44} aria-busy={nothing || undefined}>
      {(props.busy || nothing) && (
        <>
          <Loader size="xs" aria-hidden />
          <Text size="sm" c="var(--quiet)">
            {nothing ? 'Looking further back…' : 'Loading more…'}
          </Text>
        </>
      )}
    </Group>
  );
}
