import { Button, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CopyBlock, Failure, Reading, Section, When } from '../../components/index.ts';
import {
  deleteInvitationsId,
  deletePeopleId,
  getInvitations,
  getPeople,
  patchPeopleId,
  postInvitations,
} from '../../data/api/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { RowAction } from './RowAction.tsx';

const ROLES = ['viewer', 'marketer', 'developer', 'administrator'] as const;
type Role = (typeof ROLES)[number];
const MAY: [string, number][] = [
  ['See profiles, scenarios, webhooks, deliveries', 0],
  ['See bodies of requests and answers', 1],
  ['Edit profiles, webhooks, scenarios', 1],
  ['Publish, send tests, resend', 1],
  ['Change URLs, signing and secret headers', 2],
  ['Manage keys and the workspace, read the audit log', 2],
  ['Manage people', 3],
];

/** Who is in the workspace, who is invited, and what each role may do. */
export function People() {
  const client = useQueryClient();
  const may = useMay('manage_people');
  const people = useQuery({ queryKey: ['people'], queryFn: () => ask(getPeople({ query: { limit: 200 } })) });
  const invited = useQuery({ queryKey: ['invitations'], queryFn: () => ask(getInvitations()), enabled: may });
  const change = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () =>
      void client.invalidateQueries({ predicate: ({ queryKey: [key] }) => key === 'people' || key === 'invitations' }),
  });
  return (
    <Stack gap="md">
      {change.isError && <Failure error={change.error} />}
      <Section title="People">
        <Reading query={people} of="the people" rows={3} bare>
          {({ items }) => (
            <Table verticalSpacing={6} aria-label="People">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th visibleFrom="sm">Email</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th visibleFrom="sm">Last seen</Table.Th>
                  {may && <Table.Th>Remove</Table.Th>}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((person) => (
                  <Table.Tr key={person.id}>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      {person.name}
                      <Text size="xs" c="var(--quiet)" hiddenFrom="sm">
                        {person.email}, seen <When at={person.last_seen_at} />
                      </Text>
                    </Table.Td>
                    <Table.Td visibleFrom="sm">{person.email}</Table.Td>
                    <Table.Td>
                      {may ? (
                        <Select
                          aria-label={`Role of ${person.name}`}
                          data={[...ROLES]}
                          value={person.role}
                          w="100%"
                          maw={150}
                          miw={96}
                          size="xs"
                          allowDeselect={false}
                          onChange={(role) =>
                            role &&
                            change.mutate(() =>
                              ask(patchPeopleId({ path: { id: person.id }, body: { role: role as Role } })),
                            )
                          }
                        />
                      ) : (
                        person.role
                      )}
                    </Table.Td>
                    <Table.Td visibleFrom="sm">
                      <When at={person.last_seen_at} />
                    </Table.Td>
                    {may && (
                      <Table.Td>
                        <RowAction
                          verb="Remove"
                          of={person.name}
                          sure={`Remove ${person.name}? The account is deleted.`}
                          act={() => change.mutate(() => ask(deletePeopleId({ path: { id: person.id } })))}
                        />
                      </Table.Td>
                    )}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Reading>
      </Section>
      {may && <Invite done={() => void client.invalidateQueries({ queryKey: ['invitations'] })} />}
      {may && (invited.data?.items.length ?? 0) > 0 && (
        <Section title="Invited">
          {invited.data?.items.map((one) => (
            <Group key={one.id} justify="space-between">
              <Text size="sm">
                {one.email} <span className="quiet">as {one.role}, until</span> <When at={one.expires_at} />
              </Text>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => change.mutate(() => ask(deleteInvitationsId({ path: { id: one.id } })))}
              >
                Take back
              </Button>
            </Group>
          ))}
        </Section>
      )}
      <Section title="What each role may do">
        <Table.ScrollContainer minWidth={520} type="native" tabIndex={0}>
          <Table verticalSpacing={4} aria-label="What each role may do">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Action</Table.Th>
                {ROLES.map((role) => (
                  <Table.Th key={role}>{role}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {MAY.map(([what, least]) => (
                <Table.Tr key={what}>
                  <Table.Td>{what}</Table.Td>
                  {ROLES.map((role, i) => (
                    <Table.Td key={role}>{i >= least ? 'yes' : <span className="quiet">no</span>}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Section>
    </Stack>
  );
}

function Invite({ done }: { done: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('marketer');
  const invite = useMutation({
    mutationFn: () => ask(postInvitations({ body: { email, role } })),
    onSuccess: () => {
      setEmail('');
      done();
    },
  });
  return (
    <Section title="Invite someone">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            label="Email"
            type="email"
            required
            w={260}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={invite.error instanceof ApiFailure ? invite.error.of('email') : undefined}
          />
          <Select
            label="Role"
            data={[...ROLES]}
            value={role}
            w={150}
            allowDeselect={false}
            onChange={(value) => value && setRole(value as Role)}
          />
          <Button type="submit" loading={invite.isPending}>
            Make a link
          </Button>
        </Group>
      </form>
      {invite.isError && <Failure error={invite.error} />}
      {invite.data && (
        <Stack gap={4}>
          <Text size="sm">
            Send this link to {invite.data.email}. It works once, for a week, and is shown this once.
          </Text>
          <CopyBlock text={invite.data.link} label="Copy the link" />
        </Stack>
      )}
    </Section>
  );
}
