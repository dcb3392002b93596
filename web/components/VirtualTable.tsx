import { Table, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, type RefObject, useEffect } from 'react';

export interface Column<Item> {
  label: string;
  /** CSS width, e.g. `160px` or `30%`; what is left over goes to those without. */
  width?: string;
  /** The width on narrow screens; else a width in pixels stays, and those in percent share what is left. */
  narrow?: string;
  cell: (item: Item) => ReactNode;
  /** Left out on narrow screens. */
  wideOnly?: boolean;
}

const widths = ({
  width = 'auto',
  narrow = width.endsWith('%') ? 'auto' : width,
}: {
  width?: string;
  narrow?: string;
}) => ({ '--wide': width, '--narrow': narrow }) as CSSProperties;

// Loaded before one gets there.
const AHEAD = 60;

/** Rows of one height, of which only those in view are there. `nearEnd` is called while one is close to the last. */
export function VirtualTable<Item extends { id: string }>(props: {
  scroller: RefObject<HTMLElement | null>;
  items: readonly Item[];
  columns: Column<Item>[];
  label: string;
  rowHeight: number;
  /** All rows are there. */
  complete: boolean;
  nearEnd: () => void;
  children: ReactNode;
}) {
  const { items, columns, rowHeight, nearEnd } = props;
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => props.scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const near = last >= items.length - AHEAD;
  useEffect(() => {
    if (near) nearEnd();
  });
  const before = shown[0]?.start ?? 0;
  const after = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <section
      ref={props.scroller}
      className="panel"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={props.label}
      style={{ overflow: 'auto', maxHeight: 'max(320px, calc(100dvh - 190px))', overflowAnchor: 'none' }}
    >
      <Table
        aria-label={props.label}
        aria-rowcount={props.complete ? items.length + 1 : -1}
        layout="fixed"
        verticalSpacing={8}
        highlightOnHover
        stickyHeader
      >
        <Table.Thead>
          <Table.Tr aria-rowindex={1}>
            {columns.map((column) => (
              <Table.Th
                key={column.label}
                visibleFrom={column.wideOnly ? 'sm' : undefined}
                className="column"
                style={widths(column)}
              >
                <Text size="xs" c="var(--quiet)" truncate>
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
              <Table.Tr key={item.id} aria-rowindex={index + 2} style={{ height: rowHeight }}>
                {columns.map((column) => (
                  <Table.Td
                    key={column.label}
                    className="cell"
                    visibleFrom={column.wideOnly ? 'sm' : undefined}
                    style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
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
      {props.children}
    </section>
  );
}
