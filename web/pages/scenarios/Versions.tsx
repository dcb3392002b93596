import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ScenarioDefinition } from '../../canvas/definition.ts';
import { Reading, When } from '../../components/index.ts';
import { getScenariosIdVersions } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { Side } from './Side.tsx';

/** The published versions, newest first: each is compared with the draft, or taken back into it. */
export function Versions(props: {
  scenario: string;
  version: number | null;
  /** Null: the draft can't be edited. */
  take: ((definition: ScenarioDefinition, version: number) => void) | null;
  compare: (version: number) => void;
  close: () => void;
}) {
  const list = useInfiniteQuery({
    queryKey: ['scenario-versions', props.scenario, props.version],
    queryFn: ({ pageParam }) =>
      ask(
        getScenariosIdVersions({
          path: { id: props.scenario },
          query: { limit: 20, ...(pageParam && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const versions = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Side title="Versions" close={props.close}>
      <Text size="sm" c="var(--quiet)">
        Who is on the way stays in the version that it entered; new profiles enter the newest.
      </Text>
      <Reading query={list} of="the versions" rows={4} bare />
      {list.isSuccess && versions.length === 0 && <Text>It was never published: there is only the draft.</Text>}
      <ol style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-label="Versions">
        {versions.map((one) => {
          const definition = one.definition as ScenarioDefinition;
          return (
            <li key={one.version} style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
              <Text size="sm">
                Version {one.version}{' '}
                <span className="quiet">
                  · <When at={one.published_at} /> · {definition.steps.length} step
                  {definition.steps.length === 1 ? '' : 's'}
                  {one.version === props.version ? ' · in use' : ''}
                </span>
              </Text>
              <Group gap="xs" mt={4}>
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => props.compare(one.version)}
                  aria-label={`Compare with the draft: version ${one.version}`}
                >
                  Compare with the draft
                </Button>
                {props.take && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => props.take!(definition, one.version)}
                    aria-label={`Take into the draft: version ${one.version}`}
                  >
                    Take into the draft
                  </Button>
                )}
              </Group>
            </li>
          );
        })}
      </ol>
      {list.hasNextPage && (
        <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Older versions
        </Button>
      )}
    </Side>
  );
}
