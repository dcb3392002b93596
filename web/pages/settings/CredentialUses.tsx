import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Ref } from '../../components/index.ts';
import { getCredentialsCredentialWebhooks } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

const SHOWN = 3;

/** The webhooks that use a credential, each leading to it. */
export function CredentialUses({ credential }: { credential: string }) {
  const { data } = useQuery({
    queryKey: ['credentials', 'uses', credential],
    queryFn: () => ask(getCredentialsCredentialWebhooks({ path: { credential } })),
  });
  const items = data?.items ?? [];
  if (items.length === 0) return <span className="quiet">–</span>;
  return (
    <Text size="sm" component="span">
      {items.slice(0, SHOWN).map((one, i) => (
        <span key={one.id}>
          {i > 0 && ', '}
          <Ref to={`/webhooks/${one.id}`}>{one.name}</Ref>
        </span>
      ))}
      {items.length > SHOWN && <span className="quiet"> and {items.length - SHOWN} more</span>}
    </Text>
  );
}
