import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Empty, Failure, Reading, Section, When } from '../../components/index.ts';
import { deleteCredentialsCredential, getCredentials } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { CredentialForm } from './CredentialForm.tsx';
import { CredentialUses } from './CredentialUses.tsx';
import { type Credential, KINDS } from './credential.ts';
import { RowAction } from './RowAction.tsx';
import { TestCredential } from './TestCredential.tsx';

/** As whom requests are sent: each for a prefix, sealed, and never shown again. */
export function Credentials() {
  const client = useQueryClient();
  const [edited, setEdited] = useState<Credential | 'new' | null>(null);
  const [tested, setTested] = useState<Credential | null>(null);
  const found = useQuery({
    queryKey: ['credentials', 'all'],
    queryFn: () => ask(getCredentials({ query: { limit: 200 } })),
  });
  const remove = useMutation({
    mutationFn: (credential: string) => ask(deleteCredentialsCredential({ path: { credential } })),
    onSettled: () => void client.invalidateQueries({ queryKey: ['credentials'] }),
  });
  const items = found.data?.items ?? [];
  const make = (variant: 'filled' | 'default') => (
    <Button variant={variant} leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      New credential
    </Button>
  );
  return (
    <Section title="Credentials" action={items.length > 0 && make('filled')}>
      {remove.error && <Failure error={remove.error} />}
      {!found.data ? (
        <Reading query={found} of="the credentials" rows={3} bare />
      ) : items.length === 0 ? (
        <Empty action={make('filled')}>
          A credential says as whom webhooks are sent: a password, a token, a key or headers. It goes to its prefix
          alone, and nobody sees it again.
        </Empty>
      ) : (
        <Table aria-label="Credentials" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th visibleFrom="sm">For</Table.Th>
              <Table.Th visibleFrom="sm">Used by</Table.Th>
              <Table.Th visibleFrom="sm">Changed</Table.Th>
              <Table.Th>Actions</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Anchor component="button" size="sm" ta="left" onClick={() => setEdited(one)}>
                    {one.name}
                  </Anchor>
                  <Text size="xs" c="var(--quiet)">
                    {KINDS[one.auth.kind]}
                  </Text>
                  <Text size="xs" className="mono" hiddenFrom="sm" style={{ wordBreak: 'break-all' }}>
                    {one.prefix}
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="sm" className="mono" style={{ wordBreak: 'break-all' }}>
                  {one.prefix}
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <CredentialUses credential={one.id} />
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <When at={one.updated_at} />
                </Table.Td>
                <Table.Td>
                  <Group gap={6} wrap="nowrap">
                    <RowAction verb="Test" of={one.name} act={() => setTested(one)} />
                    <RowAction
                      verb="Delete"
                      of={one.name}
                      sure={`Delete ${one.name}? Its secrets can't be brought back.`}
                      act={() => remove.mutate(one.id)}
                    />
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Stack gap={0}>
        {edited && (
          <CredentialForm
            credential={edited === 'new' ? null : edited}
            close={() => setEdited(null)}
            test={(saved) => {
              setEdited(null);
              setTested(saved);
            }}
          />
        )}
        {tested && <TestCredential credential={tested} close={() => setTested(null)} />}
      </Stack>
    </Section>
  );
}
