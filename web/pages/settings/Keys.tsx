import { Button, Checkbox, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CopyBlock, Failure, Reading, Section, When } from '../../components/index.ts';
import { deleteApiKeysKey, getApiKeys, type PostApiKeysData, postApiKeys } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { RowAction } from './RowAction.tsx';

const SCOPES = ['ingest', 'read', 'profiles', 'webhooks', 'scenarios', 'deliveries', 'admin'];

/** Keys for programs: shown once, with scopes and a last-used time. */
export function Keys() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['ingest']);
  const again = () => void client.invalidateQueries({ queryKey: ['api-keys'] });
  const keys = useQuery({ queryKey: ['api-keys'], queryFn: () => ask(getApiKeys({ query: { limit: 200 } })) });
  const make = useMutation({
    mutationFn: () => ask(postApiKeys({ body: { name, scopes } as PostApiKeysData['body'] })),
    onSuccess: () => {
      setName('');
      again();
    },
  });
  const revoke = useMutation({
    mutationFn: (key: string) => ask(deleteApiKeysKey({ path: { key } })),
    onSettled: again,
  });
  return (
    <Stack gap="md">
      <Section title="New key">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate();
          }}
        >
          <Stack gap="sm">
            <TextInput
              label="Name"
              required
              maxLength={200}
              w={300}
              maw="100%"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Checkbox.Group label="What it may do" value={scopes} onChange={setScopes}>
              <Group gap="sm" mt={6}>
                {SCOPES.map((scope) => (
                  <Checkbox key={scope} value={scope} label={scope} />
                ))}
              </Group>
            </Checkbox.Group>
            <Group>
              <Button type="submit" loading={make.isPending} disabled={scopes.length === 0}>
                Make a key
              </Button>
            </Group>
          </Stack>
        </form>
        {make.isError && <Failure error={make.error} />}
        {make.data && (
          <Stack gap={4}>
            <Text size="sm">Copy it now: it is shown this once.</Text>
            <CopyBlock text={make.data.key} label="Copy the key" />
          </Stack>
        )}
      </Section>
      <Section title="Keys">
        {revoke.error && <Failure error={revoke.error} />}
        <Reading query={keys} of="the keys" rows={3} bare>
          {({ items }) => (
            <Table verticalSpacing={6} aria-label="API keys">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th visibleFrom="sm">Ends with</Table.Th>
                  <Table.Th visibleFrom="sm">May</Table.Th>
                  <Table.Th>Last used</Table.Th>
                  <Table.Th>Revoke</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((key) => (
                  <Table.Tr key={key.id}>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      {key.name}
                      <Text size="xs" c="var(--quiet)" hiddenFrom="sm">
                        …<span className="mono">{key.hint}</span>, {key.scopes.join(', ')}
                      </Text>
                    </Table.Td>
                    <Table.Td visibleFrom="sm" className="mono">
                      {key.hint}
                    </Table.Td>
                    <Table.Td visibleFrom="sm">{key.scopes.join(', ')}</Table.Td>
                    <Table.Td>
                      <When at={key.last_used_at} />
                    </Table.Td>
                    <Table.Td>
                      {key.revoked_at ? (
                        <span className="quiet">revoked</span>
                      ) : (
                        <RowAction
                          verb="Revoke"
                          of={key.name}
                          sure={`Revoke ${key.name}? Whatever uses it is refused within seconds.`}
                          act={() => revoke.mutate(key.id)}
                        />
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Reading>
      </Section>
    </Stack>
  );
}
