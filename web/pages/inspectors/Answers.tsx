import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../../components/index.ts';
import { type GetInspectorsInspectorResponse, patchInspectorsInspector } from '../../data/api/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { ask } from '../../data/queries.ts';
import { Turn } from './Turn.tsx';
import { PRESETS, type TurnText, textOf, turnOf } from './turns.ts';

const MOST = 20;

/** What the inspector answers: one answer always, or several in turn, of which the last one stays. */
export function Answers({ inspector, may }: { inspector: GetInspectorsInspectorResponse; may: boolean }) {
  const client = useQueryClient();
  const saved = ('sequence' in inspector.answer ? inspector.answer.sequence : [inspector.answer]).map(textOf);
  // What is typed is kept until it is saved; what nobody touched follows the server.
  const [typed, setTurns] = useState<TurnText[] | null>(null);
  const turns = typed ?? saved;
  const dirty = JSON.stringify(turns) !== JSON.stringify(saved);
  const save = useMutation({
    mutationFn: (sent: TurnText[]) => {
      const answers = sent.map(turnOf);
      const answer = answers.length === 1 ? answers[0]! : { sequence: answers };
      return ask(patchInspectorsInspector({ path: { inspector: inspector.id }, body: { answer } }));
    },
    onSuccess: (changed, sent) => {
      client.setQueryData(['inspector', inspector.id], changed);
      setTurns((now) => (now === sent ? null : now));
      notifications.show({ message: 'Saved. The next request gets the first answer.' });
    },
  });
  const put = (index: number, to: TurnText) => setTurns(turns.map((turn, i) => (i === index ? to : turn)));
  const failure = save.error instanceof ApiFailure ? save.error : null;
  return (
    <Stack gap="md" maw={760}>
      <Group justify="space-between">
        <Text size="sm" c="var(--quiet)">
          {turns.length === 1
            ? 'Every request gets this answer.'
            : 'Requests get these answers in turn; the last one stays.'}
        </Text>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" size="compact-sm" disabled={!may}>
              Ready-made answers
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {PRESETS.map((preset) => (
              <Menu.Item key={preset.name} onClick={() => setTurns(preset.turns.map((turn) => ({ ...turn })))}>
                {preset.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {save.isError && <Failure error={save.error} />}
      {turns.map((turn, i) => (
        <Turn
          // biome-ignore lint/suspicious/noArrayIndexKey: its place in the sequence is what it is
          key={i}
          number={turns.length > 1 ? i + 1 : null}
          turn={turn}
          may={may}
          errorOf={(field) =>
            failure?.of(`answer.${field}`) ?? failure?.of(`answer.sequence.${i}.${field}`) ?? undefined
          }
          change={(to) => put(i, to)}
          remove={turns.length > 1 ? () => setTurns(turns.filter((_, at) => at !== i)) : null}
        />
      ))}
      <Group>
        <Button onClick={() => save.mutate(turns)} disabled={!dirty || !may} loading={save.isPending}>
          Save
        </Button>
        <Button
          variant="default"
          disabled={!may || turns.length >= MOST}
          onClick={() => setTurns([...turns, { ...turns.at(-1)! }])}
        >
          Add an answer
        </Button>
        {dirty && (
          <Text size="sm" c="var(--wait)">
            Not saved
          </Text>
        )}
      </Group>
    </Stack>
  );
}
