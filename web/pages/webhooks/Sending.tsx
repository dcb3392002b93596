import { NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRetryPolicies, getSigningKeys } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import type { Definition } from './draft.ts';

const SCHEMES = [
  { value: 'standard-webhooks', label: 'Standard Webhooks' },
  { value: 'customer.io', label: 'Customer.io (v0)' },
  { value: 'sha256', label: 'sha256= of the body' },
  { value: 'none', label: 'Not signed' },
];

/** Time-out, retry and signing. */
export function Sending(props: {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  may: boolean;
  mayUrls: boolean;
}) {
  const { draft, change, may, mayUrls } = props;
  const policies = useQuery({
    queryKey: ['retry-policies'],
    queryFn: () => ask(getRetryPolicies()),
    staleTime: 600_000,
  });
  const keys = useQuery({
    queryKey: ['signing-keys'],
    queryFn: () => ask(getSigningKeys()),
    enabled: mayUrls,
    retry: false,
  });
  const own = typeof draft.retry === 'object';
  const names = (policies.data as { items: { name: string }[] } | undefined)?.items.map((one) => one.name) ?? [
    'standard-webhooks',
    'customer.io',
    'cyberimpact',
    'none',
  ];
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
        onChange={(value) => typeof value === 'number' && change({ timeout_ms: Math.round(value * 1000) })}
      />
      <Select
        label="Retry"
        description="What comes after a time-out, a refused connection, 429 or 5xx"
        data={[...names.map((name) => ({ value: name, label: name })), { value: 'own', label: 'own waits' }]}
        value={own ? 'own' : (draft.retry as string)}
        allowDeselect={false}
        disabled={!may}
        onChange={(value) =>
          value && change({ retry: (value === 'own' ? { waits: [60, 600, 3600] } : value) as Definition['retry'] })
        }
      />
      {typeof draft.retry === 'object' && (
        <TextInput
          label="Waits between tries (seconds, by comma)"
          defaultValue={draft.retry.waits.join(', ')}
          readOnly={!may}
          onBlur={(event) => {
            const waits = event.currentTarget.value
              .split(/[\s,]+/)
              .map(Number)
              .filter((wait) => wait > 0);
            change({ retry: { waits } });
          }}
        />
      )}
      <Select
        label="Signature"
        data={SCHEMES}
        value={draft.signing.scheme}
        allowDeselect={false}
        disabled={!mayUrls}
        onChange={(value) =>
          value && change({ signing: { ...draft.signing, scheme: value as Definition['signing']['scheme'] } })
        }
      />
      {draft.signing.scheme !== 'none' && mayUrls && (
        <Select
          label="Signing key"
          clearable
          placeholder="The workspace's default key"
          data={(keys.data?.items ?? []).map((key) => ({ value: key.id, label: key.name }))}
          value={draft.signing.key ?? null}
          onChange={(value) => {
            const { key: _key, ...rest } = draft.signing;
            change({ signing: value ? { ...rest, key: value } : rest });
          }}
        />
      )}
    </Stack>
  );
}
