import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Empty, Reading, When } from '../../components/index.ts';
import { getWebhooksWebhookVersions } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { type Definition, differing, sameBound } from './draft.ts';

const WORDS: Record<string, string> = { timeout_ms: 'time-out', url: 'URL', format: 'format of the body' };

/** The versions, newest first: when, what each changed; an older one is taken into the editor, and saved from there. */
export function Versions(props: {
  webhookId: string;
  current: Definition;
  version: number;
  may: boolean;
  mayUrls: boolean;
  take: (definition: Definition, version: number) => void;
}) {
  const list = useInfiniteQuery({
    queryKey: ['webhook-versions', props.webhookId, props.version],
    queryFn: ({ pageParam }) =>
      ask(
        getWebhooksWebhookVersions({
          path: { webhook: props.webhookId },
          query: { limit: 20, ...(pageParam && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  if (!list.data) return <Reading query={list} of="the versions" rows={4} bare />;
  const versions = list.data.pages.flatMap((page) => page.items);
  if (versions.length === 0) return <Empty>There are no versions.</Empty>;
  return (
    <Stack gap={0} component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-label="Versions">
      {versions.map((one, i) => {
        const before = versions[i + 1];
        const isCurrent = one.version === props.version;
        const mayTake = props.may && (props.mayUrls || sameBound(one.definition, props.current));
        return (
          <Group
            key={one.version}
            component="li"
            justify="space-between"
            wrap="nowrap"
            py={8}
            style={{ borderTop: i === 0 ? undefined : '1px solid var(--line)' }}
          >
            <div>
              <Text size="sm">
                Version {one.version}{' '}
                <span className="quiet">
                  · <When at={one.created_at} />
                  {isCurrent ? ' · in use' : ''}
                </span>
              </Text>
              <Text size="sm" c="var(--quiet)">
                {one.version === 1 ? 'made' : before ? `changed: ${changed(before.definition, one.definition)}` : ' '}
                {!isCurrent && props.may && !mayTake && '. It goes elsewhere or has other secrets: ask a developer'}
              </Text>
            </div>
            {!isCurrent && (
              <Button
                variant="default"
                size="compact-sm"
                disabled={!mayTake}
                onClick={() => props.take(one.definition, one.version)}
                aria-label={`Take version ${one.version} into the editor`}
              >
                Take into the editor
              </Button>
            )}
          </Group>
        );
      })}
      {list.hasNextPage && (
        <li>
          <Button
            variant="subtle"
            size="compact-sm"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Older versions
          </Button>
        </li>
      )}
    </Stack>
  );
}

function changed(before: Definition, after: Definition): string {
  const fields = differing(before, after).map((field) => WORDS[field] ?? field);
  return fields.length === 0 ? 'nothing that is shown (a secret header)' : fields.join(', ');
}
