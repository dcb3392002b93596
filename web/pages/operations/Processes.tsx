import { Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Reading, Section, When } from '../../components/index.ts';
import { type GetProcessesResponse, getProcesses } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

type Process = GetProcessesResponse['items'][number];
type Coming = GetProcessesResponse['history'][number];

/** Every process with its roles, its last sign of life and its lanes; below, who came and went. */
export function Processes() {
  const query = useQuery({
    queryKey: ['processes'],
    queryFn: () => ask(getProcesses()),
    refetchInterval: 2_000,
  });
  const { data } = query;
  if (!data) return <Reading query={query} of="the processes" rows={3} lead />;
  return (
    <>
      <Section title="Processes">
        <Table aria-label="processes" verticalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Host</Table.Th>
              <Table.Th>Roles</Table.Th>
              <Table.Th visibleFrom="sm">Started</Table.Th>
              <Table.Th>Sign of life</Table.Th>
              <Table.Th visibleFrom="sm">Lanes</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((one) => (
              <Row key={one.id} one={one} />
            ))}
          </Table.Tbody>
        </Table>
        <Text size="sm" c="var(--quiet)">
          Engines share the 64 partitions anew with every turn, so none owns any. A lane is sent from by one delivery
          process; when that one goes, another takes the lane over.
        </Text>
      </Section>
      <Section title="Who came and went">
        <div style={{ maxHeight: 260, overflow: 'auto' }}>
          <Table aria-label="who came and went" verticalSpacing={6}>
            <Table.Tbody>
              {data.history.map((one) => (
                <Line key={one.id} one={one} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </Section>
    </>
  );
}

function Row({ one }: { one: Process }) {
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {one.host || 'unnamed'} <span className="quiet">{one.pid}</span>
      </Table.Td>
      <Table.Td>{one.roles.join(', ')}</Table.Td>
      <Table.Td visibleFrom="sm">
        <When at={one.started_at} />
      </Table.Td>
      <Table.Td>
        {one.alive ? (
          <>
            alive, <When at={one.heartbeat_at} />
          </>
        ) : (
          <Group gap={4} wrap="wrap">
            <Text size="sm" fw={600} component="span">
              gone
            </Text>
            <span>
              since <When at={one.heartbeat_at} />
            </span>
          </Group>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">{one.roles.includes('delivery') ? one.lanes.toLocaleString('en') : '–'}</Table.Td>
    </Table.Tr>
  );
}

const ENDINGS = { stopped: 'stopped', lost: 'died without a word' } as const;

function Line({ one }: { one: Coming }) {
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {one.host || 'unnamed'} <span className="quiet">{one.pid}</span>
      </Table.Td>
      <Table.Td visibleFrom="sm">{one.roles.join(', ')}</Table.Td>
      <Table.Td>
        joined <When at={one.started_at} />
      </Table.Td>
      <Table.Td>
        {one.ending === null ? (
          'runs'
        ) : (
          <>
            {ENDINGS[one.ending]} <When at={one.ended_at} />
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
