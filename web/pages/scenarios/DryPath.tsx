import { Stack, Text, UnstyledButton } from '@mantine/core';
import type { ScenarioDefinition } from '../../canvas/definition.ts';
import { KIND_WORDS, lineOf } from '../../canvas/words.ts';
import { Exchange } from '../deliveries/Exchange.tsx';
import { type DryStep, laterBy } from './rehearsing.ts';

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const ENDS: Record<string, string> = { completed: 'It comes to the end of its way.' };

/** The way of a dry run, step by step: when, what of it, the exact request, what would be written. */
export function DryPath(props: {
  path: readonly DryStep[];
  ended: string;
  definition: ScenarioDefinition;
  nameOf: (webhook: string) => string;
  select: (step: string) => void;
}) {
  const { path, ended } = props;
  return (
    <Stack gap="xs" component="section" aria-label="The way it would go">
      <Text size="sm" fw={600}>
        The way it would go
      </Text>
      <ol style={{ margin: 0, padding: 0, listStyle: 'none' }}>
        {path.map((one, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step may be passed twice, and the list never changes
          <li key={`${one.step} ${i}`} style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
            <Passed {...props} one={one} first={path[0]!.at} />
          </li>
        ))}
      </ol>
      <Text size="sm" role="status">
        {ENDS[ended] ?? (/[.!]$/.test(ended) ? ended : `It ends: ${ended}`)}
      </Text>
    </Stack>
  );
}

function Passed(props: {
  one: DryStep;
  first: string;
  definition: ScenarioDefinition;
  nameOf: (webhook: string) => string;
  select: (step: string) => void;
}) {
  const { one, nameOf } = props;
  const step = props.definition.steps.find(({ id }) => id === one.step);
  const title = step ? step.name || lineOf(step, nameOf) : one.step;
  const tone = one.note.startsWith('delivered') ? 'var(--good)' : one.note.startsWith('failed') ? 'var(--bad)' : '';
  const kind = KIND_WORDS[one.kind as keyof typeof KIND_WORDS] ?? one.kind;
  const { request } = one;
  return (
    <Stack gap={4}>
      <UnstyledButton onClick={() => props.select(one.step)} aria-label={`Show the step ${one.step}`}>
        <Text size="xs" c="var(--quiet)">
          {kind} · <time dateTime={one.at}>{exact.format(Date.parse(one.at))}</time> ({laterBy(props.first, one.at)})
        </Text>
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Text>
      </UnstyledButton>
      {one.note && (
        <Text size="sm" c={tone || undefined} style={{ overflowWrap: 'anywhere' }}>
          {noteOf(one)}
        </Text>
      )}
      {one.problems?.map(({ field, line, column, message }) => (
        <Text key={`${field} ${line} ${column} ${message}`} size="sm" c="var(--bad)">
          <span className="mono">{field}</span> {line > 0 && `line ${line}, column ${column}: `}
          {message}
        </Text>
      ))}
      {one.mapped?.map(({ attribute, value }) => (
        <Text key={attribute} size="sm">
          would write <b>{attribute}</b>: <span className="mono">{JSON.stringify(value)}</span>
        </Text>
      ))}
      {one.refused?.map(({ attribute, reason }) => (
        <Text key={attribute} size="sm" c="var(--wait)">
          would not write <b>{attribute}</b>: {reason}
        </Text>
      ))}
      {request && (
        <details>
          <summary className="quiet">The request that would be sent</summary>
          <Exchange
            first={`${request.method} ${request.url}`}
            headers={request.headers}
            body={request.body}
            cut={false}
            label={`the request of ${one.step}`}
          />
        </details>
      )}
    </Stack>
  );
}

/** The note, its time as one reads it here. */
function noteOf({ kind, note }: DryStep): string {
  const [, iso] = /^until (\S+)$/.exec(note) ?? [];
  if (kind === 'wait' && iso) return `until ${exact.format(Date.parse(iso))}`;
  return note;
}
