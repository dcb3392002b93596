import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Reading, Ref, Section, When } from '../../components/index.ts';
import { getProcesses, getQueues } from '../../data/api/index.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';

// Where counting stops, as the API documents it.
const MOST = 1_000;

/** The lanes in which something waits: how much, since when, and who sends from them. */
export function Lanes() {
  const nameOf = useNames();
  const queues = useQuery({ queryKey: ['queues'], queryFn: () => ask(getQueues()), refetchInterval: 2_000 });
  const { data: processes } = useQuery({ queryKey: ['processes'], queryFn: () => ask(getProcesses()) });
  if (!queues.data) return <Reading query={queues} of="the lanes" rows={1} lead />;
  const { lanes } = queues.data;
  const ownerOf = (id: string | null) => {
    const found = processes?.items.find((one) => one.id === id);
    return found ? `${found.host} ${found.pid}` : id === null ? 'nobody yet' : 'one that is gone';
  };
  return (
    <Section title="Lanes">
      {lanes.length === 0 ? (
        <Text c="var(--quiet)">Nothing waits to be sent.</Text>
      ) : (
        <Table aria-label="lanes" verticalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Webhook</Table.Th>
              <Table.Th>Waiting</Table.Th>
              <Table.Th>Oldest due</Table.Th>
              <Table.Th visibleFrom="sm">Sent by</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lanes.map((lane) => (
              <Table.Tr key={`${lane.webhook} ${lane.process} ${lane.oldest_due_at} ${lane.waiting}`}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Ref to={`/webhooks/${lane.webhook}`}>{nameOf(lane.webhook)}</Ref>
                </Table.Td>
                <Table.Td>
                  <Ref to="/deliveries" search={{ webhook: lane.webhook }}>
                    {lane.waiting >= MOST ? `${MOST.toLocaleString('en')} or more` : lane.waiting.toLocaleString('en')}
                  </Ref>
                </Table.Td>
                <Table.Td>{lane.oldest_due_at ? <When at={lane.oldest_due_at} /> : 'not due yet'}</Table.Td>
                <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
                  {ownerOf(lane.process)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
