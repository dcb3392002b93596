import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo, useState } from 'react';
import { LANGUAGE_NAMES } from '../../../components/templates/languages.ts';
import type { Definition } from '../draft.ts';
import type { Composing } from '../placed.ts';
import { Outcome } from './Outcome.tsx';
import { type Carried, type Left, switching } from './switching.ts';

const MOST_SHOWN = 100;
const UNDO_MS = 15_000;

/** Before the language is switched: what would be rewritten, what would not be understood, and what would be sent. */
export function Switch(props: Composing & { to: Definition['language']; close: () => void }) {
  const { draft, change, mayUrls, to, close } = props;
  const [rewrites, setRewrites] = useState(true);
  const { carried, left, rewritten } = useMemo(() => switching(draft, to), [draft, to]);
  const after = useMemo(
    (): Definition => ({ ...draft, language: to, ...(rewrites && rewritten) }),
    [draft, to, rewrites, rewritten],
  );
  const name = LANGUAGE_NAMES[to];
  const bound = !mayUrls && [...carried, ...left].some((one) => one.field === 'url');
  const go = () => {
    const { language, url, query, headers, body, snippets, batch } = draft;
    change({ language: to, ...(rewrites && rewritten) });
    offerUndo(`Switched to ${name}.`, () =>
      change({ language, url, query, headers, body, snippets, ...(batch && { batch }) }),
    );
    close();
  };
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={`Switch from ${LANGUAGE_NAMES[draft.language]} to ${name}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        {carried.length > 0 && (
          <div>
            <Checkbox
              label={`Rewrite ${carried.length === 1 ? 'the one part that means' : `the ${carried.length} parts that mean`} the same in ${name}`}
              checked={rewrites}
              onChange={(event) => setRewrites(event.currentTarget.checked)}
              mb={6}
            />
            <Listed>
              {carried.slice(0, MOST_SHOWN).map((one) => (
                <Line key={`${one.field} ${one.line} ${one.column}`} of={one} draft={draft}>
                  <span className="mono">{one.before}</span> becomes <span className="mono">{one.after}</span>
                </Line>
              ))}
            </Listed>
          </div>
        )}
        {left.length > 0 && (
          <div>
            <Text size="sm" fw={600} c="var(--wait)">
              {left.length === 1 ? 'One part needs' : `${left.length} parts need`} a person
            </Text>
            <Listed>
              {left.slice(0, MOST_SHOWN).map((one) => (
                <Line key={`${one.field} ${one.line} ${one.column}`} of={one} draft={draft}>
                  <span className="mono">{one.text}</span> {one.why}
                </Line>
              ))}
            </Listed>
          </div>
        )}
        <Outcome webhook={props.webhookId} with_={props.with_} before={draft} after={after} />
        {bound && (
          <Text size="sm" c="var(--quiet)">
            The URL holds placeholders, and is a developer's to change: ask one to switch.
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button onClick={go} disabled={bound} data-autofocus>
            {carried.length > 0 && rewrites ? 'Switch and rewrite' : 'Switch'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** A field as a person calls it. */
function called(field: string, draft: Definition): string {
  const [list, at, side] = field.split('.');
  if (list === 'query') return `query ${side === 'name' ? 'name ' : ''}${draft.query[Number(at)]!.name}`;
  if (list === 'headers') return `header ${draft.headers[Number(at)]!.name}`;
  if (list === 'snippets') return `snippet ${field.slice('snippets.'.length)}`;
  if (list === 'batch') return at === 'customer' ? 'customer template' : 'key of the results';
  return list === 'url' ? 'URL' : field;
}

function Listed({ children }: { children: React.ReactNode }) {
  return (
    <Stack
      component="ul"
      gap={2}
      m={0}
      pl={0}
      tabIndex={0}
      style={{ listStyle: 'none', maxHeight: 180, overflow: 'auto' }}
    >
      {children}
    </Stack>
  );
}

function Line({ of, draft, children }: { of: Carried | Left; draft: Definition; children: React.ReactNode }) {
  return (
    <Text component="li" size="sm" style={{ overflowWrap: 'anywhere' }}>
      <Text span size="xs" c="var(--quiet)">
        {called(of.field, draft)}
        {of.line > 1 || of.column > 1 ? ` ${of.line}:${of.column}` : ''}
      </Text>{' '}
      {children}
    </Text>
  );
}

function offerUndo(message: string, undo: () => void) {
  const id = `undo ${message}`;
  notifications.show({
    id,
    autoClose: UNDO_MS,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Button
          size="compact-xs"
          variant="subtle"
          style={{ flex: 'none' }}
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}
