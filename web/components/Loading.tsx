import { Group, Skeleton, Stack } from '@mantine/core';

const WIDTHS = ['34%', '52%', '41%', '28%', '47%'];

/**
 * What stands where something is being read: faint lines in rows like those to come, so that nothing jumps when they are
 * there. `bare`: it stands in a panel already. `lead`: a heading is above them.
 */
export function Loading(props: { label: string; rows?: number; rowHeight?: number; bare?: boolean; lead?: boolean }) {
  const { label, rows = 8, rowHeight = 44, bare, lead } = props;
  return (
    <Stack
      gap={0}
      {...(!bare && { className: 'panel', px: 'sm' })}
      role="status"
      aria-busy
      aria-label={`Loading ${label}`}
      style={{ overflow: 'hidden' }}
    >
      {lead && (
        <Group h={52}>
          <Skeleton height={14} width={140} />
        </Group>
      )}
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Group key={i} h={rowHeight} gap="md" wrap="nowrap" justify="space-between">
          <Skeleton height={10} width={WIDTHS[i % WIDTHS.length]!} />
          <Skeleton height={10} width="12%" />
        </Group>
      ))}
    </Stack>
  );
}
