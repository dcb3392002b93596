import { ActionIcon, Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { LANGUAGE_NAMES } from '../../components/templates/languages.ts';
import type { Composing } from './placed.ts';
import { Said } from './Said.tsx';

const CodeEditor = lazy(() => import('../../components/CodeEditor.tsx'));
const NAME = /^[\w-]{1,100}$/;

/** How a language takes a snippet in; null where it has no way. */
const TAKES = { liquid: "{% render 'name' %}", jinja: null, mustache: '{{> name}}', velocity: null };

/** Parts of templates that any field can take in by their name. */
export function Snippets(props: Composing) {
  const { draft, change, may } = props;
  const [name, setName] = useState('');
  const taken = Object.hasOwn(draft.snippets, name);
  const wrong = name === '' || NAME.test(name) ? undefined : 'Letters, digits, - and _';
  const snippets = Object.entries(draft.snippets);
  if ((!may || TAKES[draft.language] === null) && snippets.length === 0) return null;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        Snippets
      </Text>
      <Text size="xs" c="var(--quiet)">
        {TAKES[draft.language] === null ? (
          `${LANGUAGE_NAMES[draft.language]} takes nothing in: these stand here for another language.`
        ) : (
          <>
            Parts of templates: <span className="mono">{TAKES[draft.language]}</span> takes one in, here or in another.
          </>
        )}
      </Text>
      {snippets.map(([key, text]) => {
        const here = props.faults.filter((fault) => fault.field === `snippets.${key}`);
        return (
          <Stack key={key} gap={4}>
            <Group justify="space-between">
              <Text size="sm" className="mono">
                {key}
              </Text>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove the snippet ${key}`}
                disabled={!may}
                onClick={() => change({ snippets: Object.fromEntries(snippets.filter(([other]) => other !== key)) })}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </Group>
            <Suspense fallback={<Skeleton height={120} />}>
              <CodeEditor
                label={`Snippet ${key}`}
                value={text}
                change={(next) => change({ snippets: { ...draft.snippets, [key]: next } })}
                format={draft.format}
                language={draft.language}
                names={props.names}
                snippets={snippets.map(([other]) => other)}
                marks={here.filter((fault) => fault.line > 0)}
                readOnly={!may}
              />
            </Suspense>
            <Said marks={here} />
          </Stack>
        );
      })}
      {may && TAKES[draft.language] !== null && (
        <Group gap="xs" align="flex-start">
          <TextInput
            aria-label="Name of a new snippet"
            placeholder="name of a new one"
            value={name}
            maxLength={100}
            error={taken ? 'There is one of this name' : wrong}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={name === '' || taken || wrong !== undefined}
            onClick={() => {
              change({ snippets: { ...draft.snippets, [name]: '' } });
              setName('');
            }}
          >
            Add a snippet
          </Button>
        </Group>
      )}
    </Stack>
  );
}
