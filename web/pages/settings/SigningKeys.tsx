import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CopyBlock, Failure, Reading, Section, When } from '../../components/index.ts';
import { getSigningKeys, postSigningKeys, postSigningKeysKeyRotate } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { RowAction } from './RowAction.tsx';

/** Secrets that requests are signed with. While one rotates, requests carry a signature of both. */
export function SigningKeys() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const again = () => void client.invalidateQueries({ queryKey: ['signing-keys'] });
  const keys = useQuery({ queryKey: ['signing-keys'], queryFn: () => ask(getSigningKeys()) });
  const make = useMutation({
    mutationFn: () => ask(postSigningKeys({ body: { name } })),
    onSuccess: () => {
      // Of two secrets the newest is shown.
      rotate.reset();
      setName('');
      again();
    },
  });
  const rotate = useMutation({
    mutationFn: (key: string) =>
      ask(postSigningKeysKeyRotate({ path: { key }, body: {} } as never)) as Promise<{ secret: string }>,
    onSettled: again,
  });
  const secret = rotate.data?.secret ?? make.data?.secret;
  return (
    <Stack gap="md">
      {(make.error ?? rotate.error) && <Failure error={make.error ?? rotate.error} />}
      {secret && (
        <Section title="The secret">
          <Text size="sm">Give it to who checks the signatures. It is shown this once.</Text>
          <CopyBlock text={secret} label="Copy the secret" />
        </Section>
      )}
      <Section title="Signing keys">
        <Reading query={keys} of="the signing keys" rows={2} bare>
          {({ items }) => (
            <Table aria-label="Signing keys" verticalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Made</Table.Th>
                  <Table.Th>Rotate</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((key) => (
                  <Table.Tr key={key.id}>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{key.name}</Table.Td>
                    <Table.Td>
                      <When at={key.created_at} />
                    </Table.Td>
                    <Table.Td>
                      <RowAction
                        verb="Rotate"
                        of={key.name}
                        sure={`Make a new secret for ${key.name}? The old one is used beside it for a day.`}
                        act={() => rotate.mutate(key.id)}
                      />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Reading>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate();
          }}
        >
          <Group align="flex-end" gap="xs">
            <TextInput
              label="Name of a new key"
              required
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={make.isPending}>
              Make
            </Button>
          </Group>
        </form>
      </Section>
    </Stack>
  );
}
