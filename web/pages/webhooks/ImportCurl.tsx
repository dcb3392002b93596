import { Alert, Button, Checkbox, Group, List, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { CopyBlock, Facts, Failure, Section } from '../../components/index.ts';
import {
  type PostWebhooksFromCurlData,
  type PostWebhooksFromCurlResponse,
  postWebhooksFromCurl,
  postWebhooksImportCurl,
} from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

type Language = NonNullable<PostWebhooksFromCurlData['body']['language']>;
const LANGUAGES = [
  { value: 'liquid', label: 'Liquid' },
  { value: 'jinja', label: 'Jinja' },
  { value: 'mustache', label: 'Mustache' },
  { value: 'velocity', label: 'Velocity' },
];
const PAUSE_MS = 350;

/** A cURL command, read as one types, and made into a webhook. Its secrets go to the server and never come back. */
export function ImportCurl() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('edit_urls');
  const [command, setCommand] = useState('');
  const [language, setLanguage] = useState<Language>('liquid');
  const [keep, setKeep] = useState(false);
  const [name, setName] = useState('');
  const body = { command, language, placeholders: keep ? ('keep' as const) : ('text' as const) };
  const [still] = useDebouncedValue(body, PAUSE_MS);
  const read = useQuery({
    queryKey: ['from-curl', still.command, still.language, still.placeholders],
    queryFn: () => ask(postWebhooksFromCurl({ body: still })),
    enabled: still.command.trim() !== '',
    // A command may hold a secret: it is forgotten with the page.
    gcTime: 0,
    retry: false,
    placeholderData: (before) => before,
  });
  const found = command.trim() !== '' && !read.isError ? read.data : undefined;
  const make = useMutation({
    mutationFn: () => ask(postWebhooksImportCurl({ body: { ...body, name: name.trim() || found!.name } })),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      void navigate({ to: `/webhooks/${made.id}` as never });
    },
  });
  const ready = found !== undefined && found.problems.length === 0 && still.command === command;
  return (
    <Stack gap="md">
      <Textarea
        label="cURL command"
        description="From an API’s documents, or from the browser’s network view: Copy as cURL (bash)."
        placeholder={
          'curl https://api.example.com/contacts \\\n  -H \'Authorization: Bearer …\' \\\n  --json \'{"email": "ada@example.com"}\''
        }
        autosize
        minRows={6}
        maxRows={18}
        spellCheck={false}
        autoComplete="off"
        value={command}
        onChange={(event) => setCommand(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
      />
      <Group gap="md" align="flex-end">
        <Select
          label="Language of its templates"
          w={200}
          allowDeselect={false}
          data={LANGUAGES}
          value={language}
          onChange={(value) => value && setLanguage(value as Language)}
        />
        <Checkbox
          pb={8}
          label="Take placeholders in it as placeholders, not as text"
          checked={keep}
          onChange={(event) => setKeep(event.currentTarget.checked)}
        />
      </Group>
      {command.trim() !== '' && read.isError && <Failure error={read.error} />}
      {found && <Found found={found} />}
      {make.isError && <Failure error={make.error} />}
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Name"
          w={280}
          maxLength={200}
          placeholder={found?.name ?? 'Name of the webhook'}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button onClick={() => make.mutate()} loading={make.isPending} disabled={!may || !ready}>
          Make webhook
        </Button>
      </Group>
      {!may && (
        <Text size="sm" c="var(--quiet)">
          New webhooks are made by developers, since they say where data goes.
        </Text>
      )}
    </Stack>
  );
}

function Found({ found }: { found: PostWebhooksFromCurlResponse }) {
  const { definition, notes, problems } = found;
  const { method, url, headers, format, body } = definition;
  return (
    <Section title="What it says">
      <Facts
        rows={[
          [
            'Sends',
            <span key="url" className="mono" style={{ overflowWrap: 'anywhere' }}>
              {method} {url}
            </span>,
          ],
          ...(body === '' ? [] : [['Format', format] as const]),
          ...headers.map((row) => [row.name, row.secret ? 'kept as a secret' : row.value] as const),
        ]}
      />
      {body !== '' && <CopyBlock text={body} label="Copy the body" />}
      {notes.length > 0 && (
        <List size="sm" spacing={4} aria-label="What was left out or understood how">
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
      {problems.length > 0 && (
        <Alert color="red" title="It can't be saved as it is" role="alert">
          {problems.map(({ field, message }) => (
            <Text size="sm" key={`${field} ${message}`}>
              <span className="mono">{field}</span> {message}
            </Text>
          ))}
        </Alert>
      )}
    </Section>
  );
}
