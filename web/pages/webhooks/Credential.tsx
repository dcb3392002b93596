import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Ref } from '../../components/index.ts';
import { getCredentials, postCredentials } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { loginIn } from './credential-in-url.ts';
import type { Definition } from './draft.ts';

interface Given {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  wrong: (field: string) => string | undefined;
  mayUrls: boolean;
}

/** As whom the request is sent; and a user name and password in the URL are offered to be kept as a secret. */
export function Credential(props: Given) {
  const { draft, change, wrong, mayUrls } = props;
  const found = useQuery({
    queryKey: ['credentials', 'all'],
    queryFn: () => ask(getCredentials({ query: { limit: 200 } })),
    staleTime: 10_000,
  });
  const all = found.data?.items ?? [];
  const chosen = all.find((one) => one.id === draft.credential);
  return (
    <Stack gap={4}>
      {mayUrls && <Moving {...props} />}
      <Select
        label="Credential"
        description={mayUrls ? undefined : 'Your role may not change as whom requests are sent: ask a developer'}
        placeholder="None"
        clearable
        clearButtonProps={{ 'aria-label': 'Send without a credential' }}
        searchable={all.length > 8}
        data={[
          ...all.map((one) => ({ value: one.id, label: one.name })),
          ...(draft.credential && !chosen && found.data
            ? [{ value: draft.credential, label: 'One that is gone' }]
            : []),
        ]}
        value={draft.credential ?? null}
        disabled={!mayUrls}
        error={found.isError ? found.error.message : wrong('credential')}
        nothingFoundMessage="There is none yet"
        onChange={(value) => change({ credential: value ?? undefined } as Partial<Definition>)}
        style={{ maxWidth: 340 }}
      />
      <Text size="xs" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
        {chosen ? `Added when it is sent, under ${chosen.prefix} alone. ` : ''}
        <Ref to="/settings" search={{ part: 'credentials' }}>
          {all.length === 0 ? 'Make a credential' : 'Credentials'}
        </Ref>
      </Text>
    </Stack>
  );
}

/** Takes user name and password out of the URL, and keeps them as a basic credential for its host. */
function Moving({ draft, change }: Given) {
  const client = useQueryClient();
  const may = useMay('edit_connections');
  const [moved, setMoved] = useState('');
  const login = loginIn(draft.url);
  const move = useMutation({
    mutationFn: async () => {
      const { url, prefix, username, password, host } = login!;
      const body = {
        name: `${host}, ${new Date().toISOString().slice(0, 19).replace('T', ' ')}`,
        prefix,
        auth: { kind: 'basic' as const, username, password },
      };
      const made = await ask(postCredentials({ body }));
      return { made, url };
    },
    onSuccess: ({ made, url }) => {
      change({ url, credential: made.id });
      setMoved(made.name);
      void client.invalidateQueries({ queryKey: ['credentials'] });
    },
  });
  if (!login)
    return moved === '' ? null : (
      <Text size="sm" role="status">
        The user name and password are kept as the credential “{moved}”.
      </Text>
    );
  return (
    <Stack gap={4} role="alert">
      <Text size="sm">The URL holds a user name or password. They are never stored in a webhook.</Text>
      <Group gap="xs">
        <Button size="compact-sm" loading={move.isPending} disabled={!may} onClick={() => move.mutate()}>
          Keep them as a credential
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => change({ url: login.url })}>
          Take them out
        </Button>
      </Group>
      {move.isError && <Failure error={move.error} />}
    </Stack>
  );
}
