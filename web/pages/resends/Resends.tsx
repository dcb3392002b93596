import { Button, Progress } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CursorList, Empty, Page, Ref, State, When } from '../../components/index.ts';
import { type GetResendsResponse, getResends } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { FilterWords } from '../deliveries/FilterWords.tsx';
import { shareOf } from './progress.ts';

type Item = GetResendsResponse['items'][number];

/** Every resend of many deliveries, newest first. */
export default function Resends() {
  return (
    <Page title="Resends" back={{ to: '/deliveries', label: 'Deliveries' }}>
      <CursorList<Item>
        label="resends"
        queryKey={['resends']}
        load={(cursor, limit) => ask(getResends({ query: { limit, ...(cursor && { cursor }) } }))}
        refetchInterval={2_000}
        columns={[
          {
            label: 'State',
            width: '120px',
            narrow: '92px',
            cell: (item) => (
              <Ref to={`/resends/${item.id}`}>
                <State of={item.state} />
              </Ref>
            ),
          },
          { label: 'What', cell: (item) => <FilterWords filter={item.filter} /> },
          {
            label: 'Progress',
            width: '20%',
            wideOnly: true,
            cell: (item) => <Progress value={shareOf(item) * 100} aria-label={`Progress of ${item.id}`} />,
          },
          { label: 'Sent again', width: '100px', narrow: '86px', cell: (item) => item.made.toLocaleString('en') },
          { label: 'By', width: '15%', wideOnly: true, cell: (item) => item.made_by },
          { label: 'Made', width: '100px', narrow: '84px', cell: (item) => <When at={item.created_at} /> },
        ]}
        empty={
          <Empty
            action={
              <Button component={Link} to="/deliveries" search={{ state: 'failed' } as never} variant="default">
                Look at failed deliveries
              </Button>
            }
          >
            Nothing was sent again in bulk yet. Filter deliveries, for instance those that failed while a receiver was
            down, and choose “Resend these…”.
          </Empty>
        }
      />
    </Page>
  );
}
