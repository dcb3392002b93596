import { Button, Group, SegmentedControl, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type UseQueryResult, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Section } from '../../components/index.ts';
import {
  getProfilesIdTimeline,
  getSearch,
  type PostWebhooksPreviewResponse,
  postWebhooksPreview,
  postWebhooksTest,
} from '../../data/api/index.ts';
import { parseExact } from '../../data/exact.ts';
import type { ApiFailure } from '../../data/failure.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { Exchange } from '../deliveries/Exchange.tsx';
import type { Definition } from './draft.ts';
import { Tree } from './Tree.tsx';

/** For whom the webhook is tried. `typed`: JSON text of customer and event, which goes before. */
export interface TryWith {
  profile: { id: string; title: string } | null;
  event: string | null;
  typed: string | null;
}

const SAMPLE = `{
  "customer": { "email": "ada@example.com", "name": "Ada" },
  "event": { "name": "Order Completed", "properties": { "order_id": 1, "total": 12.5 } }
}`;

function bodyOf(webhook: string, draft: Definition, { profile, event, typed }: TryWith) {
  return {
    webhook,
    definition: draft,
    ...(profile && { profile: profile.id }),
    ...(event && { event }),
    ...(typed !== null && { typed: parseExact(typed) }),
  } as never;
}

/** The request that the draft makes, a moment after it was changed. */
export function usePreview(
  webhook: string,
  draft: Definition,
  with_: TryWith,
): UseQueryResult<PostWebhooksPreviewResponse, ApiFailure> {
  const [text] = useDebouncedValue(JSON.stringify([draft, with_]), 350);
  return useQuery({
    queryKey: ['preview', webhook, text],
    queryFn: () => {
      const [of, whom] = JSON.parse(text) as [Definition, TryWith];
      return ask(postWebhooksPreview({ body: bodyOf(webhook, of, whom) }));
    },
    placeholderData: (before) => before,
    retry: false,
    staleTime: 60_000,
  }) as UseQueryResult<PostWebhooksPreviewResponse, ApiFailure>;
}

/** Beside the editor: for whom, the preview, and a real test with what came back. */
export function Trying(props: {
  webhookId: string;
  draft: Definition;
  with_: TryWith;
  setWith: (with_: TryWith) => void;
  preview: UseQueryResult<PostWebhooksPreviewResponse, ApiFailure>;
  map: (path: string) => void;
}) {
  const { preview } = props;
  const maySend = useMay('send');
  const test = useMutation({
    mutationFn: () => ask(postWebhooksTest({ body: bodyOf(props.webhookId, props.draft, props.with_) })),
  });
  const answer = test.data;
  return (
    <Stack gap="md">
      <Section title="Try it with">
        <Whom with_={props.with_} setWith={props.setWith} />
      </Section>
      <Section
        title="Preview"
        action={
          <Button
            onClick={() => test.mutate()}
            loading={test.isPending}
            disabled={!maySend}
            title={maySend ? 'Sends once, for real; nothing is written to a profile' : 'Your role may not send'}
            variant="default"
          >
            Send test
          </Button>
        }
      >
        {preview.isError && <Failure error={preview.error} />}
        {preview.data?.skipped && <Text c="var(--quiet)">Skipped: {preview.data.skipped}</Text>}
        {preview.data?.problems.map((problem) => (
          <Text key={`${problem.field} ${problem.message}`} size="sm" c="var(--bad)">
            <span className="mono">{problem.field}</span>{' '}
            {problem.line > 0 && `line ${problem.line}, column ${problem.column}: `}
            {problem.message}
          </Text>
        ))}
        {preview.data?.request && (
          <Exchange
            first={`${preview.data.request.method} ${preview.data.request.url}`}
            headers={preview.data.request.headers}
            body={preview.data.request.body}
            cut={false}
            label="the preview"
          />
        )}
      </Section>
      {test.isError && <Failure error={test.error} />}
      {answer && (
        <Section
          title="Answer to the test"
          action={
            <Text size="sm" c={answer.ok ? 'var(--good)' : 'var(--bad)'}>
              {answer.response ? answer.response.status : 'no answer'} · {Math.round(answer.duration_ms)} ms
              {answer.address ? ` · ${answer.address}` : ''}
            </Text>
          }
        >
          <Text role="status" c={answer.ok ? 'var(--good)' : 'var(--bad)'}>
            {answer.ok ? 'Delivered.' : (answer.reason ?? 'It did not work.')}
          </Text>
          {answer.response && (
            <Exchange
              first={`HTTP ${answer.response.status}`}
              headers={answer.response.headers}
              body={answer.response.body}
              cut={answer.response.cut}
              label="the answer"
            />
          )}
          {answer.response?.body?.encoding === 'text' && <Tree text={answer.response.body.content} pick={props.map} />}
          {answer.mapped.map((one) => (
            <Text key={one.attribute} size="sm">
              would write <b>{one.attribute}</b>: <span className="mono">{JSON.stringify(one.value)}</span>
            </Text>
          ))}
          {answer.refused.map((one) => (
            <Text key={one.attribute} size="sm" c="var(--wait)">
              would not write <b>{one.attribute}</b>: {one.reason}
            </Text>
          ))}
        </Section>
      )}
    </Stack>
  );
}

function Whom({ with_, setWith }: { with_: TryWith; setWith: (with_: TryWith) => void }) {
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 200);
  const [typed, setTyped] = useState(SAMPLE);
  const [wrong, setWrong] = useState<string | null>(null);
  const found = useQuery({
    queryKey: ['search', q],
    queryFn: () => ask(getSearch({ query: { q } })),
    enabled: q !== '',
  });
  const people = (found.data?.items ?? []).filter((item) => item.kind === 'profile');
  const { profile } = with_;
  const events = useQuery({
    queryKey: ['timeline', profile?.id, 'try'],
    queryFn: () => ask(getProfilesIdTimeline({ path: { id: profile!.id }, query: { limit: 100 } })),
    enabled: profile !== null,
  });
  const tracks = (events.data?.items ?? []).filter((entry) => entry.kind === 'track');
  const options = new Map(people.map((item) => [item.id, item.title]));
  if (profile) options.set(profile.id, profile.title);
  const type = (value: string) => {
    setTyped(value);
    try {
      JSON.parse(value);
      setWrong(null);
      setWith({ ...with_, typed: value });
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="What is put into the template"
        size="xs"
        value={with_.typed === null ? 'profile' : 'typed'}
        onChange={(value) => setWith({ ...with_, typed: value === 'typed' ? typed : null })}
        data={[
          { value: 'profile', label: 'A profile' },
          { value: 'typed', label: 'Typed values' },
        ]}
      />
      {with_.typed !== null ? (
        <Textarea
          label="Values (JSON)"
          autosize
          minRows={5}
          maxRows={14}
          value={typed}
          onChange={(event) => type(event.currentTarget.value)}
          error={wrong}
          classNames={{ input: 'mono' }}
        />
      ) : (
        <Group grow align="flex-start">
          <Select
            label="Profile"
            placeholder="Search by email or id"
            searchable
            clearable
            data={[...options].map(([value, label]) => ({ value, label }))}
            filter={({ options: all }) => all}
            value={profile?.id ?? null}
            searchValue={text}
            onSearchChange={setText}
            nothingFoundMessage={q === '' ? 'Type an email or an id' : 'Nobody found'}
            onChange={(value) =>
              setWith({
                ...with_,
                profile: value ? { id: value, title: options.get(value) ?? value } : null,
                event: null,
              })
            }
          />
          <Select
            label="Event"
            placeholder={profile ? 'None' : 'Choose a profile first'}
            disabled={!profile}
            clearable
            data={tracks.map((entry) => ({
              value: entry.id,
              label: `${entry.name} · ${new Date(entry.occurred_at).toLocaleString('en')}`,
            }))}
            value={with_.event}
            onChange={(value) => setWith({ ...with_, event: value })}
          />
        </Group>
      )}
    </Stack>
  );
}
