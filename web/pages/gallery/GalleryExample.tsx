import { Button, Grid, List, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { CopyBlock, Facts, Failure, Page, Reading, Section } from '../../components/index.ts';
import { getGalleryKey, postWebhooks } from '../../data/api/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { type Example, filledIn } from './fill.ts';

const BACK = { to: '/gallery', label: 'Gallery' };

/** One ready request: what it sends, and what only the reader has. */
export default function GalleryExample() {
  const { key } = useParams({ strict: false }) as { key: string };
  const query = useQuery({ queryKey: ['gallery', key], queryFn: () => ask(getGalleryKey({ path: { key } })) });
  if (query.data) return <Fill key={key} one={query.data} />;
  return (
    <Page title="Gallery" back={BACK}>
      <Reading query={query} of="the ready request" rows={8} lead />
    </Page>
  );
}

function Fill({ one }: { one: Example }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('edit_urls');
  const [name, setName] = useState(one.name);
  const [typed, setTyped] = useState<string[]>(() => one.blanks.map(() => ''));
  const make = useMutation({
    mutationFn: () => {
      const definition = filledIn(one, typed);
      const about = `From the gallery: ${one.name}. ${one.summary}`;
      return ask(postWebhooks({ body: { name: name.trim() || one.name, description: about, definition } }));
    },
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      void navigate({ to: `/webhooks/${made.id}` as never });
    },
  });
  const left = typed.filter((text) => text.trim() === '').length;
  const refused = (field: string) =>
    make.error instanceof ApiFailure ? make.error.of(`definition.${field}`) : undefined;
  return (
    <Page title={one.name} back={BACK}>
      <Text maw={720}>{one.summary}</Text>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (may && left === 0) make.mutate();
            }}
          >
            <Section title="What only you have">
              <Stack gap="sm">
                <TextInput
                  label="Name of the webhook"
                  value={name}
                  maxLength={200}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
                {one.blanks.map((blank, i) => {
                  const Input = blank.field.startsWith('headers.') ? PasswordInput : TextInput;
                  return (
                    <Input
                      key={`${blank.field} ${blank.find}`}
                      label={blank.label}
                      description={blank.hint}
                      required
                      autoComplete="off"
                      placeholder={blank.find?.startsWith('https:') ? blank.find : undefined}
                      value={typed[i]}
                      error={refused(blank.field)}
                      onChange={(event) => {
                        const text = event.currentTarget.value;
                        setTyped((before) => before.map((other, k) => (k === i ? text : other)));
                      }}
                    />
                  );
                })}
                {make.isError && <Failure error={make.error} />}
                {!may && (
                  <Text size="sm" c="var(--quiet)">
                    New webhooks are made by developers, since they say where data goes.
                  </Text>
                )}
                <Button
                  type="submit"
                  loading={make.isPending}
                  disabled={!may || left > 0}
                  title={left > 0 ? 'Fill in what is above' : undefined}
                >
                  Use this
                </Button>
                <Text size="sm" c="var(--quiet)">
                  It is saved as a webhook and opened; nothing is sent before a scenario uses it, or you test it.
                </Text>
              </Stack>
            </Section>
          </form>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Shown one={one} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** What it sends, what it takes from the answer, and what was put right in it. */
function Shown({ one }: { one: Example }) {
  const { definition, uses, response, repairs } = one;
  const { language, method, url, query, headers, format, body, mapping } = definition;
  return (
    <Stack gap="md">
      <Section title="Request">
        <Facts
          rows={[
            ['Service', one.service],
            ['Language', language],
            ['Sends', <Mono key="url" text={`${method} ${url}`} />],
            ...(query.length > 0
              ? [
                  [
                    'Query',
                    <Mono key="query" text={query.map((row) => `${row.name}=${row.value}`).join('&')} />,
                  ] as const,
                ]
              : []),
            ...(headers.length > 0
              ? [
                  [
                    'Headers',
                    headers
                      .map((row) => (row.secret ? `${row.name} (secret)` : `${row.name}: ${row.value}`))
                      .join(', '),
                  ] as const,
                ]
              : []),
            ...(uses.length > 0 ? [['Uses', uses.join(', ')] as const] : []),
          ]}
        />
        {definition.batch && <CopyBlock text={definition.batch.customer} label="Copy the part of one profile" />}
        {method !== 'GET' && <CopyBlock text={body} label={`Copy the body (${format})`} />}
      </Section>
      <Section title="Answer">
        {mapping.length > 0 && (
          <Text size="sm">
            Keeps{' '}
            {mapping
              .map((rule) => `${rule.path} as ${rule.attribute}${rule.mode === 'sum' ? ', summed up' : ''}`)
              .join('; ')}
            .
          </Text>
        )}
        <CopyBlock text={JSON.stringify(response.body, null, 2)} label="Copy the sample answer" />
      </Section>
      {repairs.length > 0 && (
        <Section title="Put right">
          <List size="sm" c="var(--quiet)" spacing={4}>
            {repairs.map((repair) => (
              <List.Item key={repair}>{repair}</List.Item>
            ))}
          </List>
        </Section>
      )}
    </Stack>
  );
}

const Mono = ({ text }: { text: string }) => (
  <span className="mono" style={{ overflowWrap: 'anywhere' }}>
    {text}
  </span>
);
