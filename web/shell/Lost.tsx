import { Button, Group, Loader, Paper, Text } from '@mantine/core';
import { useLost } from '../data/live.ts';
import { useStale } from '../data/stale.ts';

/**
 * Says that the server can't be reached just now, and goes by itself; or that what is shown may be old, since it
 * answered with a failure. It covers nothing that one works with.
 */
export function Lost() {
  const lost = useLost();
  const { stale, again } = useStale();
  return (
    <div role="status" style={{ position: 'fixed', bottom: 12, left: 0, right: 0, zIndex: 400, pointerEvents: 'none' }}>
      {(lost || stale) && (
        <Paper withBorder shadow="sm" px="md" py={8} w="max-content" maw="calc(100vw - 24px)" mx="auto">
          <Group gap="xs" wrap="nowrap">
            {lost ? (
              <>
                <Loader size={14} color="gray" aria-hidden />
                <Text size="sm">Connection lost, trying again. What you typed stays.</Text>
              </>
            ) : (
              <>
                <Text size="sm">Handoff could not read all of this again: some of it may be old.</Text>
                <Button size="compact-sm" variant="default" onClick={again} style={{ pointerEvents: 'auto' }}>
                  Try again
                </Button>
              </>
            )}
          </Group>
        </Paper>
      )}
    </div>
  );
}
