import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Change, changeAttribute } from './change.ts';

interface Asked {
  now: Change;
  /** What takes it back; null when it takes something back itself. */
  back: Change | null;
}

/**
 * Changes attributes of a profile, each with an undo that waits until it is done. `refused`: why the last change was not
 * made; `done` is called once one was.
 */
export function useChanging(profile: string, done: () => void) {
  const client = useQueryClient();
  const { mutate, data, error, isPending, variables, reset } = useMutation({
    mutationFn: ({ now }: Asked) => changeAttribute(profile, now),
    onSuccess: async (outcome, { now, back }) => {
      if (outcome.is === 'refused') {
        if (back === null) notifications.show({ message: `${now.attribute} can't be put back: ${outcome.reason}` });
        return;
      }
      await Promise.all(
        ['profile', 'timeline', 'history'].map((key) => client.invalidateQueries({ queryKey: [key, profile] })),
      );
      done();
      const message = wordsOf(outcome.is, now, back === null);
      if (back === null || outcome.is !== 'changed') return void notifications.show({ message });
      const id = `changed ${now.attribute}`;
      notifications.show({
        id,
        autoClose: 10_000,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <span>{message}</span>
            <Button
              size="compact-xs"
              variant="subtle"
              style={{ flex: 'none' }}
              onClick={() => {
                notifications.hide(id);
                mutate({ now: back, back: null });
              }}
            >
              Undo
            </Button>
          </Group>
        ),
      });
    },
  });
  return {
    change: (now: Change, back: Change) => mutate({ now, back }),
    reset,
    busy: isPending ? variables.now.attribute : null,
    refused:
      data?.is === 'refused' && variables?.back ? { attribute: variables.now.attribute, reason: data.reason } : null,
    error,
  };
}

function wordsOf(outcome: 'changed' | 'same' | 'waiting', { attribute, mode }: Change, undone: boolean): string {
  if (outcome === 'same') return `${attribute} was so already.`;
  if (outcome === 'waiting')
    return `The change of ${attribute} is stored and waits for its turn. It stands on the timeline once it is made.`;
  if (undone) return `${attribute} is as it was.`;
  return `${mode === 'remove' ? 'Removed' : 'Changed'} ${attribute}`;
}
