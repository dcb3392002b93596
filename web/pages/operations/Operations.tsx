import { SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Empty, Page, Reading, Section, When } from '../../components/index.ts';
import { getDatabase, getQueues } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { FailedFacts } from './FailedFacts.tsx';
import { Lanes } from './Lanes.tsx';
import { Processes } from './Processes.tsx';

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];
// An open transaction keeps dead rows from being removed; a few minutes are nothing.
const LONG_MS = 600_000;

function sizeOf(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** unit).toLocaleString('en', { maximumFractionDigits: unit > 2 ? 1 : 0 })} ${UNITS[unit]}`;
}

/** What runs, what waits and since when, what could not be applied, and how the database is. */
export default function Operations() {
  const may = useMay('read_operations');
  return (
    <Page title="Operations">
      {may ? (
        <>
          <Glance />
          <Processes />
          <Lanes />
          <FailedFacts />
        </>
      ) : (
        <Empty>
          Processes, queues and the database are for developers and administrators. Ask an administrator for that role
          if you look after this installation.
        </Empty>
      )}
    </Page>
  );
}

/** The database and the inbox in four numbers. */
function Glance() {
  const queues = useQuery({ queryKey: ['queues'], queryFn: () => ask(getQueues()), refetchInterval: 2_000 });
  const database = useQuery({ queryKey: ['database'], queryFn: () => ask(getDatabase()), refetchInterval: 15_000 });
  if (!queues.data || !database.data)
    return <Reading<unknown> query={queues.data ? database : queues} of="the state of the database" rows={2} />;
  const { version, bytes, oldest_day, oldest_transaction: open } = database.data;
  const long = open && Date.now() - Date.parse(open.started_at) > LONG_MS;
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md">
        {queues.data.inbox.map((one) => (
          <Figure
            key={one.class}
            value={one.count.toLocaleString('en')}
            label={
              <>
                {one.class === 'live' ? 'Live facts wait' : 'Bulk facts wait'}
                {one.oldest_at && (
                  <>
                    , the oldest since <When at={one.oldest_at} />
                  </>
                )}
              </>
            }
          />
        ))}
        <Figure
          value={sizeOf(bytes)}
          label={`PostgreSQL ${version}${oldest_day ? `, record since ${oldest_day}` : ''}`}
        />
        <Figure
          value={open ? <When at={open.started_at} /> : '–'}
          label={open ? `Oldest transaction, ${open.application || 'unnamed'}` : 'No transaction is open'}
        />
      </SimpleGrid>
      {long && (
        <Section title="A transaction has been open for long">
          <Text size="sm">
            “{open.application || 'unnamed'}” ({open.state}) began <When at={open.started_at} />. While it is open,
            PostgreSQL can't remove dead rows and days past their retention can't be dropped. If it is no backup or
            export that you expect, end it.
          </Text>
        </Section>
      )}
    </>
  );
}

function Figure({ value, label }: { value: React.ReactNode; label: React.ReactNode }) {
  return (
    <div className="panel" style={{ padding: 14, minWidth: 0 }}>
      <Text size="xl" fw={600}>
        {value}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {label}
      </Text>
    </div>
  );
}
