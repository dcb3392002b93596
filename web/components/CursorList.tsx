import { Button, Center, Loader, Skeleton, Stack, Table, Text } from '@mantine/core';
import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import { Failure } from './Failure.tsx';

interface Column<Item> {
  label: string;
  /** Grid width, e.g. `minmax(160px, 2fr)`. */
  width: string;
  cell: (item: Item) => ReactNode;
  /** Left out on narrow screens. */
  wideOnly?: boolean;
}

/**
 * A list by cursor: loads more as one scrolls, shows only the rows in view (smooth at
 * 100,000).
 */
export function CursorList<Item extends { id: string }>(props: {
  queryKey: QueryKey;
  load: (cursor: string | undefined) => Promise<{ items: Item[]; next_cursor: string | null }>;
  columns: Column<Item>[];
  label: string;
  empty: ReactNode;
  rowHeight?: number;
  refetchInterval?: number;
}) {
  const { rowHeight = 44 } = props;
  const list = useInfiniteQuery({
    queryKey: props.queryKey,
    queryFn: ({ pageParam }) => props.load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    ...(props.refetchInterval !== undefined && { refetchInterval: props.refetchInterval }),
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && items.length > 0 && last >= items.length - 15) void fetchNextPage();
  }, [last, items.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (list.isError && items.length === 0) return <Failure error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending)
    return (
      <Stack gap={8} className="panel" p="sm" aria-busy aria-label={`Loading ${props.label}`}>
        {Array.from({ length: 8 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          <Skeleton key={i} height={26} />
        ))}
      </Stack>
    );
  if (items.length === 0) return <>{props.empty}</>;
  const before = shown[0]?.start ?? 0;
  const after = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <section
      ref={scroller}
      className="panel"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={props.label}
      style={{ overflow: 'auto', maxHeight: 'calc(100dvh - 190px)' }}
    >
      <Table aria-label={props.label} verticalSpacing={8} highlightOnHover stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {props.columns.map((column) => (
              <Table.Th
                key={column.label}
                visibleFrom={column.wideOnly ? 'sm' : undefined}
                style={{ width: column.width }}
              >
                <Text size="xs" fw={500} c="var(--quiet)" component="span">
                  {column.label}
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {before > 0 && (
            <tr aria-hidden>
              <td style={{ height: before, padding: 0 }} />
            </tr>
          )}
          {shown.map(({ index }) => {
            const item = items[index]!;
            return (
              <Table.Tr key={item.id} style={{ height: rowHeight }}>
                {props.columns.map((column) => (
                  <Table.Td
                    key={column.label}
                    visibleFrom={column.wideOnly ? 'sm' : undefined}
                    style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}
                  >
                    {column.cell(item)}
                  </Table.Td>
                ))}
              </Table.Tr>
            );
          })}
          {after > 0 && (
            <tr aria-hidden>
              <td style={{ height: after, padding: 0 }} />
            </tr>
          )}
        </Table.Tbody>
      </Table>
      {isFetchingNextPage && (
        <Center p="xs">
          <Loader size="xs" aria-label="Loading more" />
        </Center>
      )}
      {list.isFetchNextPageError && (
        <Center p="xs">
          <Button size="xs" variant="default" onClick={() => void fetchNextPage()}>
            Loading more failed. Try again
          </Button>
        </Center>
      )}
    </section>
  );
}
