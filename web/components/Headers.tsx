import { Table } from '@mantine/core';

/** Headers of a message, as they stood, in their order. */
export function Headers({ headers }: { headers: readonly { name: string; value: string }[] }) {
  return (
    <Table.ScrollContainer minWidth={280} type="native" tabIndex={0}>
      <Table verticalSpacing={4} withRowBorders={false}>
        <Table.Tbody>
          {headers.map((header, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a header may stand twice, and the list never changes
            <Table.Tr key={`${header.name} ${i}`}>
              <Table.Td className="mono quiet" style={{ whiteSpace: 'nowrap', width: 1, verticalAlign: 'top' }}>
                {header.name}
              </Table.Td>
              <Table.Td className="mono" style={{ overflowWrap: 'anywhere' }}>
                {header.value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
