import { Group, NumberInput, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { Statuses } from './Answering.tsx';
import { Body } from './Body.tsx';
import { type BatchOf, batched, unbatched } from './batch.ts';
import { type Composing, placed } from './placed.ts';
import { Said } from './Said.tsx';

const CodeEditor = lazy(() => import('../../components/CodeEditor.tsx'));

/** Whether many profiles go in one request: then one profile's part stands above the body that holds the parts. */
export function Batch(props: Composing) {
  const { draft, change, may } = props;
  const { batch } = draft;
  return (
    <Stack gap="sm">
      <Switch
        label="Send many profiles in one request"
        description="Deliveries are collected until a batch is full, or its first one has waited long enough."
        checked={batch !== undefined}
        disabled={!may}
        error={props.wrong('batch')}
        onChange={(event) => change(event.currentTarget.checked ? batched(draft) : unbatched(draft))}
      />
      {batch ? (
        <>
          <Part {...props} batch={batch} />
          <Body {...props} title="Body, which holds the parts" />
          <Text size="xs" c="var(--quiet)">
            URL, query and headers are made once a batch, as the body is: they see customers (the parts), batch.size and
            batch.list (the parts with commas between), and no single profile.
          </Text>
          <Numbers {...props} batch={batch} />
        </>
      ) : (
        <Body {...props} />
      )}
    </Stack>
  );
}

function Part({ batch, ...props }: Composing & { batch: BatchOf }) {
  const { draft, change, faults, may } = props;
  const said = useMemo(() => faults.filter((fault) => fault.field === 'batch.customer'), [faults]);
  const { language, names, snippets } = placed(props, 'batch.customer');
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        One profile’s part
      </Text>
      <Suspense fallback={<Skeleton height={200} />}>
        <CodeEditor
          label="One profile’s part"
          value={batch.customer}
          change={(customer) => change({ batch: { ...batch, customer } })}
          format={draft.format}
          marks={said.filter((fault) => fault.line > 0)}
          {...{ language, names, snippets }}
          readOnly={!may}
        />
      </Suspense>
      <Said marks={said} />
    </div>
  );
}

function Numbers({ batch, change, may, wrong }: Composing & { batch: BatchOf }) {
  const put = (part: Partial<BatchOf>) => change({ batch: { ...batch, ...part } });
  const number = (value: number | string, then: (value: number) => void) => {
    if (typeof value === 'number') then(value);
  };
  return (
    <Stack gap="sm">
      <Group gap="md" align="flex-start">
        <NumberInput
          label="Most profiles"
          description="1 to 1,000; at most 200 of those that events queue"
          value={batch.size}
          min={1}
          max={1_000}
          allowDecimal={false}
          readOnly={!may}
          error={wrong('batch.size')}
          onChange={(value) => number(value, (size) => put({ size }))}
          w={200}
        />
        <NumberInput
          label="Longest wait, in seconds"
          description="Of a delivery, for others to join it"
          value={batch.wait_ms / 1_000}
          min={0}
          max={3_600}
          decimalScale={3}
          readOnly={!may}
          error={wrong('batch.wait_ms')}
          onChange={(value) => number(value, (seconds) => put({ wait_ms: Math.round(seconds * 1_000) }))}
          w={200}
        />
        <NumberInput
          label="Most kilobytes"
          description="Of the body, 1 to 1,024"
          value={Math.round(batch.bytes / 1_024)}
          min={1}
          max={1_024}
          allowDecimal={false}
          readOnly={!may}
          error={wrong('batch.bytes')}
          onChange={(value) => number(value, (kilobytes) => put({ bytes: Math.min(1_048_576, kilobytes * 1_024) }))}
          w={200}
        />
      </Group>
      <Switch
        label="Split a batch that is refused"
        description="In halves, until the profile that the receiver refuses stands alone. It uses up no try."
        checked={batch.split_on.length > 0}
        disabled={!may}
        onChange={(event) => put({ split_on: event.currentTarget.checked ? [400, 413, 422] : [] })}
      />
      {batch.split_on.length > 0 && (
        <Statuses
          label="Split upon these answers"
          description="Statuses that say the receiver refuses what is inside"
          value={batch.split_on}
          may={may}
          refused={wrong('batch.split_on')}
          change={(split_on) => put({ split_on })}
        />
      )}
    </Stack>
  );
}
