import { Table } from '@mantine/core';

/** A value of the audit log, which is JSON text: texts without their quotes. */
export function shownValue(json: string | null): string {
  if (json === null) return '–';
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return json; // it was cut
  }
}

const cell = { verticalAlign: 'top', overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', width: '38%' } as const;

/** One field that changed, before and after. */
export function Field({ field, before, after }: { field: string; before: string | null; after: string | null }) {
  return (
    <Table.Tr>
      <Table.Td className="mono" style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}>
        {field}
      </Table.Td>
      <Table.Td className="mono quiet" style={cell}>
        {shownValue(before)}
      </Table.Td>
      <Table.Td className="mono" style={cell}>
        {shownValue(after)}
      </Table.Td>
    </Table.Tr>
  );
}
