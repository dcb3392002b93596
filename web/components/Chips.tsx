import { Button, Group, Pill } from '@mantine/core';

/** Filters that hold, each with a button that takes it away; `clear` takes all. */
export function Chips({
  items,
  clear,
}: {
  items: readonly { key: string; label: string; remove: () => void }[];
  clear: () => void;
}) {
  if (items.length === 0) return null;
  return (
    <Group gap={6} role="group" aria-label="Filters that hold">
      {items.map((one) => (
        <Pill
          key={one.key}
          size="md"
          withRemoveButton
          maw="100%"
          onRemove={one.remove}
          removeButtonProps={{ 'aria-label': `Remove the filter: ${one.label}`, 'aria-hidden': false, tabIndex: 0 }}
        >
          {one.label}
        </Pill>
      ))}
      <Button variant="subtle" color="gray" size="compact-sm" onClick={clear}>
        Clear
      </Button>
    </Group>
  );
}
