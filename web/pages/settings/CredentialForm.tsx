import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../../components/index.ts';
import { patchCredentialsCredential, postCredentials } from '../../data/api/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { ask } from '../../data/queries.ts';
import { AuthFields } from './AuthFields.tsx';
import { type Auth, type Credential, KINDS } from './credential.ts';

const fresh = (kind: Auth['kind']): Auth => {
  switch (kind) {
    case 'basic':
      return { kind, username: '', password: '' };
    case 'bearer':
      return { kind, token: '' };
    case 'api_key':
      return { kind, in: 'header', name: 'X-Api-Key', value: '' };
    case 'headers':
      return { kind, headers: [{ name: 'Authorization', value: '', secret: true }] };
  }
};

/** A credential's name, prefix and secrets; a new one when there is none. Stored secrets stay until others are typed. */
export function CredentialForm(props: {
  credential: Credential | null;
  close: () => void;
  test: (saved: Credential) => void;
}) {
  const { credential, close } = props;
  const client = useQueryClient();
  const [name, setName] = useState(credential?.name ?? '');
  const [prefix, setPrefix] = useState(credential?.prefix ?? 'https://');
  const [auth, setAuth] = useState<Auth>(credential?.auth ?? fresh('bearer'));
  const moved = credential !== null && prefix !== credential.prefix;
  const save = useMutation({
    mutationFn: async (_then: 'close' | 'test') => {
      const body = { name, prefix, auth };
      return credential
        ? ask(patchCredentialsCredential({ path: { credential: credential.id }, body }))
        : ask(postCredentials({ body }));
    },
    onSuccess: (saved, then) => {
      void client.invalidateQueries({ queryKey: ['credentials'] });
      notifications.show({ message: credential ? 'Saved. It works at once.' : 'Made. Choose it in a webhook.' });
      if (then === 'test') props.test(saved);
      else close();
    },
  });
  const failure = save.error instanceof ApiFailure ? save.error : null;
  const wrong = (field: string) => failure?.of(field);
  return (
    <Modal opened onClose={close} title={credential ? credential.name : 'New credential'} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate('close');
        }}
      >
        <Stack gap="sm">
          {save.error && !failure?.fields.length && <Failure error={save.error} />}
          {failure?.status === 409 && <Failure error={failure} />}
          <TextInput
            label="Name"
            required
            maxLength={200}
            value={name}
            error={wrong('name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="Endpoint prefix"
            description="It is added to requests to this address and below it, and goes nowhere else"
            required
            maxLength={2048}
            value={prefix}
            error={failure?.status === 409 ? undefined : wrong('prefix')}
            onChange={(event) => setPrefix(event.currentTarget.value)}
            classNames={{ input: 'mono' }}
          />
          {moved && (
            <Text size="sm" c="var(--wait)" role="status">
              The secrets were given for {credential.prefix}. Type them again for another prefix.
            </Text>
          )}
          <Select
            label="Kind"
            allowDeselect={false}
            data={Object.entries(KINDS).map(([value, label]) => ({ value, label }))}
            value={auth.kind}
            onChange={(value) => {
              if (!value || value === auth.kind) return;
              setAuth(credential?.auth.kind === value ? credential.auth : fresh(value as Auth['kind']));
            }}
          />
          <AuthFields auth={auth} change={setAuth} wrong={wrong} stored={credential !== null && !moved} />
          <Group>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
            <Button variant="default" disabled={save.isPending} onClick={() => save.mutate('test')}>
              Save and test
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
