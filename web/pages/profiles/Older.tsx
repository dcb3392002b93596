import { Button, Center, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Failure, Loading } from '../../components/index.ts';

/** What stands around a list that is read page by page: it loads, it failed, it is empty, it goes on. */
export function Older(props: {
  list: {
    items: readonly unknown[];
    isPending: boolean;
    error: unknown;
    retry: () => void;
    hasMore: boolean;
    busy: boolean;
    failed: boolean;
    more: () => void;
    newer: boolean;
    showNewer: () => void;
  };
  /** In the words of `Could not read …`. */
  of: string;
  empty: string;
  children: ReactNode;
}) {
  const { list } = props;
  if (list.error) return <Failure error={list.error} of={props.of} retry={list.retry} />;
  if (list.isPending) return <Loading label={props.of} rows={3} bare />;
  return (
    <>
      {list.newer && (
        <Center>
          <Button size="compact-sm" onClick={list.showNewer}>
            There is something newer. Show it
          </Button>
        </Center>
      )}
      {list.items.length === 0 && !list.hasMore && <Text c="var(--quiet)">{props.empty}</Text>}
      {props.children}
      {list.hasMore && (
        <Center>
          <Button variant="default" size="compact-sm" loading={list.busy} onClick={list.more}>
            {list.failed ? 'Loading failed. Try again' : list.items.length === 0 ? 'Look further back' : 'Older'}
          </Button>
        </Center>
      )}
    </>
  );
}
