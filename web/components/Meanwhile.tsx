import { Alert, Button, Group, Text } from '@mantine/core';
import { When } from './When.tsx';

/** Somebody else saved what is being edited: nothing of either is lost until one chooses. */
export function Meanwhile(props: {
  /** E.g. `scenario`. */
  thing: string;
  at: string;
  /** What the API said of who it was, once a save was refused. */
  said: string | null;
  /** Null: they are shown. */
  show: (() => void) | null;
  keep: () => void;
  take: () => void;
  saving: boolean;
}) {
  return (
    <Alert color="gray" title={`This ${props.thing} was saved by somebody else meanwhile`} role="alert">
      <Text size="sm">
        {props.said ?? 'Your changes are not saved yet, and nothing of theirs is overwritten until you choose.'} Theirs
        is from <When at={props.at} />.
      </Text>
      <Group mt="sm" gap="xs">
        {props.show && (
          <Button size="xs" variant="default" onClick={props.show}>
            Show theirs
          </Button>
        )}
        <Button size="xs" variant="default" onClick={props.keep} loading={props.saving}>
          Keep mine
        </Button>
        <Button size="xs" variant="default" onClick={props.take}>
          Take theirs
        </Button>
      </Group>
    </Alert>
  );
}
