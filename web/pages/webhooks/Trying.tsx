import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { memo } from 'react';
import { withoutAdded } from '../../../shared/curl.ts';
import { Failure, ParameterFields, Section } from '../../components/index.ts';
import { type PostWebhooksTestResponse, postWebhooksTest } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { askExact } from '../../data/queries.ts';
import { CopyCurl } from '../deliveries/CopyCurl.tsx';
import { Exchange } from '../deliveries/Exchange.tsx';
import { type Definition, sendable } from './draft.ts';
import { Escapings } from './Escapings.tsx';
import { Others } from './Others.tsx';
import type { Marked } from './placed.ts';
import { Tree } from './Tree.tsx';
import { type Preview, type TryWith, trialBody } from './trial.ts';
import { Whom } from './Whom.tsx';

/** Beside the editor: for whom, the preview, and a real test with what went out and what came back. */
export function Trying(props: {
  webhookId: string;
  draft: Definition;
  with_: TryWith;
  setWith: (with_: TryWith) => void;
  preview: Preview;
  answered: (text: string) => void;
  /** Takes an answer as the one that the mapping is tried on. */
  sample: (text: string) => void;
  map: ((path: string) => void) | null;
}) {
  const maySend = useMay('send');
  const shown = props.preview.may && !props.preview.error ? props.preview.data?.request : null;
  // A rule that is added by a click on the answer leaves the answer as true as before.
  const tried = JSON.stringify([{ ...props.draft, mapping: [] }, props.with_]);
  const test = useMutation({
    mutationFn: async () => {
      const definition = sendable(props.draft, 'drop').definition;
      const body = trialBody(props.webhookId, definition, props.with_);
      return { answer: await askExact(postWebhooksTest({ body, parseAs: 'text' })), tried };
    },
    onSuccess: ({ answer }) => {
      if (answer.response?.body?.encoding === 'text') props.answered(answer.response.body.content);
    },
  });
  return (
    <Stack gap="md">
      <Section title="Try it with">
        <Whom with_={props.with_} setWith={props.setWith} />
        {props.draft.batch && props.with_.by === 'profile' && <Others with_={props.with_} setWith={props.setWith} />}
        <ParameterFields
          parameters={props.draft.parameters}
          values={props.with_.parameters}
          change={(parameters) => props.setWith({ ...props.with_, parameters })}
        />
      </Section>
      <Section
        title="Preview"
        action={
          <Group gap="xs">
            {shown && (
              <CopyCurl
                request={withoutAdded({ ...shown, body: shown.body?.content ?? null }, props.draft.signing.header)}
                encoding={shown.body?.encoding}
              />
            )}
            <Button onClick={() => test.mutate()} loading={test.isPending} disabled={!maySend} variant="default">
              Send test
            </Button>
          </Group>
        }
      >
        <Text size="xs" c="var(--quiet)">
          {maySend
            ? 'A test is sent once, for real; nothing is written to a profile.'
            : 'Your role may not send tests: ask a marketer or a developer.'}
        </Text>
        <Shown preview={props.preview} escaping={props.draft.escaping} signature={props.draft.signing.header} />
      </Section>
      {test.isError && <Failure error={test.error} />}
      {test.data && <Answer {...test.data} stale={test.data.tried !== tried} map={props.map} sample={props.sample} />}
    </Stack>
  );
}

const Shown = memo(function Shown(props: { preview: Preview; escaping: Definition['escaping']; signature: string }) {
  const { data, error, may, marks } = props.preview;
  if (!may) return <Text c="var(--quiet)">Your role may not see bodies: ask an administrator.</Text>;
  if (error) return <Failure error={error} />;
  return (
    <>
      {data?.skipped && <Text c="var(--wait)">It would be skipped: {data.skipped}</Text>}
      <Faults faults={marks} />
      {data?.request && (
        <Exchange
          first={`${data.request.method} ${data.request.url}`}
          headers={data.request.headers}
          body={data.request.body}
          cut={false}
          label="the preview"
        />
      )}
      {data && <Escapings shown={data} escaping={props.escaping} signature={props.signature} />}
    </>
  );
});

function Faults({ faults }: { faults: readonly Marked[] }) {
  return faults.map(({ field, line, column, message, warning }) => (
    <Text key={`${field} ${line} ${column} ${message}`} size="sm" c={warning ? 'var(--wait)' : 'var(--bad)'}>
      <span className="mono">{field}</span> {line > 0 && `line ${line}, column ${column}: `}
      {message}
    </Text>
  ));
}

/** What a test sent and got, green or red. */
const Answer = memo(function Answer(props: {
  answer: PostWebhooksTestResponse;
  stale: boolean;
  map: ((path: string) => void) | null;
  sample: (text: string) => void;
}) {
  const { answer, map } = props;
  const body = answer.response?.body;
  const tone = answer.ok ? 'var(--good)' : 'var(--bad)';
  return (
    <Section
      title="Answer to the test"
      action={
        <Text size="sm" c={tone}>
          {answer.response ? answer.response.status : 'no answer'} · {Math.round(answer.duration_ms)} ms
          {answer.address ? ` · ${answer.address}` : ''}
          {answer.proxy ? ` through ${answer.proxy}` : ''}
        </Text>
      }
    >
      <Text role="status" c={tone}>
        {answer.ok
          ? 'Delivered.'
          : answer.problems.length > 0 || answer.reason === null
            ? 'Nothing was sent: the request could not be made, for the reason below.'
            : answer.reason}
      </Text>
      {props.stale && (
        <Text size="sm" c="var(--quiet)">
          The webhook or the values were changed since this test.
        </Text>
      )}
      <Faults faults={answer.problems} />
      {answer.response && (
        <Exchange
          first={`HTTP ${answer.response.status}`}
          headers={answer.response.headers}
          body={answer.response.body}
          cut={answer.response.cut}
          label="the answer"
        />
      )}
      {body?.encoding === 'text' && body.content !== '' && (
        <div>
          <Button variant="default" size="compact-sm" onClick={() => props.sample(body.content)}>
            Use this response as the sample
          </Button>
        </div>
      )}
      {map && body?.encoding === 'text' && <Tree text={body.content} pick={map} />}
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
      {answer.request && (
        <details>
          <summary className="quiet">The request as it was sent</summary>
          <Exchange
            first={`${answer.request.method} ${answer.request.url}`}
            headers={answer.request.headers}
            body={answer.request.body}
            cut={false}
            label="the sent request"
          />
        </details>
      )}
    </Section>
  );
});
