import { Group, Stack, Text } from '@mantine/core';
import { Bytes, Headers, Section, When } from '../../components/index.ts';
import type { GetDeliveriesIdResponse } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';

type AttemptOf = GetDeliveriesIdResponse['attempts'][number];

/** One message of HTTP: its first line, headers and body, as text. */
export function Exchange(props: {
  first: string;
  headers: readonly { name: string; value: string }[] | null;
  body: { encoding: string; content: string; bytes: number } | null;
  cut: boolean;
  label: string;
}) {
  const { body } = props;
  const mayRead = useMay('read_bodies');
  return (
    <Stack gap="sm">
      <Text className="mono" style={{ overflowWrap: 'anywhere' }}>
        {props.first}
      </Text>
      {props.headers && props.headers.length > 0 && <Headers headers={props.headers} />}
      {body === null && !mayRead ? (
        <Text c="var(--quiet)">
          The body is hidden: your role may not read bodies. Ask someone who is marketer or more.
        </Text>
      ) : body?.encoding === 'base64' ? (
        <Text c="var(--quiet)">{body.bytes.toLocaleString('en')} bytes that are no text.</Text>
      ) : (
        <Bytes text={body?.content ?? null} cut={props.cut} label={props.label} />
      )}
    </Stack>
  );
}

const TONE: Record<string, string> = { delivered: 'var(--good)', retryable: 'var(--wait)', permanent: 'var(--bad)' };

/** One attempt: when, to which address, how long, what was added, and what came back. */
export function Attempt({ attempt }: { attempt: AttemptOf }) {
  return (
    <Section
      title={`Attempt ${attempt.number}`}
      action={
        <Group gap="md">
          <Text size="sm" c={TONE[attempt.outcome] ?? 'var(--quiet)'}>
            {attempt.status === null ? attempt.outcome : `${attempt.status}, ${attempt.outcome}`}
          </Text>
          <Text size="sm" c="var(--quiet)">
            <When at={attempt.started_at} /> · {attempt.duration_ms.toLocaleString('en')} ms
            {attempt.address ? ` · ${attempt.address}` : ''}
            {attempt.proxy ? ` through ${attempt.proxy}` : ''}
          </Text>
        </Group>
      }
    >
      {attempt.reason && <Text>{attempt.reason}</Text>}
      {attempt.added_headers.length > 0 && (
        <details>
          <summary className="quiet">Headers added when it was sent (signature, id, hidden secrets)</summary>
          <Headers headers={attempt.added_headers} />
        </details>
      )}
      {attempt.status !== null && (
        <Exchange
          first={`HTTP ${attempt.status}`}
          headers={attempt.response_headers}
          body={attempt.response_body}
          cut={attempt.response_cut}
          label={`the answer to attempt ${attempt.number}`}
        />
      )}
    </Section>
  );
}
