import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getAudit } from '../data/api/index.ts';
import { useMay } from '../data/me.ts';
import { ask } from '../data/queries.ts';
import { Ref } from './Ref.tsx';
import { When } from './When.tsx';

/** Who changed a thing last, and when; leads to all of its changes. Nothing for those who may not read the audit log. */
export function ChangedBy({ id }: { id: string }) {
  const may = useMay('read_audit');
  const { data } = useQuery({
    queryKey: ['audit', 'last', id],
    queryFn: () => ask(getAudit({ query: { limit: 1, thing_id: id } })),
    enabled: may,
  });
  const last = data?.items[0];
  if (!last) return null;
  return (
    <Text size="sm" c="var(--quiet)" component="span">
      Changed by{' '}
      <Ref to="/settings" search={{ part: 'audit', thing_id: id }}>
        {last.actor.name}
      </Ref>{' '}
      <When at={last.at} />
    </Text>
  );
}
