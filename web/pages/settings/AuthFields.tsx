import { ActionIcon, Button, Checkbox, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Auth } from './credential.ts';

interface Given {
  auth: Auth;
  change: (auth: Auth) => void;
  wrong: (field: string) => string | undefined;
  /** Secrets that are null are stored, and are kept. */
  stored: boolean;
}

/** The fields of a credential, by its kind. */
export function AuthFields({ auth, change, wrong, stored }: Given) {
  switch (auth.kind) {
    case 'basic':
      return (
        <Group gap="sm" align="flex-start" grow>
          <Secret
            label="User name"
            value={auth.username}
            put={(username) => change({ ...auth, username })}
            wrong={wrong('auth.username')}
            stored={stored}
          />
          <Secret
            label="Password"
            value={auth.password}
            put={(password) => change({ ...auth, password })}
            wrong={wrong('auth.password')}
            stored={stored}
          />
        </Group>
      );
    case 'bearer':
      return (
        <Secret
          label="Token"
          value={auth.token}
          put={(token) => change({ ...auth, token })}
          wrong={wrong('auth.token')}
          stored={stored}
        />
      );
    case 'api_key':
      return (
        <Group gap="sm" align="flex-start">
          <Select
            label="Goes into"
            w={130}
            allowDeselect={false}
            data={[
              { value: 'header', label: 'a header' },
              { value: 'query', label: 'the query' },
            ]}
            value={auth.in ?? 'header'}
            onChange={(value) => value && change({ ...auth, in: value as 'header' | 'query' })}
          />
          <TextInput
            label="Under the name"
            required
            maxLength={100}
            value={auth.name}
            error={wrong('auth.name')}
            onChange={(event) => change({ ...auth, name: event.currentTarget.value })}
            style={{ flex: '1 1 130px' }}
          />
          <Secret
            label="Key"
            value={auth.value}
            put={(value) => change({ ...auth, value })}
            wrong={wrong('auth.value')}
            stored={stored}
          />
        </Group>
      );
    case 'headers':
      return <HeaderRows auth={auth} change={change} wrong={wrong} stored={stored} />;
  }
}

function Secret(props: {
  label: string;
  value: string | null;
  put: (value: string | null) => void;
  wrong: string | undefined;
  stored: boolean;
}) {
  return (
    <PasswordInput
      label={props.label}
      placeholder={props.value === null && props.stored ? 'stored; type to replace it' : ''}
      autoComplete="new-password"
      maxLength={8192}
      value={props.value ?? ''}
      error={props.wrong}
      // A stored one that is emptied is kept: there is nothing to be sent otherwise.
      onChange={(event) => props.put(event.currentTarget.value || (props.stored ? null : ''))}
      style={{ flex: '2 1 180px' }}
    />
  );
}

function HeaderRows({ auth, change, wrong, stored }: Given & { auth: Extract<Auth, { kind: 'headers' }> }) {
  const set = (at: number, part: object) =>
    change({ ...auth, headers: auth.headers.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  return (
    <Stack gap="xs">
      {auth.headers.map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
        <Group key={i} gap="xs" align="flex-end">
          <TextInput
            label="Header"
            aria-label={`Name of header ${i + 1}`}
            value={one.name}
            maxLength={100}
            error={wrong(`auth.headers.${i}.name`)}
            onChange={(event) => set(i, { name: event.currentTarget.value })}
            style={{ flex: '1 1 120px' }}
          />
          {one.secret === false ? (
            <TextInput
              label="Value"
              aria-label={`Value of header ${i + 1}`}
              value={one.value ?? ''}
              error={wrong(`auth.headers.${i}.value`)}
              onChange={(event) => set(i, { value: event.currentTarget.value })}
              style={{ flex: '2 1 160px' }}
            />
          ) : (
            <Secret
              label="Value"
              value={one.value}
              put={(value) => set(i, { value })}
              wrong={wrong(`auth.headers.${i}.value`)}
              stored={stored}
            />
          )}
          <Checkbox
            label="secret"
            aria-label={`Header ${i + 1} is secret`}
            mb={8}
            checked={one.secret !== false}
            onChange={(event) => set(i, { secret: event.currentTarget.checked, value: '' })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={4}
            aria-label={`Remove header ${one.name || i + 1}`}
            disabled={auth.headers.length === 1}
            onClick={() => change({ ...auth, headers: auth.headers.filter((_, k) => k !== i) })}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          disabled={auth.headers.length >= 20}
          onClick={() => change({ ...auth, headers: [...auth.headers, { name: '', value: '', secret: true }] })}
        >
          Add a header
        </Button>
      </Group>
    </Stack>
  );
}
