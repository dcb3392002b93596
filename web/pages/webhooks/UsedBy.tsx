import { Text } from '@mantine/core';
import { Ref } from '../../components/index.ts';
import { type Use, useUsage } from './usage.ts';

/** The names of scenarios, each leading to it; a running one that the draft doesn't use any more says so. */
export function Uses({ uses, more }: { uses: readonly Use[]; more: boolean }) {
  return (
    <>
      {uses.map((use, i) => (
        <span key={use.id}>
          {i > 0 && ', '}
          <Ref to={`/scenarios/${use.id}`} {...(!use.draft && { search: { show: 'published' } })}>
            {use.name}
          </Ref>
          {!use.draft && <span className="quiet"> (published version only)</span>}
        </span>
      ))}
      {more && <span className="quiet"> and more</span>}
    </>
  );
}

const SHOWN = 2;

/** The same in a row of the list. */
export function UsedBy({ webhook }: { webhook: string }) {
  const { uses, more } = useUsage(webhook, SHOWN);
  if (uses.length === 0) return <span className="quiet">–</span>;
  return (
    <Text size="sm" component="span">
      <Uses uses={uses} more={more} />
    </Text>
  );
}
