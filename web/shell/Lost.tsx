import { Group, Loader, Paper, Text } from '@mantine/core';
import { useLost } from '../data/live.ts';

/** Says that the server can't be reached just now, and goes by itself. It covers nothing that one works with. */
export function Lost() {
  const lost = useLost();
  return (
    <div role="status" style={{ position: 'fixed', bottom: 12, left: 0, right: 0, zIndex: 400, pointerEvents: 'none' }}>
      {lost && (
        <Paper withBorder shadow="sm" px="md" py={8} w="max-content" maw="calc(100vw - 24px)" mx="auto">
          <Group gap="xs" wrap="nowrap">
            <Loader size={14} color="gray" aria-hidden />
            <Text size="sm">Connection lost, trying again. What you typed stays.</Text>
          </Group>
        </Paper>
      )}
    </div>
  );
}
