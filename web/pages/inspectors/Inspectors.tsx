import { Button, Group, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Copy, CursorList, Empty, Failure, Page, Ref, When } from '../../components/index.ts';
import { type GetInspectorsResponse, getInspectors, postInspectors } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

type Item = GetInspectorsResponse['items'][number];

/** URLs that show what arrives at them, and answer what one chooses. */
export default function Inspectors() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('edit_webhooks');
  const [name, setName] = useState('');
  const make = useMutation({
    mutationFn: () => ask(postInspectors({ body: { name: name.trim() || 'Inspector' } })),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['inspectors'] });
      void navigate({ to: `/inspectors/${made.id}` as never });
    },
  });
  return (
    <Page title="Inspector">
      {make.isError && <Failure error={make.error} />}
      {may && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate();
          }}
        >
          <Group gap="xs">
            <TextInput
              aria-label="Name of a new inspector"
              placeholder="What it stands for, e.g. CRM"
              w={280}
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" leftSection={<IconPlus size={16} />} loading={make.isPending}>
              New inspector
            </Button>
          </Group>
        </form>
      )}
      <CursorList<Item>
        label="inspectors"
        queryKey={['inspectors', 'list']}
        load={(cursor) => ask(getInspectors({ query: { limit: 50, ...(cursor && { cursor }) } }))}
        columns={[
          { label: 'Name', cell: (item) => <Ref to={`/inspectors/${item.id}`}>{item.name}</Ref> },
          {
            label: 'URL',
            width: '50%',
            wideOnly: true,
            cell: (item) => (
              <Group gap={4} wrap="nowrap">
                <span className="mono" style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
                  {item.url}
                </span>
                <Copy text={item.url} label={`Copy the URL of ${item.name}`} />
              </Group>
            ),
          },
          { label: 'Made', width: '110px', cell: (item) => <When at={item.created_at} /> },
        ]}
        empty={
          <Empty>
            An inspector is a URL that shows whatever is sent to it, live, and answers what you choose: put it into a
            webhook before the real endpoint, to see exactly what leaves and what an error does.
          </Empty>
        }
      />
    </Page>
  );
}
