import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Section, When } from '../../components/index.ts';
import { type GetProfilesIdResponse, patchProfilesId } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { lineOf, typed } from './naming.ts';

interface Change {
  attribute: string;
  mode: 'set' | 'remove';
  value?: unknown;
}

/** Attributes with who changed them last; each can be edited, and every change undone. */
export function Attributes({ profile }: { profile: GetProfilesIdResponse }) {
  const client = useQueryClient();
  const may = useMay('edit_profiles');
  const [editing, setEditing] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const change = useMutation({
    mutationFn: ({ now }: { now: Change; back: Change }) =>
      ask(patchProfilesId({ path: { id: profile.id }, body: { changes: [now] } })),
    onSuccess: (_answer, { now, back }, _result) => {
      setEditing(null);
      setAdding(false);
      // The change is a fact in the inbox: it is there a moment later.
      setTimeout(() => void client.invalidateQueries({ queryKey: ['profile', profile.id] }), 300);
      const id = `change ${now.attribute}`;
      notifications.show({
        id,
        message: (
          <Group justify="space-between">
            <span>
              {now.mode === 'remove' ? 'Removed' : 'Changed'} {now.attribute}
            </span>
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => {
                notifications.hide(id);
                change.mutate({ now: back, back: now });
              }}
            >
              Undo
            </Button>
          </Group>
        ),
      });
    },
  });
  const backOf = (attribute: string): Change =>
    Object.hasOwn(profile.attributes, attribute)
      ? { attribute, mode: 'set', value: profile.attributes[attribute] }
      : { attribute, mode: 'remove' };
  const set = (attribute: string, value: unknown) =>
    change.mutate({ now: { attribute, mode: 'set', value }, back: backOf(attribute) });
  const names = Object.keys(profile.attributes).sort();
  return (
    <Section
      title="Attributes"
      action={
        may && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => setAdding(true)}
          >
            Add
          </Button>
        )
      }
    >
      {change.isError && <Failure error={change.error} />}
      {adding && <Add busy={change.isPending} add={set} cancel={() => setAdding(false)} />}
      {names.length === 0 && !adding && <Text c="var(--quiet)">Nothing is known yet.</Text>}
      <Stack gap={2}>
        {names.map((name) => {
          const known = profile.changes[name];
          if (editing === name)
            return (
              <Edit
                key={name}
                name={name}
                value={profile.attributes[name]}
                busy={change.isPending}
                save={(value) => set(name, value)}
                cancel={() => setEditing(null)}
              />
            );
          return (
            <Group key={name} justify="space-between" wrap="nowrap" gap="xs" mih={30}>
              <Text size="sm" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
                <span className="quiet">{name}</span>{' '}
                {lineOf(profile.attributes[name]) || <i className="quiet">empty</i>}
              </Text>
              <Group gap={4} wrap="nowrap">
                {known && (
                  <Tooltip label={`Changed by ${known.origin}`}>
                    <Text size="xs" c="var(--quiet)" span>
                      {known.origin} · <When at={known.at} />
                    </Text>
                  </Tooltip>
                )}
                {may && (
                  <>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Edit ${name}`}
                      onClick={() => setEditing(name)}
                    >
                      <IconPencil size={14} />
                    </ActionIcon>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Remove ${name}`}
                      onClick={() => change.mutate({ now: { attribute: name, mode: 'remove' }, back: backOf(name) })}
                    >
                      <IconTrash size={14} />
                    </ActionIcon>
                  </>
                )}
              </Group>
            </Group>
          );
        })}
      </Stack>
    </Section>
  );
}

function Edit(props: {
  name: string;
  value: unknown;
  busy: boolean;
  save: (value: unknown) => void;
  cancel: () => void;
}) {
  const [text, setText] = useState(lineOf(props.value));
  const value = typeof props.value === 'string' ? text : typed(text);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.save(value);
      }}
    >
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <TextInput
          label={props.name}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoFocus
          style={{ flex: 1 }}
          onKeyDown={(event) => event.key === 'Escape' && props.cancel()}
        />
        <Button type="submit" loading={props.busy}>
          Save
        </Button>
        <Button variant="default" onClick={props.cancel}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}

function Add({
  add,
  cancel,
  busy,
}: {
  add: (name: string, value: unknown) => void;
  cancel: () => void;
  busy: boolean;
}) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add(name.trim(), typed(text));
      }}
    >
      <Group gap="xs" align="flex-end">
        <TextInput
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
          w={140}
        />
        <TextInput
          label="Value (text, or JSON)"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          style={{ flex: 1, minWidth: 140 }}
        />
        <Button type="submit" loading={busy}>
          Add
        </Button>
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}
