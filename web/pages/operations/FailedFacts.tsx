import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CursorList, Failure, Section, When, Who } from '../../components/index.ts';
import { type GetFailedFactsResponse, getFailedFacts, postFailedFactsIdRetry } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

type Item = GetFailedFactsResponse['items'][number];

/** Facts that were tried three times and set aside, each with why, to be tried again. */
export function FailedFacts() {
  const client = useQueryClient();
  const may = useMay('edit_profiles');
  const retry = useMutation({
    mutationFn: (id: string) => ask(postFailedFactsIdRetry({ path: { id } })),
    onSuccess: () => {
      notifications.show({ message: 'It is in the inbox again, and is applied in its turn.' });
      void client.invalidateQueries({ queryKey: ['failed-facts'] });
    },
  });
  return (
    <Section title="Facts that could not be applied">
      {retry.isError && <Failure error={retry.error} />}
      <CursorList<Item>
        label="failed facts"
        few
        queryKey={['failed-facts']}
        refetchInterval={10_000}
        load={(cursor) => ask(getFailedFacts({ query: { limit: 50, ...(cursor && { cursor }) } }))}
        columns={[
          {
            label: 'Fact',
            width: '25%',
            cell: (item) => (
              <>
                {item.kind} {item.name && <span className="quiet">{item.name}</span>}
              </>
            ),
          },
          {
            label: 'Profile',
            width: '15%',
            wideOnly: true,
            cell: (item) => <Who id={item.profile} />,
          },
          { label: 'Why', width: '35%', cell: (item) => <span title={item.error}>{item.error}</span> },
          { label: 'When', width: '100px', wideOnly: true, cell: (item) => <When at={item.failed_at} /> },
          {
            label: 'Again',
            width: '110px',
            cell: (item) => (
              <Button
                size="compact-sm"
                variant="default"
                disabled={!may}
                title={may ? undefined : 'Your role may not change profiles'}
                loading={retry.isPending && retry.variables === item.id}
                onClick={() => retry.mutate(item.id)}
              >
                Try again
              </Button>
            ),
          },
        ]}
        empty={<Text c="var(--quiet)">None. What fails three times is set aside here, and its neighbours go on.</Text>}
      />
    </Section>
  );
}
