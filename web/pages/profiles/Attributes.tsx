import { ActionIcon, Button, Group, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Section, useFilters, When } from '../../components/index.ts';
import { type GetProfilesIdResponse, getAttributes } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import type { Change } from './change.ts';
import { useChanging } from './changing.tsx';
import { AddAttribute, EditAttribute } from './EditAttribute.tsx';
import { ALL } from './History.tsx';
import { lineOf } from './naming.ts';

/** Attributes with what changed them last, which leads to their history; each can be edited, and every change undone. */
export function Attributes({ profile }: { profile: GetProfilesIdResponse }) {
  const may = useMay('edit_profiles');
  const [, set] = useFilters();
  const [editing, setEditing] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const close = () => {
    setEditing(null);
    setAdding(false);
  };
  const { change, refused, busy, error, reset } = useChanging(profile.id, close);
  const declared = useQuery({
    queryKey: ['attributes'],
    queryFn: () => ask(getAttributes({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const begin = (name: string | null) => {
    reset();
    setAdding(name === null);
    setEditing(name);
  };
  const backOf = (attribute: string): Change =>
    Object.hasOwn(profile.attributes, attribute)
      ? { attribute, mode: 'set', value: profile.attributes[attribute] }
      : { attribute, mode: 'remove' };
  const save = (attribute: string, value: unknown) => change({ attribute, mode: 'set', value }, backOf(attribute));
  const names = Object.keys(profile.attributes).sort();
  const saving = { busy: busy !== null, refused: refused?.reason ?? null, save, cancel: close };
  return (
    <Section
      title="Attributes"
      action={
        <Group gap="xs">
          <Button variant="subtle" color="gray" size="compact-sm" onClick={() => set({ history: ALL })}>
            History
          </Button>
          {may && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => begin(null)}
            >
              Add
            </Button>
          )}
        </Group>
      }
    >
      {error && <Failure error={error} />}
      {adding && <AddAttribute {...saving} declared={declared.data?.items ?? []} />}
      {names.length === 0 && !adding && <Text c="var(--quiet)">Nothing is known yet.</Text>}
      <Stack gap={2}>
        {names.map((name) => {
          const known = profile.changes[name];
          if (editing === name)
            return <EditAttribute key={name} {...saving} name={name} value={profile.attributes[name]} />;
          return (
            <Group key={name} justify="space-between" wrap="nowrap" gap="xs" mih={30}>
              <Text size="sm" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
                <span className="quiet">{name}</span>{' '}
                {lineOf(profile.attributes[name]) || <i className="quiet">empty</i>}
              </Text>
              <Group gap={4} wrap="nowrap">
                {known && (
                  <UnstyledButton onClick={() => set({ history: name })}>
                    <VisuallyHidden>History of {name}: </VisuallyHidden>
                    <Text
                      size="xs"
                      c="var(--quiet)"
                      span
                      td="underline"
                      style={{ textDecorationStyle: 'dotted', whiteSpace: 'nowrap' }}
                    >
                      {known.origin} · <When at={known.at} />
                    </Text>
                  </UnstyledButton>
                )}
                {may && (
                  <>
                    <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${name}`} onClick={() => begin(name)}>
                      <IconPencil size={14} aria-hidden />
                    </ActionIcon>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Remove ${name}`}
                      loading={busy === name}
                      onClick={() => change({ attribute: name, mode: 'remove' }, backOf(name))}
                    >
                      <IconTrash size={14} aria-hidden />
                    </ActionIcon>
                  </>
                )}
              </Group>
            </Group>
          );
        })}
      </Stack>
      {!may && (
        <Text size="xs" c="var(--quiet)">
          Your role may read profiles, not change them.
        </Text>
      )}
    </Section>
  );
}
