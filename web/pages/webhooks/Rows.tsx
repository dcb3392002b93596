import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { TemplateLine } from '../../components/index.ts';
import type { TemplateLanguage } from '../../components/templates/languages.ts';
import { placeholder } from '../../components/templates/suggest.ts';
import { type Composing, placed } from './placed.ts';

const example = (language: TemplateLanguage) => placeholder(language, ['customer', 'email'])!;

/** The query: names and values. */
export function Query(props: Composing) {
  const { draft, change, may, wrong } = props;
  const set = (at: number, part: object) =>
    change({ query: draft.query.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  return (
    <Rows label="Query" add={may ? () => change({ query: [...draft.query, { name: '', value: '' }] }) : null}>
      {draft.query.map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
        <Group key={i} gap="xs" align="flex-start">
          <TextInput
            aria-label={`Query name ${i + 1}`}
            placeholder="name"
            value={one.name}
            readOnly={!may}
            onChange={(event) => set(i, { name: event.currentTarget.value })}
            style={{ flex: '1 1 130px' }}
            error={wrong(`query.${i}.name`)}
          />
          <TemplateLine
            label={`Query value ${i + 1}`}
            quiet
            prompt={`value or ${example(draft.language)}`}
            value={one.value}
            change={(value) => set(i, { value })}
            {...placed(props, `query.${i}.value`)}
            readOnly={!may}
            style={{ flex: '3 1 180px' }}
          />
          <Remove
            label={`Remove query ${one.name || i + 1}`}
            may={may}
            go={() => change({ query: draft.query.filter((_, k) => k !== i) })}
          />
        </Group>
      ))}
    </Rows>
  );
}

/** The headers. The value of a secret one is never shown: what is typed replaces it, an empty field keeps it. */
export function Headers(props: Composing) {
  const { draft, change, may, mayUrls, wrong } = props;
  const set = (at: number, part: object) =>
    change({ headers: draft.headers.map((header, i) => (i === at ? { ...header, ...part } : header)) });
  return (
    <Rows
      label="Headers"
      add={may ? () => change({ headers: [...draft.headers, { name: '', value: '', secret: false }] }) : null}
    >
      {draft.headers.map((header, i) => {
        const mayThis = may && (mayUrls || !header.secret);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <Group key={i} gap="xs" align="flex-start">
            <TextInput
              aria-label={`Header name ${i + 1}`}
              placeholder="Name"
              value={header.name}
              readOnly={!mayThis}
              onChange={(event) => set(i, { name: event.currentTarget.value })}
              style={{ flex: '1 1 130px' }}
              error={wrong(`headers.${i}.name`)}
            />
            {header.secret ? (
              <TextInput
                aria-label={`Header value ${i + 1}`}
                type="password"
                autoComplete="new-password"
                placeholder={!mayUrls ? 'hidden' : header.value === null ? 'hidden; type to replace it' : 'the secret'}
                value={header.value ?? ''}
                readOnly={!mayThis}
                onChange={(event) => set(i, { value: event.currentTarget.value || null })}
                style={{ flex: '3 1 180px' }}
                classNames={{ input: 'mono' }}
                error={wrong(`headers.${i}.value`)}
              />
            ) : (
              <TemplateLine
                label={`Header value ${i + 1}`}
                quiet
                prompt={`value or ${example(draft.language)}`}
                value={header.value ?? ''}
                change={(value) => set(i, { value })}
                {...placed(props, `headers.${i}.value`)}
                readOnly={!mayThis}
                style={{ flex: '3 1 180px' }}
              />
            )}
            <Group gap={4} wrap="nowrap" mt={4}>
              <Checkbox
                label="secret"
                aria-label={`Header ${i + 1} is secret`}
                checked={header.secret}
                disabled={!mayUrls}
                onChange={(event) => {
                  const secret = event.currentTarget.checked;
                  // A stored secret can't be read back; what was typed in the open may become one.
                  set(i, { secret, value: secret ? header.value : '' });
                }}
              />
              <Remove
                label={`Remove header ${header.name || i + 1}`}
                may={mayThis}
                go={() => change({ headers: draft.headers.filter((_, k) => k !== i) })}
              />
            </Group>
          </Group>
        );
      })}
    </Rows>
  );
}

function Rows({ label, add, children }: { label: string; add: (() => void) | null; children: ReactNode }) {
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {label}
        </Text>
        {add && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={add}
            aria-label={`Add to ${label}`}
          >
            Add
          </Button>
        )}
      </Group>
      {children}
    </Stack>
  );
}

function Remove({ label, may, go }: { label: string; may: boolean; go: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={go} disabled={!may} mt={2}>
      <IconTrash size={15} />
    </ActionIcon>
  );
}
