import { ActionIcon, Button, Group, Indicator, Popover, Stack, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell } from '@tabler/icons-react';
import { useState } from 'react';
import { Failure, Ref, When } from '../components/index.ts';
import { type Notice, useNotices, usePuttingAside } from '../data/notices.ts';

/** How many notices one hasn't put aside, and a panel with them. */
export function Bell({ size }: { size: number }) {
  const [open, { toggle, close }] = useDisclosure();
  const unseen = useNotices({ seen: false });
  const count = unseen.data?.items.length ?? 0;
  const shown = `${count}${unseen.data?.next_cursor ? '+' : ''}`;
  const label = count === 0 ? 'Notices' : `Notices: ${shown} new`;
  return (
    <Popover
      opened={open}
      onChange={(now) => !now && close()}
      width={360}
      position="bottom-start"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Tooltip label={label} disabled={open}>
          <Indicator label={shown} size={15} disabled={count === 0} offset={4} zIndex={1}>
            <ActionIcon variant="subtle" color="gray" onClick={toggle} aria-label={label} aria-expanded={open}>
              <IconBell size={size} />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p="sm" maw="calc(100vw - 16px)" aria-label="Notices">
        {open && <Panel fresh={unseen.data?.items} failure={unseen.error} close={close} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Panel(props: { fresh: readonly Notice[] | undefined; failure: unknown; close: () => void }) {
  const [all, setAll] = useState(false);
  const { aside, back, error } = usePuttingAside();
  const fresh = props.fresh ?? [];
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>Notices</Text>
        {fresh.length > 0 && (
          <Button size="compact-xs" variant="subtle" loading={aside.isPending} onClick={() => aside.mutate(null)}>
            Put all aside
          </Button>
        )}
      </Group>
      {(props.failure || error) && <Failure error={props.failure ?? error} />}
      {!all && fresh.length === 0 && !props.failure && (
        <Text size="sm" c="var(--quiet)">
          Nothing new. Broken origins, facts set aside, and jobs, runs and scenarios that stopped by themselves are told
          here.
        </Text>
      )}
      {all ? (
        <All back={(id) => back.mutate(id)} close={props.close} />
      ) : (
        <Lines items={fresh} close={props.close} act="Put aside" done={(id) => aside.mutate(id)} />
      )}
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        onClick={() => setAll(!all)}
        style={{ alignSelf: 'start' }}
      >
        {all ? 'Only new ones' : 'Earlier ones too'}
      </Button>
    </Stack>
  );
}

function All({ back, close }: { back: (id: string) => void; close: () => void }) {
  const { data, error } = useNotices({});
  if (error && !data) return <Failure error={error} />;
  if (data?.items.length === 0)
    return (
      <Text size="sm" c="var(--quiet)">
        There were none in the last month.
      </Text>
    );
  return <Lines items={data?.items ?? []} close={close} act="Take back" done={back} />;
}

function Lines(props: { items: readonly Notice[]; close: () => void; act: string; done: (id: string) => void }) {
  return (
    <Stack
      component="ul"
      gap="xs"
      m={0}
      p={0}
      mah="min(60vh, 480px)"
      style={{ overflowY: 'auto', listStyle: 'none' }}
      tabIndex={-1}
    >
      {props.items.map((notice) => (
        <li key={notice.id}>
          <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }} onClick={props.close}>
            <Ref to={notice.path}>{notice.message}</Ref>
          </Text>
          <Group gap="xs" justify="space-between" wrap="nowrap">
            <Text size="xs" c="var(--quiet)">
              <When at={notice.last_at} />
              {notice.times > 1 && `, ${notice.times.toLocaleString('en')} times`}
              {notice.ended_at ? ', over' : ', lasts'}
              {notice.seen_by.length > 0 && `, put aside by ${notice.seen_by.join(', ')}`}
            </Text>
            {(props.act === 'Put aside' || notice.seen) && (
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                onClick={() => props.done(notice.id)}
                aria-label={`${props.act}: ${notice.message}`}
                style={{ flex: 'none' }}
              >
                {props.act}
              </Button>
            )}
          </Group>
        </li>
      ))}
    </Stack>
  );
}
