import { NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRetryPolicies, getSigningKeys } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { Answering } from './Answering.tsx';
import type { Definition, Webhook } from './draft.ts';
import { Throughput } from './Throughput.tsx';
import { useTyped } from './typed.ts';
import { parseWaits, span } from './waits.ts';

const SCHEMES = [
  { value: 'standard-webhooks', label: 'Standard Webhooks' },
  { value: 'customer.io', label: 'Customer.io (v0)' },
  { value: 'sha256', label: 'sha256= of the body' },
  { value: 'none', label: 'Not signed' },
];

const RETRIES: Record<string, string> = {
  'standard-webhooks': 'Standard Webhooks',
  'customer.io': 'Customer.io',
  cyberimpact: 'Cyberimpact',
  none: 'Never try again',
};

interface Given {
  webhook: Webhook;
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  may: boolean;
  mayUrls: boolean;
  wrong: (field: string) => string | undefined;
}

/** Time-out, throughput, retry, what answers mean, and signing. */
export function Sending(props: Given) {
  const { draft, change, may, wrong } = props;
  return (
    <Stack gap="md" maw={460}>
      <NumberInput
        label="Time-out (seconds)"
        description="The whole exchange must end in this time"
        min={0.1}
        max={60}
        decimalScale={1}
        value={draft.timeout_ms / 1000}
        readOnly={!may}
        error={wrong('timeout_ms')}
        onChange={(value) => typeof value === 'number' && change({ timeout_ms: Math.round(value * 1000) })}
      />
      <Throughput webhook={props.webhook} may={may} />
      <Retry {...props} />
      <Answering {...props} />
      <Signing {...props} />
    </Stack>
  );
}

function Retry({ draft, change, may, wrong }: Given) {
  const policies = useQuery({
    queryKey: ['retry-policies'],
    queryFn: () => ask(getRetryPolicies()),
    staleTime: 600_000,
  });
  const known = policies.data?.items ?? [];
  const own = typeof draft.retry === 'object' ? draft.retry.waits : null;
  const names = known.map((one) => one.name);
  if (typeof draft.retry === 'string' && !names.includes(draft.retry)) names.push(draft.retry);
  const waits = own ?? known.find((one) => one.name === draft.retry)?.waits ?? null;
  return (
    <>
      <Select
        label="Retry"
        description="What comes after a time-out, a refused connection, 429 or 5xx"
        data={[
          ...names.map((name) => ({ value: name, label: RETRIES[name] ?? name })),
          { value: 'own', label: 'Waits of your own' },
        ]}
        value={own ? 'own' : (draft.retry as string)}
        allowDeselect={false}
        disabled={!may}
        error={policies.isError ? policies.error.message : wrong('retry')}
        onChange={(value) =>
          value && change({ retry: (value === 'own' ? { waits: [60, 600, 3600] } : value) as Definition['retry'] })
        }
      />
      {own && <OwnWaits waits={own} may={may} change={(given) => change({ retry: { waits: given } })} />}
      {waits && (
        <Text size="sm" c="var(--quiet)">
          {waits.length === 0
            ? 'One try, and no more.'
            : `${waits.length + 1} tries; waits between them: ${waits.map(span).join(', ')}.`}
        </Text>
      )}
    </>
  );
}

function OwnWaits(props: { waits: readonly number[]; may: boolean; change: (waits: number[]) => void }) {
  const [text, setText] = useTyped(props.waits, props.waits.join(', '));
  const { wrong } = parseWaits(text);
  const type = (next: string) => {
    const { waits } = parseWaits(next);
    setText(next, waits ?? props.waits);
    if (waits) props.change(waits);
  };
  return (
    <TextInput
      label="Waits between tries"
      description="In seconds or as 30s, 5m, 2h, 1d; by comma. Each is varied by a tenth"
      value={text}
      readOnly={!props.may}
      onChange={(event) => type(event.currentTarget.value)}
      error={wrong}
    />
  );
}

function Signing({ draft, change, mayUrls, wrong }: Given) {
  const keys = useQuery({
    queryKey: ['signing-keys'],
    queryFn: () => ask(getSigningKeys()),
    enabled: mayUrls,
    retry: false,
  });
  const { signing } = draft;
  return (
    <>
      <Select
        label="Signature"
        description={mayUrls ? undefined : 'Your role may not change how requests are signed: ask a developer'}
        data={SCHEMES}
        value={signing.scheme}
        allowDeselect={false}
        disabled={!mayUrls}
        error={wrong('signing.scheme')}
        onChange={(value) =>
          value && change({ signing: { ...signing, scheme: value as Definition['signing']['scheme'] } })
        }
      />
      {signing.scheme === 'sha256' && (
        <TextInput
          label="Header of the signature"
          value={signing.header}
          readOnly={!mayUrls}
          error={wrong('signing.header')}
          onChange={(event) => change({ signing: { ...signing, header: event.currentTarget.value } })}
        />
      )}
      {signing.scheme !== 'none' && mayUrls && (
        <Select
          label="Signing key"
          clearable
          clearButtonProps={{ 'aria-label': "Take the workspace's default key" }}
          placeholder="The workspace's default key"
          data={(keys.data?.items ?? []).map((key) => ({ value: key.id, label: key.name }))}
          value={signing.key ?? null}
          error={keys.isError ? keys.error.message : wrong('signing.key')}
          onChange={(value) => {
            const { key: _key, ...rest } = signing;
            change({ signing: value ? { ...rest, key: value } : rest });
          }}
        />
      )}
    </>
  );
}
