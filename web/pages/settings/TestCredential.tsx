import { Button, Code, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../../components/index.ts';
import { postCredentialsCredentialTest } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import type { Credential } from './credential.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Sends one request without a body as somebody, and says what was answered. */
export function TestCredential({ credential, close }: { credential: Credential; close: () => void }) {
  const [method, setMethod] = useState<(typeof METHODS)[number]>('GET');
  const [path, setPath] = useState('');
  const test = useMutation({
    mutationFn: () =>
      ask(postCredentialsCredentialTest({ path: { credential: credential.id }, body: { method, path } })),
  });
  const { data } = test;
  return (
    <Modal opened onClose={close} title={`Test ${credential.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate();
        }}
      >
        <Stack gap="sm">
          <Text size="sm" c="var(--quiet)">
            One request without a body is sent, for real. An address that needs the credential and is answered with 2xx
            says that it is good.
          </Text>
          <Group gap="xs" align="flex-start" wrap="nowrap">
            <Select
              label="Method"
              miw={110}
              w={110}
              data={METHODS}
              allowDeselect={false}
              value={method}
              onChange={(value) => value && setMethod(value)}
            />
            <TextInput
              label="Path"
              description={`Below ${credential.prefix}`}
              placeholder="me"
              value={path}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              onChange={(event) => setPath(event.currentTarget.value)}
              style={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}
              classNames={{ input: 'mono' }}
            />
          </Group>
          {test.isError && <Failure error={test.error} />}
          {data && (
            <Stack gap={4} role="status">
              <Text fw={600} c={data.ok ? 'var(--good)' : 'var(--bad)'}>
                {data.ok ? `Good: answered ${data.status}` : data.reason}
              </Text>
              <Text size="xs" c="var(--quiet)" style={{ wordBreak: 'break-all' }}>
                {method} {data.url}, {data.duration_ms} ms{data.address ? `, ${data.address}` : ''}
              </Text>
              {data.body && (
                <Code block mah={200} style={{ overflow: 'auto' }} tabIndex={0}>
                  {data.body}
                </Code>
              )}
            </Stack>
          )}
          <Group>
            <Button type="submit" loading={test.isPending}>
              Send
            </Button>
            <Button variant="default" onClick={close}>
              Close
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
