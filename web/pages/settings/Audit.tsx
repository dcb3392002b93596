import { Text } from '@mantine/core';
import { CursorList, Empty, When } from '../../components/index.ts';
import { getAudit } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

/** Who changed what, newest first. */
export function Audit() {
  return (
    <CursorList
      label="audit log"
      queryKey={['audit']}
      load={(cursor) => ask(getAudit({ query: { limit: 50, ...(cursor && { cursor }) } }))}
      columns={[
        { label: 'When', width: '90px', cell: (item) => <When at={item.at} /> },
        {
          label: 'Who',
          width: '22%',
          cell: (item) => (
            <>
              {item.actor.name} {item.actor.kind === 'key' && <span className="quiet">key</span>}
            </>
          ),
        },
        { label: 'What', cell: (item) => item.action },
        {
          label: 'Of',
          width: '24%',
          wideOnly: true,
          cell: (item) => (
            <Text size="xs" className="mono" c="var(--quiet)" truncate>
              {item.thing_id ?? item.thing ?? ''}
            </Text>
          ),
        },
        {
          label: 'Fields',
          width: '16%',
          wideOnly: true,
          cell: (item) => <span className="quiet">{item.fields.join(', ')}</span>,
        },
      ]}
      empty={<Empty>Nothing was changed yet.</Empty>}
    />
  );
}
