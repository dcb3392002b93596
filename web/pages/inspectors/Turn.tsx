import { Button, Fieldset, Group, NumberInput, Stack, Textarea } from '@mantine/core';
import type { TurnText } from './turns.ts';

/** One answer: status, delay, headers, body. `number`: its place in a sequence. */
export function Turn(props: {
  number: number | null;
  turn: TurnText;
  may: boolean;
  errorOf: (field: string) => string | undefined;
  change: (to: TurnText) => void;
  remove: (() => void) | null;
}) {
  const { turn, may, errorOf, change } = props;
  const name = props.number === null ? 'The answer' : `Answer ${props.number}`;
  return (
    <Fieldset legend={name} disabled={!may}>
      <Stack gap="xs">
        <Group gap="sm" align="flex-start">
          <NumberInput
            label="Status"
            w={110}
            min={200}
            max={599}
            allowDecimal={false}
            value={turn.status}
            error={errorOf('status')}
            onChange={(value) => change({ ...turn, status: Number(value) })}
          />
          <NumberInput
            label="Delay, seconds"
            w={130}
            min={0}
            max={30}
            decimalScale={3}
            value={turn.delay}
            error={errorOf('delay_ms')}
            onChange={(value) => change({ ...turn, delay: Number(value) })}
          />
        </Group>
        <Textarea
          label="Headers"
          description="One a line, e.g. Retry-After: 5"
          autosize
          minRows={1}
          maxRows={6}
          classNames={{ input: 'mono' }}
          value={turn.headers}
          error={
            errorOf('headers') ??
            [0, 1, 2, 3, 4].map((i) => errorOf(`headers.${i}.0`) ?? errorOf(`headers.${i}.1`)).find(Boolean)
          }
          onChange={(event) => change({ ...turn, headers: event.currentTarget.value })}
        />
        <Textarea
          label="Body"
          description="JSON goes out as JSON, anything else as plain text"
          autosize
          minRows={2}
          maxRows={14}
          maxLength={65_536}
          classNames={{ input: 'mono' }}
          value={turn.body}
          error={errorOf('body')}
          onChange={(event) => change({ ...turn, body: event.currentTarget.value })}
        />
        {props.remove && (
          <Group>
            <Button
              size="compact-xs"
              variant="default"
              onClick={props.remove}
              aria-label={`Remove answer ${props.number}`}
            >
              Remove
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}
