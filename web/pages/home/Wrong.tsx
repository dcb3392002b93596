import { Text } from '@mantine/core';
import { Ref, Section, When } from '../../components/index.ts';
import { useNotices } from '../../data/notices.ts';

const MOST = 10;

/** What is wrong now and lasts: broken origins, facts set aside, scenarios that an answer stopped. Nothing when all is well. */
export function Wrong() {
  const { data } = useNotices({ open: true });
  if (!data || data.items.length === 0) return null;
  const more = data.items.length - MOST;
  return (
    <Section title="Wrong now">
      {data.items.slice(0, MOST).map((notice) => (
        <Text key={notice.id} size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Ref to={notice.path}>{notice.message}</Ref>{' '}
          <span className="quiet">
            since <When at={notice.since} />
          </span>
        </Text>
      ))}
      {more > 0 && (
        <Text size="sm" c="var(--quiet)">
          {more.toLocaleString('en')} more; the bell has them all.
        </Text>
      )}
    </Section>
  );
}
